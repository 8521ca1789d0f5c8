"""Reminders as a calendar: right in every zone, silent about what they are for, and gone when the address is ended."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone
from icalendar import Calendar

from tests.notifications.cast import account, lump_of, person_of
from tests.notifications.test_words import HEALTH
from tracker.actions import calendar as deeds
from tracker.actions import reminders
from tracker.actions.errors import NotThere
from tracker.models import CalendarFeed, Lump, Membership, User
from tracker.models.base import uuid7
from tracker.notifications.calendar import calendar_of

pytestmark = pytest.mark.django_db


def _remind(user: User, lump: Lump, at: time = time(8, 30), **when: Any) -> Any:
    return reminders.save_reminder(user=user, pk=uuid7(), lump_id=lump.pk, at=at, **when).row


def _lump_in(user: User, zone: str) -> Lump:
    person = person_of(user)
    person.timezone = zone
    person.save()
    return lump_of(user, "Sore cyst")


def _events(raw: bytes) -> list[Any]:
    return list(Calendar.from_ical(raw).walk("VEVENT"))


def test_days_of_the_week_every_so_many_days_and_one_that_adapts() -> None:
    alice = account("alice")
    lump = _lump_in(alice, "Europe/London")
    weekly = _remind(alice, lump, days=["mon", "thu"])
    daily = _remind(alice, lump, at=time(21), every=3)
    adaptive = _remind(alice, lump, every=7, adaptive=True)
    first, second, third = _events(calendar_of(alice, timezone.now()))
    zone = ZoneInfo("Europe/London")
    assert first["RRULE"].to_ical() == b"FREQ=WEEKLY;BYDAY=MO,TH"
    assert first["DTSTART"].dt == weekly.next_at.astimezone(zone)
    assert first["DTSTART"].params["TZID"] == "Europe/London"
    assert second["RRULE"].to_ical() == b"FREQ=DAILY;INTERVAL=3"
    assert second["DTSTART"].dt == daily.next_at.astimezone(zone)
    assert "RRULE" not in third
    assert third["DTSTART"].dt == adaptive.next_at.astimezone(zone)
    assert len({str(event["UID"]) for event in (first, second, third)}) == 3


@pytest.mark.parametrize(
    "name", ["Europe/London", "Australia/Lord_Howe", "Africa/Casablanca", "America/New_York", "Asia/Kathmandu", "Pacific/Apia"]
)  # fmt: skip
def test_the_zone_written_out_says_what_the_zone_says(name: str) -> None:
    """A calendar that knows no zone names reads VTIMEZONE; so it must give the same hours as the real zone."""
    alice = account("alice")
    _remind(alice, _lump_in(alice, name), every=1)
    found = Calendar.from_ical(calendar_of(alice, timezone.now()))
    written: Any
    [written] = found.walk("VTIMEZONE")
    assert written["TZID"] == name
    told, real = written.to_tz(lookup_tzid=False), ZoneInfo(name)
    start = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0)
    for day in range(0, 730, 3):
        local = (start + timedelta(days=day)).astimezone(real).replace(tzinfo=None)
        assert local.replace(tzinfo=told).utcoffset() == local.replace(tzinfo=real).utcoffset(), local


def test_it_says_nothing_of_what_it_is_for() -> None:
    alice = account("alice")
    lump = _lump_in(alice, "Europe/London")
    for when in ({"days": ["sun"]}, {"every": 2, "adaptive": True}):
        _remind(alice, lump, **when)
    text = calendar_of(alice, timezone.now()).decode()
    words = "\n".join(line for line in text.splitlines() if not line.startswith(("UID", "DTSTAMP", "DTSTART", "TZ")))
    assert not HEALTH.search(words), HEALTH.search(words)
    assert "cyst" not in text and str(lump.pk) not in text


def test_paused_ones_begin_later_and_endless_pauses_are_left_out() -> None:
    alice = account("alice")
    lump = _lump_in(alice, "Europe/London")
    until = timezone.now().date() + timedelta(days=40)
    _remind(alice, lump, every=1, paused_until=until)
    row = _remind(alice, lump, every=1)
    type(row).objects.filter(pk=row.pk).update(next_at=None)
    [event] = _events(calendar_of(alice, timezone.now()))
    assert event["DTSTART"].dt.date() >= until


def test_whose_reminders_stand_in_it() -> None:
    alice, carol, victor, bob = map(account, ("alice", "carol", "victor", "bob"))
    person = person_of(alice)
    for user, role, told in ((carol, "carer", True), (victor, "viewer", True)):
        Membership.objects.create(person=person, user=user, role=role, email=user.email, told=told)
    _remind(alice, lump_of(alice), every=1)
    counts = {user.email[0]: len(_events(calendar_of(user, timezone.now()))) for user in (alice, carol, victor, bob)}
    assert counts == {"a": 1, "c": 1, "v": 0, "b": 0}


def test_the_address_opens_it_until_it_is_ended_or_made_anew() -> None:
    alice = account("alice")
    _remind(alice, lump_of(alice), every=1)
    row, token = deeds.make_feed(user=alice)
    assert len(token) == 43
    assert token not in str(CalendarFeed.objects.values().get())
    client = Client()
    answer = client.get(f"/calendar/{token}.ics")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert "no-store" in answer["Cache-Control"]
    assert len(_events(answer.content)) == 1
    assert client.post(f"/calendar/{token}.ics").status_code == 405
    _row, newer = deeds.make_feed(user=alice)
    assert client.get(f"/calendar/{token}.ics").status_code == 404
    assert client.get(f"/calendar/{newer}.ics").status_code == 200
    User.objects.filter(pk=alice.pk).update(is_active=False)
    assert client.get(f"/calendar/{newer}.ics").status_code == 404
    User.objects.filter(pk=alice.pk).update(is_active=True)
    deeds.end_feed(user=alice)
    for dead in (newer, "x", "", str(row.pk)):
        assert client.get(f"/calendar/{dead}.ics").status_code == 404
    with pytest.raises(NotThere):
        deeds.end_feed(user=alice)


def test_a_skipped_hour_leaves_the_other_days_as_they_were_set() -> None:
    alice = account("alice")
    row = _remind(alice, _lump_in(alice, "Europe/London"), at=time(1, 30), every=1)
    zone = ZoneInfo("Europe/London")
    spring = date(2027, 3, 28)  # 01:00 becomes 02:00
    row.next_at = datetime.combine(spring, time(2, 30), tzinfo=zone).astimezone(UTC)
    row.save()
    [event] = _events(calendar_of(alice, timezone.now()))
    assert event.to_ical().find(b"DTSTART;TZID=Europe/London:20270328T013000") > 0
