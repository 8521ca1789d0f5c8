"""Writing the audit."""

from typing import Any
from uuid import UUID

from tracker.models import AuditLine


def note(deed: str, *, actor: Any = None, person: UUID | None = None, what: UUID | None = None) -> None:
    """Append a line: who (account or None), whose diary, the deed, and the id of what it was done to."""
    AuditLine.objects.create(actor=getattr(actor, "pk", None), person=person, deed=deed, what=what)
