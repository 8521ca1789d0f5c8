"""Logging: the deed everything else hangs on."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction

from tracker.actions import asking, audit
from tracker.actions.assessing import Advice, assess_lump
from tracker.actions.errors import GONE, NotThere, Refused
from tracker.actions.keeping import both_kept, delete, find_to_write, keep, keep_new, restore
from tracker.diary.rows import entry_columns
from tracker.models import Entry, Lump, Photo
from tracker.models.beside import beside
from tracker.models.turn import atomic_in_turn


@dataclass(frozen=True)
class Logged:
    """What became of an entry, and what the diary says to it."""

    row: Entry
    created: bool
    changed: bool
    advice: Advice


def log_entry(*, user: Any, pk: UUID, lump_id: UUID, body: dict[str, Any], base_revision: int | None = None) -> Logged:
    """Keep an entry, assess its lump, and post what must be told: one transaction, all of it or nothing.

    `body` holds checked values under the keys of the diary file, `measured_at` an aware datetime. The same id twice
    is one entry. Raises NotThere, MayOnlyLook, or Stale (then both versions are kept).
    """
    with both_kept(user=user, pk=pk, body=body), atomic_in_turn():
        lump = find_to_write(Lump, lump_id, user, field="lump")
        kept = _keep_entry(user, lump, pk, body, base_revision)
        there = beside(lump.pk)
        if there.reminders:
            asking.entry_logged(lump=lump, measured_at=[kept.row.measured_at])
        return Logged(kept.row, kept.created, kept.changed, assess_lump(lump=lump, entry=kept.row, there=there))


def log_batch(*, user: Any, entries: list[tuple[UUID, UUID, dict[str, Any], int | None]]) -> list[Logged | Refused]:
    """Keep many entries: (id, lump, body, base_revision) each, answers in the same order.

    Each lump's share is one transaction and one assessment, at its newest entry; a bad entry does not sink the rest.
    """
    answers: list[Logged | Refused | None] = [None] * len(entries)
    for lump_id in dict.fromkeys(entry[1] for entry in entries):
        places = [place for place, entry in enumerate(entries) if entry[1] == lump_id]
        try:
            share = _log_share(user, lump_id, [(place, entries[place]) for place in places])
        except GONE:
            share = [(place, NotThere("lump")) for place in places]
        for place, answer in share:
            answers[place] = answer
    return [answer for answer in answers if answer is not None]


def _log_share(user: Any, lump_id: UUID, share: list[tuple[int, Any]]) -> list[tuple[int, Logged | Refused]]:
    answers: list[tuple[int, Logged | Refused]] = []
    with atomic_in_turn():
        try:
            lump = find_to_write(Lump, lump_id, user, field="lump")
        except Refused as refused:
            return [(place, refused) for place, _ in share]
        kept = []
        new = keep_new(
            model=Entry, person_id=lump.person_id, first={"author": user},
            rows=[(pk, {**entry_columns(body), "lump_id": lump.pk}) for _, (pk, _, body, _) in share],
        )  # fmt: skip
        for place, (pk, _, body, base) in share:
            if pk in new:
                kept.append((place, new[pk]))
                continue
            try:
                with both_kept(user=user, pk=pk, body=body), transaction.atomic():
                    kept.append((place, _keep_entry(user, lump, pk, body, base)))
            except Refused as refused:
                answers.append((place, refused))
        if kept:
            there = beside(lump.pk)
            if there.reminders:
                asking.entry_logged(lump=lump, measured_at=[row.row.measured_at for _, row in kept])
            advice = assess_lump(lump=lump, there=there)
            answers += [(place, Logged(row.row, row.created, row.changed, advice)) for place, row in kept]
    return answers


def _keep_entry(user: Any, lump: Lump, pk: UUID, body: dict[str, Any], base_revision: int | None) -> Any:
    return keep(
        model=Entry, pk=pk, user=user, person_id=lump.person_id,
        fields={**entry_columns(body), "lump_id": lump.pk}, base_revision=base_revision, first={"author": user},
    )  # fmt: skip


def delete_entry(*, user: Any, pk: UUID) -> None:
    """A tombstone, undoable for 30 days; the lump is assessed again without it."""
    with transaction.atomic():
        row = find_to_write(Entry, pk, user)
        delete(row=row)
        audit.note("entry.deleted", actor=user, person=row.lump.person_id, what=pk)
        assess_lump(lump=row.lump)


def restore_entry(*, user: Any, pk: UUID) -> Entry:
    with transaction.atomic():
        row: Entry = find_to_write(Entry, pk, user)
        restore(row=row)
        audit.note("entry.restored", actor=user, person=row.lump.person_id, what=pk)
        assess_lump(lump=row.lump)
    return row


def receipt_of(row: Entry) -> dict[str, Any]:
    """What lets the phone drop its copy: the row as it is kept, and what arrived of each photo."""
    photos = Photo.objects.filter(entry=row, deleted_at__isnull=True).values_list("id", "received_sha256")
    return {"id": str(row.pk), "revision": row.revision, "photos": {str(pk): sha for pk, sha in photos}}
