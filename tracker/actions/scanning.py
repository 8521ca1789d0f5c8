"""One look of the clock at one lump."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from tracker.actions.assessing import scan_lump
from tracker.models import Lump

AFTER_A_FAULT = timedelta(hours=1)


def look(*, pk: UUID, at: datetime) -> None:
    """Assess a lump at `at` in a transaction of its own. One that cannot be assessed is put off, so that it does not
    stand first in the scan for ever, and the fault is raised."""
    try:
        with transaction.atomic():
            scan_lump(pk=pk, at=at)
    except Exception:
        Lump.objects.filter(pk=pk, next_look_at__lte=at).update(next_look_at=at + AFTER_A_FAULT)
        raise
