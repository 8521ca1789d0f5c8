"""One way in for every synchronised row: the same id twice is one row, and no version is lost."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tracker.actions import audit
from tracker.actions.errors import MayOnlyLook, NotThere, Stale, Wrong
from tracker.diary.rows import body_of
from tracker.models import CareEvent, Entry, Lump, Person, Photo, Revision, User
from tracker.models.bulk import update_all
from tracker.models.prepared import Prepared, insert_all_new, insert_new

RESTORE_DAYS = 30
KINDS: dict[type[models.Model], str] = {Person: "person", Lump: "lump", Entry: "entry", CareEvent: "event"}


@dataclass(frozen=True)
class Kept:
    """What became of a PUT: the row as it stands, whether it is new, whether this call changed it."""

    row: Any
    created: bool
    changed: bool


def find_to_write(model: Any, pk: UUID, user: Any, *, field: str = "") -> Any:
    """The row of `model` if `user` may write to it. Raises MayOnlyLook for a viewer and NotThere for a stranger."""
    row = _lump_to_write(pk, user) if model is Lump else None
    if row is None:
        row = _with_person(model.objects.visible_to(user, to_write=True)).filter(pk=pk).first()
    if row is None:
        if model.objects.visible_to(user).filter(pk=pk).exists():
            raise MayOnlyLook
        raise NotThere(field)
    return row


def keep(
    *, model: Any, pk: UUID, user: Any, person_id: UUID, fields: dict[str, Any], base_revision: int | None = None,
    first: dict[str, Any] | None = None,
) -> Kept:  # fmt: skip
    """Insert the row `pk` (with `first` beside `fields`) or bring it to `fields`.

    Call inside a transaction, after the parent's gate was passed.

    Raises Stale where `base_revision` is not the row's newest (`both_kept` around the
    transaction keeps the refused version), NotThere where the id is somebody else's, Wrong where the row was deleted.
    """
    row = None
    if is_there(model, pk):
        Person.hold(person_id)  # before the row, as everybody does who changes one: neither waits for the other
        row = _locked(model).filter(pk=pk).first()
    if row is None:
        row = model(pk=pk, **fields, **(first or {}), change=Person.next_change(person_id))
        if insert_new(row):
            return Kept(row, created=True, changed=True)
        row = _locked(model).get(pk=pk)  # a twin request inserted it since we looked
    if person_of(row) != person_id:
        raise NotThere
    if row.is_deleted or fields.get("lump_id", getattr(row, "lump_id", None)) == getattr(row, "lump_id", None):
        return _bring_to(row, user, fields, base_revision)
    raise Wrong(_("This stays with its lump. Delete it here and log it again there."), "lump")


def keep_new(
    *, model: Any, person_id: UUID, rows: list[tuple[UUID, dict[str, Any]]], first: dict[str, Any]
) -> dict[UUID, Kept]:
    """Insert, in few statements, those of `rows` (id, fields) that are new, with `first` beside their fields.

    Call as `keep`. What is not in the answer was there already, or came twice: it is for `keep`, one by one.
    """
    times = Counter(pk for pk, _ in rows)
    once = [(pk, fields) for pk, fields in rows if times[pk] == 1]
    made = _insert(model, person_id, once, first)  # nearly always all are new
    if made is None:
        there = set(model.objects.filter(pk__in=times).values_list("pk", flat=True))
        made = _insert(model, person_id, [(pk, fields) for pk, fields in once if pk not in there], first)
    return {row.pk: Kept(row, created=True, changed=True) for row in made or []}


def _insert(
    model: Any, person_id: UUID, new: list[tuple[UUID, dict[str, Any]]], first: dict[str, Any]
) -> list[Any] | None:
    """All of them, or None, and nothing done, where one is there already."""
    if not new:
        return []
    try:
        with transaction.atomic():
            made = [model(pk=pk, **fields, **first) for pk, fields in new]
            number_changes(person_id, made)
            if insert_all_new(made) != len(made):
                raise _Twin
    except (_Twin, IntegrityError):
        return None
    return made


class _Twin(Exception):
    """One of the rows is there already, perhaps by another request of this moment."""


def _bring_to(row: Any, user: Any, fields: dict[str, Any], base_revision: int | None) -> Kept:
    if not any(getattr(row, name) != value for name, value in fields.items()) and not row.is_deleted:
        return Kept(row, created=False, changed=False)
    if base_revision is not None and base_revision != row.revision:
        raise Stale(row, base_revision)
    if row.is_deleted:
        raise Stale(row, base_revision)
    store_revision(row, user)
    for name, value in fields.items():
        setattr(row, name, value)
    row.revision += 1
    row.change = Person.next_change(person_of(row))
    row.save(update_fields=[*fields, "revision", "change", "updated_at"])
    return Kept(row, created=False, changed=True)


def store_revision(row: Any, user: Any) -> None:
    """Keep the version that is about to be replaced, and the fact that it was."""
    kind, person = KINDS[type(row)], person_of(row)
    Revision.objects.create(
        person_id=person, kind=kind, row=row.pk, number=row.revision, body=body_of(row), author=user
    )
    audit.note(f"{kind}.changed", actor=user, person=person, what=row.pk)


def versions_of(row: Any) -> models.QuerySet[Revision]:
    """Its earlier and its refused versions. By kind and person too: ids are the clients', and may come twice."""
    return Revision.objects.filter(kind=KINDS[type(row)], person=person_of(row), row=row.pk)


@contextmanager
def both_kept(*, user: Any, pk: UUID, body: dict[str, Any]) -> Iterator[None]:
    """Put around the transaction of a `keep`: a version that came too late is kept, and Stale raised on.

    `body` is what was sent, under the keys of the diary file; it is kept once however often it is sent.
    """
    try:
        yield
    except Stale as stale:
        sent = {key: value.isoformat() if isinstance(value, date) else value for key, value in body.items()}
        _keep_conflict(stale, user, {**sent, "id": str(pk)})
        raise


def _keep_conflict(stale: Stale, user: Any, body: dict[str, Any]) -> None:
    row = stale.current
    same = versions_of(row).filter(conflict=True, number=stale.base_revision or 0, body=body)
    with transaction.atomic():
        if not same.exists():
            Revision.objects.create(
                person_id=person_of(row), kind=KINDS[type(row)], row=row.pk, number=stale.base_revision or 0,
                conflict=True, body=body, author=user,
            )  # fmt: skip


def delete(*, row: Any, at: datetime | None = None) -> None:
    """Lay a tombstone; a second delete changes nothing. Call inside a transaction."""
    if row.is_deleted:
        return
    row.deleted_at = at or timezone.now()
    row.change = Person.next_change(person_of(row))
    row.save(update_fields=["deleted_at", "change", "updated_at"])


def restore(*, row: Any) -> None:
    """Take the tombstone away again. Raises Wrong after 30 days. Call inside a transaction."""
    if not row.is_deleted:
        return
    if row.deleted_at < timezone.now() - timedelta(days=RESTORE_DAYS):
        raise Wrong(_("This was deleted more than 30 days ago and cannot be brought back."))
    row.deleted_at = None
    row.change = Person.next_change(person_of(row))
    row.save(update_fields=["deleted_at", "change", "updated_at"])


def show_again(lump: Lump) -> None:
    """Let what hangs on a lump that was out of sight come once more to whoever asks what changed: each row with a number
    of its own, so that one can stop between any two. Call inside a transaction."""
    for model in (Entry, CareEvent):
        rows = list(model._default_manager.filter(lump=lump).order_by("change", "pk").only("pk"))
        number_changes(lump.person_id, rows)
        update_all(rows, ("change",))


def number_changes(person_id: UUID, rows: list[Any]) -> None:
    """Give each of these rows of a person a change number of its own, in their order; they are not written here."""
    before = Person.next_change(person_id, len(rows)) - len(rows)
    for place, row in enumerate(rows, start=1):
        row.change = before + place


def person_of(row: Any) -> UUID:
    """The person a row belongs to."""
    if isinstance(row, Person):
        return row.pk
    if isinstance(row, Lump):
        return row.person_id
    lump: Lump = row.entry.lump if isinstance(row, Photo) else row.lump
    return lump.person_id


def is_there(model: Any, pk: UUID) -> bool:
    """Is there a row of that id, whoever's it is? Most ids are new, so this is a prepared query."""
    return bool(_there(model).first(pk=pk))


@cache
def _there(model: Any) -> Prepared:
    return Prepared(lambda pk: model.objects.filter(pk=pk).values_list("pk"), pk=UUID)


_LUMP_TO_WRITE = Prepared(
    lambda pk, user, at: (
        Lump.objects.visible_to(User(pk=user), to_write=True, at=at).filter(pk=pk).select_related("person")
    ),
    pk=UUID,
    user=UUID,
    at=datetime,
)


def _lump_to_write(pk: UUID, user: Any) -> Lump | None:
    """Most of what is written hangs on a lump, so this gate is a prepared query."""
    if not user.is_authenticated:
        return None
    found: Lump | None = _LUMP_TO_WRITE.first(pk=pk, user=user.pk, at=timezone.now())
    return found


def _locked(model: Any) -> Any:
    rows = model.objects.select_for_update(of=("self",), no_key=True)  # no stronger than `Person.hold`
    return rows if model in (Person, Lump) else rows.select_related("lump")


def _with_person(rows: Any) -> Any:
    if rows.model is Person:
        return rows
    return rows.select_related("person") if rows.model is Lump else rows.select_related("lump__person")
