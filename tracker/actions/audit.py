"""Writing the audit."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from tracker.models import AuditLine


def note(deed: str, *, actor: Any = None, person: UUID | None = None, what: UUID | None = None) -> None:
    """Append a line: who (account or None), whose diary, the deed, and the id of what it was done to.

    `deed` is "thing.done" ("link.made"); api/views/audit.py has a sentence for each, and a plain one for those it does
    not know.
    """
    note_all(deed, actor=actor, person=person, whats=[what])


def note_all(deed: str, *, actor: Any = None, person: UUID | None = None, whats: Iterable[UUID | None]) -> None:
    """One line for each of `whats`, in one statement."""
    who = getattr(actor, "pk", None)
    AuditLine.objects.bulk_create([AuditLine(actor=who, person=person, deed=deed, what=what) for what in whats])
