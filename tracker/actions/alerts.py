"""Answering an alert."""

from datetime import date, datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tracker.actions.assessing import JUST_AFTER
from tracker.actions.errors import MayOnlyLook, NotThere, Wrong
from tracker.actions.events import save_event
from tracker.models import Alert, Entry, Person
from tracker.models.base import uuid7


def acknowledge(*, user: Any, pk: UUID, how: str | None = None, on: date | None = None) -> Alert:
    """The person has seen an alert: an appointment is made, a doctor has looked (`on`, default today), or not now.

    It becomes an event of the lump, so that the rules, a replay and the doctor know it too. An emergency stays open.
    Raises NotThere, MayOnlyLook, Wrong (a doctor's look in the future).
    """
    with transaction.atomic():
        mine = Alert.objects.visible_to(user, to_write=True).select_related("lump__person").filter(pk=pk)
        found = mine.first()
        if found is None:
            raise MayOnlyLook if Alert.objects.visible_to(user).filter(pk=pk).exists() else NotThere
        Person.hold(found.lump.person_id)
        # as it stands now: an entry that came meanwhile may have made it worse, and the ladder takes a rung of it
        alert = mine.select_for_update(of=("self",)).first() or found
        if alert.state == Alert.CLOSED or (alert.state == Alert.ACKNOWLEDGED and alert.how == (how or "")):
            return alert
        now = timezone.now()
        when = _when(alert, on, now) if how == "examined" else _after_the_entries(alert, now)
        kind, detail = ("examined", "") if how == "examined" else ("acknowledged", alert.rule)
        alert.how, alert.on = how or "", on
        alert.acknowledged_at, alert.acknowledged_by, alert.next_step_at = now, user, None
        if alert.urgency != "emergency":
            alert.state = Alert.ACKNOWLEDGED
        alert.save()
        save_event(user=user, pk=uuid7(), lump_id=alert.lump_id, body={"at": when, "kind": kind, "detail": detail})
        alert.refresh_from_db()
    return alert


def _after_the_entries(alert: Alert, now: datetime) -> datetime:
    """Now, or just after the newest entry: a phone whose clock is ahead must not undo the answer to what it logged."""
    newest = Entry.objects.kept().filter(lump=alert.lump_id).order_by("-measured_at").first()
    return now if newest is None else max(now, newest.measured_at + JUST_AFTER)


def _when(alert: Alert, on: date | None, now: datetime) -> datetime:
    """Noon of that day where the person lives; now, if that is today."""
    zone = ZoneInfo(alert.lump.person.timezone or "UTC")
    today = now.astimezone(zone).date()
    if on is None or on == today:
        return now
    if on > today:
        raise Wrong(_("That day is still to come. Choose the day you were seen, or “I have an appointment”."), "on")
    return datetime.combine(on, time(12), tzinfo=zone)
