"""Keeping lumps."""

from typing import Any
from uuid import UUID

from django.db import transaction

from tracker.actions import audit
from tracker.actions.assessing import assess_lump
from tracker.actions.keeping import Kept, both_kept, delete, find_to_write, keep, restore, show_again
from tracker.diary.rows import lump_columns
from tracker.models import Lump, Person


def save_lump(*, user: Any, pk: UUID, person_id: UUID, body: dict[str, Any], base_revision: int | None = None) -> Kept:
    """PUT of a lump of a person that `user` may write for. What changes its facts is assessed again."""
    with both_kept(user=user, pk=pk, body=body), transaction.atomic():
        person = find_to_write(Person, person_id, user, field="person")
        kept = keep(
            model=Lump, pk=pk, user=user, person_id=person.pk,
            fields={**lump_columns(body), "person_id": person.pk}, base_revision=base_revision,
        )  # fmt: skip
        if kept.changed and not kept.created:
            assess_lump(lump=kept.row)
    return kept


def delete_lump(*, user: Any, pk: UUID) -> None:
    """A tombstone, undoable for 30 days."""
    with transaction.atomic():
        row = find_to_write(Lump, pk, user)
        delete(row=row)
        audit.note("lump.deleted", actor=user, person=row.person_id, what=pk)


def restore_lump(*, user: Any, pk: UUID) -> Lump:
    with transaction.atomic():
        row: Lump = find_to_write(Lump, pk, user)
        if row.is_deleted:
            restore(row=row)
            audit.note("lump.restored", actor=user, person=row.person_id, what=pk)
            show_again(row)  # whoever came meanwhile has not seen it yet
    return row
