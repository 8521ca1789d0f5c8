"""One's reminders as a calendar (RFC 5545). It may hang in a kitchen: no title in it says what it is about."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from tracker.models import Membership, Reminder, User
from tracker.notifications import messages
from tracker.wallclock import zone_named

AHEAD = timedelta(days=5 * 365)  # how far the time zones' rules are written out
ABOUT_A_MINUTE = timedelta(minutes=10)


def calendar_of(user: User, at: datetime) -> bytes:
    """The feed: the reminders this account is sent, each in the time zone of its diary, daylight saving and all.

    A paused reminder begins with its next slot; one that adapts stands once, at its next slot, since nobody knows
    the one after.
    """
    from icalendar import Calendar  # it brings dateutil and more, which only this needs

    feed = Calendar()
    feed.add("prodid", "-//diary//reminders//EN")
    feed.add("version", "2.0")
    feed.add("calscale", "GREGORIAN")
    feed.add("method", "PUBLISH")
    feed.add("x-wr-calname", _("Diary"))
    feed.add("refresh-interval", timedelta(hours=6), parameters={"VALUE": "DURATION"})
    for row in _reminders(user, at):
        feed.add_component(_event(row))
    feed.add_missing_timezones(first_date=(at - timedelta(days=365)).date(), last_date=(at + AHEAD).date())
    return bytes(feed.to_ical())


def _reminders(user: User, at: datetime) -> list[Reminder]:
    told = Membership.objects.live(at).filter(user=user, told=True).exclude(role=Membership.VIEWER)
    rows = Reminder.objects.visible_to(user, to_write=True).filter(lump__person__in=told.values("person_id"))
    return list(rows.filter(next_at__isnull=False).select_related("lump__person").order_by("created_at", "pk"))


def _event(row: Reminder) -> Any:
    from icalendar import Event

    zone = zone_named(row.lump.person.timezone)
    assert row.next_at is not None
    event = Event()
    event.add("uid", f"{row.pk}@{messages.host()}")
    event.add("dtstamp", row.created_at)
    event.add("summary", _("A reminder from your diary"))
    event.add("description", _("It is time for your next entry."))
    event.add("url", f"{settings.PUBLIC_URL}/app/")
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT")
    if row.adaptive:
        event.add("dtstart", row.next_at.astimezone(zone))
    else:
        # the wall-clock time as it was set, on the day of the next slot: a slot in a skipped hour was moved, the rest not
        event.add("dtstart", datetime.combine(row.next_at.astimezone(zone).date(), row.at, tzinfo=zone))
        event.add("rrule", _rule(row))
    event.add("duration", ABOUT_A_MINUTE)
    return event


def _rule(row: Reminder) -> dict[str, Any]:
    if row.days:
        return {"freq": "weekly", "byday": [day[:2].upper() for day in row.days]}
    return {"freq": "daily", "interval": row.every}
