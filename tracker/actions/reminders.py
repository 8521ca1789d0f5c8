"""Reminders as a person sets them: when, put off, left out, paused."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tracker.actions import asking
from tracker.actions.errors import Wrong
from tracker.actions.keeping import Kept, find_to_write
from tracker.models import Lump, Reminder
from tracker.models.reminders import WEEKDAYS
from tracker.wallclock import zone_named

MOST_OF_A_LUMP = 20


def save_reminder(
    *,
    user: Any,
    pk: UUID,
    lump_id: UUID,
    at: time,
    days: Sequence[str] | None = None,
    every: int | None = None,
    adaptive: bool = False,
    paused_until: date | None = None,
) -> Kept:
    """PUT of a reminder: `at` on the person's clock, on weekdays (`days`) or `every` so many days.

    Raises NotThere, MayOnlyLook, or Wrong with the field that is at fault.
    """
    fields = _checked(at, days, every, adaptive, paused_until)
    with transaction.atomic():
        lump = find_to_write(Lump, lump_id, user, field="lump")
        now = timezone.now()
        row = Reminder.objects.select_for_update(of=("self",)).filter(pk=pk).first()
        if row is not None:
            row = find_to_write(Reminder, pk, user)
        elif Reminder.objects.filter(lump=lump).count() >= MOST_OF_A_LUMP:
            raise Wrong(_("There are many reminders for this already. Change or remove one of them."), "lump")
        created = row is None
        today = now.astimezone(zone_named(lump.person.timezone)).date()
        row = row or Reminder(pk=pk, starts_on=today)
        changed = created or row.lump_id != lump.pk or any(getattr(row, key) != value for key, value in fields.items())
        if changed:
            if row.every != fields["every"]:
                row.starts_on = today
            row.lump = lump
            for key, value in fields.items():
                setattr(row, key, value)
            asking.settle(row)
            asking.set_next(row, after=now)
            row.save()
    return Kept(row, created=created, changed=changed)


def delete_reminder(*, user: Any, pk: UUID) -> None:
    """Gone at once; it holds nothing of the diary. Raises NotThere, MayOnlyLook."""
    with transaction.atomic():
        find_to_write(Reminder, pk, user).delete()


def recompute_reminders(*, person_id: UUID, at: datetime | None = None) -> None:
    """After a person's zone changed: the same wall-clock times, at the new place. Call inside a transaction."""
    at = at or timezone.now()
    for row in Reminder.objects.filter(lump__person=person_id).select_related("lump__person"):
        asking.set_next(row, after=at)
        row.save(update_fields=["next_at", "why"])


def snooze_reminder(*, user: Any, pk: UUID, minutes: int = 60) -> Reminder:
    """Ask again in so many minutes, instead of the follow-up. Raises NotThere, MayOnlyLook."""
    with transaction.atomic():
        row: Reminder = find_to_write(Reminder, pk, user)
        now = timezone.now()
        row.snoozed_until, row.follow_up_at = now + timedelta(minutes=minutes), None
        row.save(update_fields=["snoozed_until", "follow_up_at"])
    return row


def skip_reminder(*, user: Any, pk: UUID, slot: datetime | None = None) -> Reminder:
    """Leave out one slot: the one that was asked and is open, else the next one.

    `slot` says which is meant, so that the same tap twice skips one; any but those two changes nothing. Raises
    NotThere, MayOnlyLook.
    """
    with transaction.atomic():
        row: Reminder = find_to_write(Reminder, pk, user)
        meant = slot or row.asked_at or row.next_at
        if meant is not None and meant == row.asked_at:
            asking.settle(row)
        elif meant is not None and meant == row.next_at:
            row.snoozed_until = None
            asking.set_next(row, after=meant)
        row.save()
    return row


def _checked(
    at: time, days: Sequence[str] | None, every: int | None, adaptive: bool, paused_until: date | None
) -> dict[str, Any]:
    if (days is None) == (every is None):
        raise Wrong(_("Choose either days of the week or a number of days."), "days")
    if days is not None:
        if not days or any(day not in WEEKDAYS for day in days):
            raise Wrong(_("Choose at least one day of the week."), "days")
        days = [day for day in WEEKDAYS if day in days]
    if every is not None and not 1 <= every <= 366:
        raise Wrong(_("Choose a number of days between 1 and 366."), "every")
    if at.tzinfo is not None:
        raise Wrong(_("Give the time as it stands on your clock, such as 08:30."), "at")
    return {
        "at": at.replace(second=0, microsecond=0), "days": days, "every": every, "adaptive": adaptive,
        "paused_until": paused_until,
    }  # fmt: skip
