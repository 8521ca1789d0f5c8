"""Reminders: set by a person, posted by the clock, once a slot."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tracker.actions.errors import Wrong
from tracker.actions.keeping import Kept, find_to_write
from tracker.actions.slots import plan_of, zone_named
from tracker.models import Entry, Lump, Reminder
from tracker.models.reminders import WEEKDAYS
from tracker.notifications import messages
from tracker.notifications.outbox import post, told_about

OLDEST_SLOT = timedelta(hours=24)  # an older one would only confuse
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
            row.next_at = plan_of(row).next_after(now)
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
        row.next_at = plan_of(row).next_after(at)
        row.save(update_fields=["next_at"])


def due_reminders(*, at: datetime, limit: int = 200) -> list[UUID]:
    """Ids of reminders whose slot has come, longest overdue first."""
    return list(Reminder.objects.due(at).order_by("next_at").values_list("pk", flat=True)[:limit])


def post_reminder(*, pk: UUID, at: datetime) -> int:
    """Post every slot of one reminder that came by `at` and is under 24 hours old; the number of notices written.

    A slot whose day has an entry already is done. One notice a slot and account, however often this runs and whatever
    the clock did in between: the notice's cause names the slot.
    """
    with transaction.atomic():
        rows = Reminder.objects.due(at).select_for_update(of=("self",)).select_related("lump__person")
        row = rows.filter(pk=pk).first()
        if row is None:
            return 0
        plan, posted = plan_of(row), 0
        slot = row.next_at
        # after a long absence begin at the first slot that still matters
        if slot is not None and slot <= at - OLDEST_SLOT:
            slot = plan.next_after(at - OLDEST_SLOT)
        while slot is not None and slot <= at:
            if not _is_done(row, slot, plan.zone):
                posted += _post(row, slot, at)
            slot = plan.next_after(slot)
        row.next_at = slot
        row.save(update_fields=["next_at"])
    return posted


def post_due_reminders(at: datetime) -> int:
    """All that is due at `at`, one transaction each; the number of notices written."""
    return sum(post_reminder(pk=pk, at=at) for pk in due_reminders(at=at))


def _post(row: Reminder, slot: datetime, at: datetime) -> int:
    words = messages.for_reminder(row)
    posted = [
        post(
            user=user, kind=words.kind, cause=f"reminder:{row.pk}:{slot:%Y%m%dT%H%MZ}", subject=words.subject,
            body=words.body, link=words.link, at=at, person=row.lump.person, lump=row.lump,
        )
        for user in told_about(row.lump.person_id, at=at, who_write=True)
    ]  # fmt: skip
    return sum(notice is not None for notice in posted)


def _is_done(row: Reminder, slot: datetime, zone: Any) -> bool:
    """Is there an entry of this local day up to the slot?"""
    midnight = slot.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    return Entry.objects.kept().filter(lump=row.lump_id, measured_at__gte=midnight, measured_at__lte=slot).exists()


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
