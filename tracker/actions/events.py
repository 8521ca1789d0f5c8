"""Keeping events: examinations, treatments, injuries."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from tracker.actions import audit, treatment
from tracker.actions.assessing import assess_lump
from tracker.actions.keeping import Kept, both_kept, delete, find_to_write, keep, restore
from tracker.diary.rows import event_columns
from tracker.models import CareEvent, Lump


def save_event(*, user: Any, pk: UUID, lump_id: UUID, body: dict[str, Any], base_revision: int | None = None) -> Kept:
    """PUT of an event; an examination may make findings quiet, so the lump is assessed again."""
    with both_kept(user=user, pk=pk, body=body), transaction.atomic():
        lump = find_to_write(Lump, lump_id, user, field="lump")
        kept = keep(
            model=CareEvent, pk=pk, user=user, person_id=lump.person_id,
            fields={**event_columns(body), "lump_id": lump.pk}, base_revision=base_revision,
        )  # fmt: skip
        if kept.changed:
            treatment.set_check(kept.row, at=timezone.now())
            assess_lump(lump=lump)
    return kept


def delete_event(*, user: Any, pk: UUID) -> None:
    with transaction.atomic():
        row = find_to_write(CareEvent, pk, user)
        delete(row=row)
        audit.note("event.deleted", actor=user, person=row.lump.person_id, what=pk)
        assess_lump(lump=row.lump)


def restore_event(*, user: Any, pk: UUID) -> CareEvent:
    with transaction.atomic():
        row: CareEvent = find_to_write(CareEvent, pk, user)
        restore(row=row)
        audit.note("event.restored", actor=user, person=row.lump.person_id, what=pk)
        treatment.set_check(row, at=timezone.now())
        assess_lump(lump=row.lump)
    return row
