"""Taking a diary file in: the same file twice changes nothing, and a row that cannot be taken is named and passed by.

One lump with its entries and events is one transaction, so that nothing half done is ever seen and nobody waits long; a
file that was cut off halfway is sent again. Photos follow through the one intake. Old findings are assessed silently.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tracker.actions import asking, audit, treatment
from tracker.actions.assessing import assess_lump
from tracker.actions.errors import Refused
from tracker.actions.imported import Imported
from tracker.actions.importing_photos import import_photo
from tracker.actions.keeping import delete, number_changes, person_of, show_again, store_revision
from tracker.diary.incoming import Incoming, faults
from tracker.diary.rows import entry_columns, event_columns, lump_columns, person_columns
from tracker.models import CareEvent, Entry, Lump, Membership, Person, User

Body = dict[str, Any]
AT_ONCE = 500


def import_diary(*, user: User, incoming: Incoming, dry_run: bool = False) -> Imported:
    """Take in what `incoming` holds; with `dry_run` only say what would come of it."""
    work = _Import(user, incoming, dry_run)
    for place, person in enumerate(incoming.people):
        work.person(f"people[{place}]", person)
    if not dry_run:
        with transaction.atomic():
            if work.made_people:
                _leave_empty_start(user, work.seen)
            audit.note("import.made", actor=user, what=user.pk)
    return work.done


def import_entries(*, user: User, lump: Lump, bodies: list[Body], dry_run: bool = False) -> Imported:
    """Take entries (bodies of the diary file, checked) into one lump that `user` may write to."""
    work = _Import(user, Incoming([]), dry_run)
    work.of_lump(f"lumps[{lump.pk}]", lump, {"entries": bodies, "events": []}, False)
    if not dry_run:
        audit.note("import.made", actor=user, person=lump.person_id, what=lump.pk)
    return work.done


class _Import:
    def __init__(self, user: User, incoming: Incoming, dry: bool) -> None:
        self.user, self.incoming, self.dry = user, incoming, dry
        self.done = Imported()
        self.seen: set[tuple[str, UUID]] = set()
        self.taken: set[UUID] = set()  # entries, whose photos may follow
        self.made_people = False

    def person(self, path: str, body: Any) -> None:
        pk = self._checked("person", path, body)
        if pk is None:
            return None
        fields = person_columns(body)
        try:
            row = self._person(pk, fields)
        except IntegrityError:  # another import was quicker to make it, and its row is there now
            row = self._person(pk, fields)
        if row is None:
            return self.done.refuse(path, _not_here())
        for place, lump in enumerate(body["lumps"]):
            self._lump(f"{path}.lumps[{place}]", row, lump)
        return None

    def _person(self, pk: UUID, fields: Body) -> Person | None:
        """The person as it is now; None where it is somebody else's."""
        with transaction.atomic():
            self._hold(pk)
            row: Person | None = Person.objects.filter(pk=pk).first()
            if row is not None and not self._owns(pk):
                return None
            if row is not None:
                self._bring(row, fields)
                return row
            row = Person(pk=pk, **fields)
            if not self.dry:
                self._start(row)
        self.done.added += 1
        self.made_people = True
        return row

    def _hold(self, person: UUID) -> None:
        """Before a row is read that may be changed: else a version that comes between would be lost."""
        if not self.dry:
            Person.hold(person)

    def _start(self, row: Person) -> None:
        row.save(force_insert=True)
        row.change = Person.next_change(row.pk)
        row.save(update_fields=["change"])
        Membership.objects.create(person=row, user=self.user, role=Membership.OWNER, photos=True)

    def _owns(self, person: UUID) -> bool:
        own = Membership.objects.live().for_user(self.user).filter(role=Membership.OWNER)
        return own.filter(person=person).exists()

    def _lump(self, path: str, person: Person, body: Any) -> None:
        pk = self._checked("lump", path, body)
        if pk is None:
            return None
        noticed = body.get("first_noticed_on")
        noticed_on = date.fromisoformat(noticed) if noticed else None
        fields = lump_columns({**body, "first_noticed_on": noticed_on})
        before = (self.done.added, self.done.changed, self.done.same, len(self.done.refused), self.done.left_off)
        try:
            with transaction.atomic():
                self._hold(person.pk)
                row = Lump.objects.select_related("person").filter(pk=pk).first()
                if row is not None and row.person_id != person.pk:
                    return self.done.refuse(path, _not_here())
                new = row is None
                if row is None:
                    self.done.added += 1
                    row = Lump(pk=pk, person=person, **fields)
                    if not self.dry:
                        row.change = Person.next_change(person.pk)
                        row.save(force_insert=True)
                changed = False if new else self._bring_lump(row, fields)
                self.of_lump(path, row, body, changed)
        except IntegrityError:  # somebody else was quicker with one of the ids: the lump is as it was
            self.done.added, self.done.changed, self.done.same, refused, self.done.left_off = before
            del self.done.refused[refused:]
            return self.done.refuse(path, _not_here())
        for place, entry in enumerate(body["entries"]):
            self._photos(f"{path}.entries[{place}]", row, entry)
        return None

    def _bring_lump(self, row: Lump, fields: Body) -> bool:
        was_deleted = row.is_deleted
        changed = self._bring(row, fields)
        if was_deleted and not self.dry:
            show_again(row)
        return changed

    def of_lump(self, path: str, lump: Lump, body: Body, changed: bool) -> None:
        """Its entries and events; call inside a transaction. `changed`: the lump itself has, so it is assessed anyhow."""
        with transaction.atomic():
            self._hold(lump.person_id)
            new = self._rows(Entry, "entry", f"{path}.entries", lump, body["entries"])
            events = self._rows(CareEvent, "event", f"{path}.events", lump, body["events"])
            if self.dry or not (changed or new.moved or events.moved):
                return
            now = timezone.now()
            for event in events.added:
                treatment.set_check(event, at=now)
            if new.added:
                asking.entry_logged(lump=lump, measured_at=[row.measured_at for row in new.added])
            assess_lump(lump=lump, silent=True)

    def _rows(self, model: Any, part: str, path: str, lump: Lump, bodies: list[Any]) -> "_Moved":
        moved = _Moved()
        for chunk in _chunks(list(self._good(part, path, bodies))):
            known = model.objects.select_related("lump").in_bulk([pk for _path, pk, _body in chunk])
            fresh: list[Any] = []
            for where, pk, body in chunk:
                fields = _columns(part, body)
                row = known.get(pk)
                if row is None:
                    more = {"author": self.user} if part == "entry" else {}
                    fresh.append(model(pk=pk, lump=lump, **fields, **more))
                elif row.lump_id != lump.pk:
                    self.done.refuse(where, _not_here())
                    continue
                else:
                    moved.changed |= self._bring(row, fields)
                self.taken.add(pk)
            self.done.added += len(fresh)
            if fresh and not self.dry:
                number_changes(lump.person_id, fresh)
                model.objects.bulk_create(fresh)
            moved.added += fresh
        return moved

    def _bring(self, row: Any, fields: Body) -> bool:
        """Bring a row to what the file says, back from a tombstone too. Is anything changed?"""
        differs = any(getattr(row, name) != value for name, value in fields.items())
        if not differs and not row.is_deleted:
            self.done.same += 1
            return False
        self.done.changed += 1
        if self.dry:
            return True
        if differs:
            store_revision(row, self.user)
            row.revision += 1
        for name, value in fields.items():
            setattr(row, name, value)
        row.deleted_at = None
        row.change = Person.next_change(person_of(row))
        row.save(update_fields=[*fields, "revision", "change", "deleted_at", "updated_at"])
        return True

    def _good(self, part: str, path: str, bodies: list[Any]) -> Iterator[tuple[str, UUID, Body]]:
        for place, body in enumerate(bodies):
            where = f"{path}[{place}]"
            pk = self._checked(part, where, body)
            if pk is not None:
                yield where, pk, body

    def _checked(self, part: str, path: str, body: Any) -> UUID | None:
        """The row's id; None where the row was refused."""
        if found := faults(part, body):
            for each in found:
                self.done.refuse(".".join(filter(None, (path, each.path))), each.why)
            return None
        pk = UUID(body["id"])
        if (part, pk) in self.seen:
            self.done.refuse(f"{path}.id", _("stands in this file twice"))
            return None
        self.seen.add((part, pk))
        return pk

    def _photos(self, path: str, lump: Lump, entry: Any) -> None:
        """Of an entry that was taken."""
        photos = entry.get("photos") if isinstance(entry, dict) else None
        if not photos or _id_of(entry) not in self.taken:
            return
        for number, (where, pk, body) in enumerate(self._good("photo", f"{path}.photos", photos)):
            if number >= settings.PHOTOS_PER_ENTRY:  # before its picture is unpacked
                self.done.refuse(where, _("An entry can hold four photos. Make a new entry for more."))
                continue
            try:
                done = import_photo(
                    user=self.user, incoming=self.incoming, lump=lump, entry=UUID(entry["id"]), pk=pk, body=body,
                    dry_run=self.dry,
                )  # fmt: skip
                setattr(self.done, done, getattr(self.done, done) + 1)
            except Refused as refused:
                self.done.refuse(where, refused.sentence)


@dataclass
class _Moved:
    added: list[Any] = field(default_factory=list)
    changed: bool = False

    @property
    def moved(self) -> bool:
        return bool(self.added) or self.changed


def _columns(part: str, body: Body) -> Body:
    if part == "entry":
        return entry_columns({**body, "measured_at": datetime.fromisoformat(body["measured_at"])})
    return event_columns({**body, "at": datetime.fromisoformat(body["at"])})


def _not_here() -> str:
    """The same sentence whatever the reason, so that nobody learns whose an id is."""
    return _("This cannot be taken in under its id in this account.")


def _id_of(entry: Body) -> UUID | None:
    try:
        return UUID(str(entry.get("id")))
    except ValueError:
        return None


def _chunks(rows: list[Any]) -> Iterator[list[Any]]:
    return (rows[at : at + AT_ONCE] for at in range(0, len(rows), AT_ONCE))


def _leave_empty_start(user: User, seen: set[tuple[str, UUID]]) -> None:
    """The empty diary that an account begins with makes room for the one that was brought along (undoable for 30 days)."""
    own = Membership.objects.live().for_user(user).filter(role=Membership.OWNER).values("person_id")
    for row in Person.objects.kept().filter(pk__in=own, revision=1, lumps__isnull=True, name=_("Me")):
        others = row.memberships.exclude(user=user).exists() or row.measuring_trials.exists()
        if ("person", row.pk) not in seen and not others and row.conditions is None and not row.birth_year:
            delete(row=row)
