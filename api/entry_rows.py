"""Entries as answers: their keys, their receipts, and the newest of them without a model's instance for each row."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from types import SimpleNamespace
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from django.db.models import F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from analytics.memory import Memory
from api.shapes.batch import MOST_ENTRIES
from tracker.diary.rows import ENTRY_KEYS, entry_body
from tracker.models import Entry, Lump, Photo, User
from tracker.models.prepared import Prepared

SIZES = (1, 50, MOST_ENTRIES)
LONG_AGO = datetime(1, 1, 2, tzinfo=UTC)  # before every entry, in whatever zone a database reads it
_COLUMNS = ("pk", "lump_id", "revision", "measured_at", "measured_offset", *ENTRY_KEYS)
_known: Memory["Listed"] = Memory(2_000)  # rows as they were told last, about 2 kB each
_ended: Memory[datetime] = Memory(2_000)  # when the last of the newest was measured, by who asked, how many, the lump


class Listed(NamedTuple):
    """A row of a list: what its page needs to know of it, and the JSON object it is told as, but for its receipt."""

    pk: UUID
    measured_at: datetime
    revision: int
    json: bytes


def entry_answer(row: Any) -> dict[str, Any]:
    """An entry, or a row of its columns, under the keys of docs/format.md."""
    return {"lump": str(row.lump_id), **entry_body(row), "revision": row.revision}


def newest_rows(user: User, many: int, lump: UUID | None) -> list[Listed]:
    """The newest `many` entries that `user` sees (of one lump), newest first; one query, seldom two."""
    asked: dict[str, Any] = {"user": user.pk, "at": timezone.now()} | ({} if lump is None else {"lump": lump})
    ended = _ended.get((user.pk, many, lump))
    if ended is not None:  # so many since then are the newest of all; where some were deleted meanwhile, they are fewer
        rows = _newest(many, lump is not None, since=True).all(since=ended, **asked)
        if len(rows) == many:
            return _remembered(rows, user, many, lump)
    return _remembered(_newest(many, lump is not None, since=False).all(**asked), user, many, lump)


def _remembered(rows: list[Listed], user: User, many: int, lump: UUID | None) -> list[Listed]:
    if len(rows) == many:
        _ended.put((user.pk, many, lump), rows[-1].measured_at)
    return rows


@lru_cache(maxsize=128)
def _newest(many: int, of_lump: bool, since: bool) -> Prepared:
    """The ids first, for a database sorts thousands of narrow rows in a fraction of the time of wide ones."""

    def make(user: UUID, at: datetime, since: datetime | None = None, **lump: UUID) -> QuerySet[Any]:
        rows = Entry.objects.visible_to(User(pk=user), at=at).kept().filter(**lump)
        if since is not None:
            rows = rows.filter(measured_at__gte=since)
        elif not of_lump:
            rows = rows.filter(measured_at__gte=_edge(user, at, many))
        keys = rows.order_by("-measured_at", "-pk").values("pk")[:many]
        return Entry.objects.filter(pk__in=keys).order_by("-measured_at", "-pk").values_list(*_COLUMNS)

    kinds: dict[str, Any] = ({"lump": UUID} if of_lump else {}) | ({"since": datetime} if since else {})
    return Prepared(make, told=_listed, remembers=_known, user=UUID, at=datetime, **kinds)


def _edge(user: UUID, at: datetime, many: int) -> Coalesce:
    """A time that none of the newest `many` can lie before, so that older ones need not be sorted: one of the lumps
    alone has as many since."""
    last = Entry.objects.kept().filter(lump=OuterRef("pk")).order_by("-measured_at", "-pk").values("measured_at")
    lumps = Lump.objects.visible_to(User(pk=user), at=at).kept().annotate(last=Subquery(last[many - 1 : many]))
    return Coalesce(Subquery(lumps.order_by(F("last").desc(nulls_last=True)).values("last")[:1]), Value(LONG_AGO))


def _listed(row: Sequence[Any]) -> Listed:
    entry = SimpleNamespace(**dict(zip(_COLUMNS, row, strict=True)))
    return Listed(entry.pk, entry.measured_at, entry.revision, orjson.dumps(entry_answer(entry)))


@lru_cache(maxsize=4)
def _photos_of(entries: int) -> Prepared:
    """(entry, photo, hash) of the photos of so many entries, `entry0`, `entry1`, …, that `user` sees."""

    def make(user: UUID, at: datetime, **named: UUID) -> QuerySet[Any]:
        seen = Photo.objects.visible_to(User(pk=user), at=at).kept().filter(entry__in=list(named.values()))
        return seen.values_list("entry_id", "pk", "received_sha256")

    kinds: dict[str, Any] = {f"entry{place}": UUID for place in range(entries)}
    return Prepared(make, user=UUID, at=datetime, **kinds)


def receipts(user: Any, rows: Sequence[Any]) -> list[dict[str, Any]]:
    """The receipt of each entry, with the photos this user may see; one query whatever their number."""
    photos: dict[UUID, dict[str, str]] = defaultdict(dict)
    if rows:
        size = next((size for size in SIZES if size >= len(rows)), len(rows))
        keys = [row.pk for row in rows] + [rows[-1].pk] * (size - len(rows))  # the same query for lists of many lengths
        named = {f"entry{place}": key for place, key in enumerate(keys)}
        for entry, pk, sha in _photos_of(size).all(user=user.pk, at=timezone.now(), **named):
            photos[entry][str(pk)] = sha
    return [{"id": str(row.pk), "revision": row.revision, "photos": photos[row.pk]} for row in rows]
