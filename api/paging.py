"""Lists, a page at a time, in an order that new rows do not disturb; and the cursor that says what a client has seen."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.request import Request

from api.errors import Bad
from api.fields import UUID_TEXT
from api.openapi import CURSOR, MOST_ROWS, PAGE_MARK
from tracker.models import Person, User
from tracker.models.prepared import Prepared

USUAL_ROWS = 50
EPOCH, MICROSECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)
Cursor = dict[UUID, int]


@dataclass(frozen=True)
class Page:
    """Rows of one page and the addresses of its neighbours. `cursor` was taken before the first page was read; of what
    changed since another cursor, a page that is not the last has one that stands for what was told so far."""

    rows: list[Any]
    next: str | None
    previous: str | None
    cursor: Cursor | None
    last: "Mark | None" = None

    def body(self, results: list[Any]) -> dict[str, Any]:
        cursor = None if self.cursor is None else pack(self.cursor)
        return {"results": results, "next": self.next, "previous": self.previous, "cursor": cursor}


class Mark(NamedTuple):
    """Where a row stood when its page was put in order."""

    key: Any
    pk: UUID


@dataclass(frozen=True)
class _Place:
    """Where a page begins: after (or, going back, before) this mark."""

    mark: Mark
    back: bool


def limit_of(request: Request) -> int:
    """`limit`, 1 to 500. Raises Bad."""
    text = request.query_params.get("limit")
    if text is None:
        return USUAL_ROWS
    if not re.fullmatch(r"[0-9]{1,4}", text) or not 1 <= int(text) <= MOST_ROWS:
        raise Bad({"limit": [_("This must be a whole number from 1 to {most}.").format(most=MOST_ROWS)]})
    return int(text)


def id_of(request: Request, name: str) -> UUID | None:
    """A filter's id, None where it is not given. Raises Bad."""
    text = request.query_params.get(name)
    if text is None:
        return None
    if not UUID_TEXT.fullmatch(text):
        raise Bad({name: [_("This must be a UUID.")]})
    return UUID(text)


_CURSOR = Prepared(
    lambda user, at: Person.objects.visible_to(User(pk=user), at=at).kept().values_list("pk", "last_change"),
    user=UUID,
    at=datetime,
)


def cursor_now(user: Any, *, deleted: bool = False) -> Cursor:
    """How far each diary that `user` sees has come. A deleted diary is left out: once restored, all of it is new."""
    if not deleted and user.is_authenticated:
        return dict(_CURSOR.all(user=user.pk, at=timezone.now()))
    seen = Person.objects.visible_to(user)
    people = seen if deleted else seen.kept()
    return dict(people.values_list("pk", "last_change"))


def pack(cursor: Cursor) -> str:
    return "~".join(["1", *(f"{pk.hex}.{number}" for pk, number in cursor.items())])


def unpack(text: str, name: str) -> Cursor:
    """The cursor that `text` is. Raises Bad, naming `name`."""
    if not re.fullmatch(CURSOR, text):
        raise _bad(name)
    parts = [part.split(".") for part in text.split("~")[1:]]
    return {UUID(hex=key): int(number) for key, number in parts}


def changed_after(seen: Cursor, now: Cursor, path: str) -> Q | None:
    """Which rows changed after `seen`; `path` leads from a row to its person. None: nothing did."""
    found = None
    for person, number in now.items():
        if number > seen.get(person, 0):
            these = Q(**{path: person, "change__gt": seen.get(person, 0)})
            found = these if found is None else found | these
    return found


def told_so_far(seen: Cursor, now: Cursor, last: Mark, person: UUID | None) -> Cursor:
    """How far somebody has come who read what changed between `seen` and `now` up to `last`, a row of that person.

    Rows come in order of their number and their id, and each person counts alone: of others the last number may not have
    been told whole. So a row may come twice, and whoever goes on from this cursor instead of following `next` misses none.
    """
    come = {each: last.key if each == person else last.key - 1 for each in now}
    return {each: max(seen.get(each, 0), min(number, come[each])) for each, number in now.items()}


def page_of(request: Request, rows: QuerySet[Any], *, by: str, newest: bool, now: Cursor | None = None) -> Page:
    """A page of `rows` in order of `by` and id; `now`: how far each diary has come. Raises Bad for a `page` or `limit`
    that is none."""
    limit = limit_of(request)
    place, cursor = _asked(request, by)
    if place is None:
        cursor = now
    elif cursor is not None and now is not None:  # of a diary that was deleted meanwhile this walk does not tell all
        cursor = {person: number for person, number in cursor.items() if person in now}
    back = place is not None and place.back
    falling = newest != back
    if place is not None:
        rows = rows.filter(_beyond(by, place.mark, falling))
    sign = "-" if falling else ""
    # the ids first: a database sorts thousands of narrow rows in a fraction of the time of wide ones
    marks = [Mark(*each) for each in rows.order_by(f"{sign}{by}", f"{sign}pk").values_list(by, "pk")[: limit + 1]]
    more, marks = len(marks) > limit, marks[:limit]
    if back:
        marks.reverse()
    wide = {row.pk: row for row in rows.filter(pk__in=[mark.pk for mark in marks])} if marks else {}
    # the addresses by where rows stood, for one may be written between the two questions and stand elsewhere now
    return Page(
        [wide[mark.pk] for mark in marks if mark.pk in wide],
        _link(request, marks[-1], cursor, back=False) if marks and (back or more) else None,
        _link(request, marks[0], cursor, back=True) if marks and (more if back else place is not None) else None,
        cursor,
        marks[-1] if marks else None,
    )


def first_page(request: Request, rows: list[Any], limit: int, *, by: str, cursor: Cursor) -> Page:
    """The first page from rows that were found already, one more than `limit` where another page follows."""
    found, more = rows[:limit], len(rows) > limit
    last = Mark(getattr(found[-1], by), found[-1].pk) if more else None
    return Page(found, None if last is None else _link(request, last, cursor, back=False), None, cursor)


def _beyond(by: str, mark: Mark, falling: bool) -> Q:
    way = "lt" if falling else "gt"
    return Q(**{f"{by}__{way}": mark.key}) | Q(**{by: mark.key, f"pk__{way}": mark.pk})


def _asked(request: Request, by: str) -> tuple[_Place | None, Cursor | None]:
    text = request.query_params.get("page")
    if text is None:
        return None, None
    if not re.fullmatch(PAGE_MARK, text):
        raise _bad("page")
    way, key, pk, cursor = text.split("~", 3)
    number = int(key)
    mark = Mark(number if by == "change" else EPOCH + number * MICROSECOND, UUID(hex=pk))
    return _Place(mark, way == "b"), unpack(cursor, "page") if cursor else None


def _link(request: Request, mark: Mark, cursor: Cursor | None, *, back: bool) -> str:
    number = mark.key if isinstance(mark.key, int) else (mark.key - EPOCH) // MICROSECOND
    token = "~".join(["b" if back else "n", str(number), mark.pk.hex, "" if cursor is None else pack(cursor)])
    query = {name: request.query_params[name] for name in request.query_params if name != "page"}
    return f"{request.build_absolute_uri(request.path)}?{urlencode({**query, 'page': token})}"


def _bad(name: str) -> Bad:
    return Bad({name: [_("This is not one of ours. Leave it out to start from the beginning.")]})
