"""Reminders: a wall-clock time, once a local day, whatever the zone or the clock does."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from tests.notifications.cast import account, lump_of, person_of
from tracker.actions import asking, reminders
from tracker.actions.errors import MayOnlyLook, NotThere, Wrong
from tracker.actions.people import save_person
from tracker.actions.slots import Plan
from tracker.models import Delivery, Entry, Membership, Notice, Person, Reminder, User
from tracker.models.base import uuid7
from tracker.wallclock import instant_of

EVERY_DAY = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
# half an hour of daylight saving; a day left out; back for Ramadan; midnight skipped; two hours; 45 minutes off
ODD_ZONES = [
    ("Australia/Lord_Howe", date(2025, 1, 1)),
    ("Pacific/Apia", date(2011, 1, 1)),
    ("Africa/Casablanca", date(2025, 1, 1)),
    ("America/Santiago", date(2025, 1, 1)),
    ("Antarctica/Troll", date(2025, 1, 1)),
    ("Pacific/Chatham", date(2025, 1, 1)),
    ("Asia/Beirut", date(2022, 6, 1)),
    ("America/Scoresbysund", date(2023, 6, 1)),
    ("Africa/Cairo", date(2023, 1, 1)),
]


@pytest.mark.parametrize("at", [time(8, 30), time(0, 0), time(0, 30), time(2, 15), time(23, 45)])
@pytest.mark.parametrize(("name", "start"), ODD_ZONES)
def test_730_days_have_one_slot_each(name: str, start: date, at: time) -> None:
    zone = ZoneInfo(name)
    plan = Plan(at=at, zone=zone, starts_on=start, days=EVERY_DAY)
    slots: list[datetime] = []
    slot = plan.next_after(datetime.combine(start, time(0), tzinfo=zone).astimezone(UTC) - timedelta(seconds=1))
    while slot is not None and slot.astimezone(zone).date() < start + timedelta(days=730):
        slots.append(slot.astimezone(zone))
        slot = plan.next_after(slot)
    days = [slot.date() for slot in slots]
    wanted = [start + timedelta(days=n) for n in range(730)]
    if name == "Pacific/Apia":
        wanted.remove(date(2011, 12, 30))  # there was no such day in Samoa
    assert days == wanted
    off = [slot for slot in slots if slot.time().replace(tzinfo=None) != at]
    assert len(off) <= 4  # only where the clock skipped that very time


def test_a_skipped_time_moves_on_and_a_doubled_one_counts_once() -> None:
    london = ZoneInfo("Europe/London")
    assert instant_of(date(2026, 3, 29), time(1, 30), london) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert instant_of(date(2026, 10, 25), time(1, 30), london) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert instant_of(date(2011, 12, 30), time(8), ZoneInfo("Pacific/Apia")) is None


def test_every_third_day_and_a_pause() -> None:
    plan = Plan(at=time(9), zone=ZoneInfo("UTC"), starts_on=date(2026, 1, 1), every=3, paused_until=date(2026, 1, 6))
    slot = plan.next_after(datetime(2026, 1, 1, 12, tzinfo=UTC))
    assert slot == datetime(2026, 1, 7, 9, tzinfo=UTC)
    assert plan.next_after(slot) == datetime(2026, 1, 10, 9, tzinfo=UTC)
    never = Plan(at=time(9), zone=ZoneInfo("UTC"), starts_on=date(2026, 1, 1), days=[])
    assert never.next_after(slot) is None


def _set(user: User, lump: Any, **fields: Any) -> Reminder:
    given: dict[str, Any] = {"at": time(8, 30), "days": EVERY_DAY} | fields
    row: Reminder = reminders.save_reminder(user=user, pk=uuid7(), lump_id=lump.pk, **given).row
    return row


def _slots() -> list[str]:
    return sorted(Notice.objects.filter(kind="reminder").values_list("cause", flat=True))


@pytest.fixture
def alice(db: Any) -> User:
    user = account("alice")
    Person.objects.filter(pk=person_of(user).pk).update(timezone="Europe/London")
    return user


def test_a_slot_is_posted_once_however_often_the_clock_looks(alice: User) -> None:
    row = _set(alice, lump_of(alice))
    assert row.next_at is not None
    slot = row.next_at
    assert asking.post_due_reminders(slot - timedelta(seconds=1)) == 0
    assert asking.post_due_reminders(slot) == 1
    assert asking.post_due_reminders(slot + timedelta(minutes=1)) == 0
    Reminder.objects.update(next_at=slot)  # a second scheduler with an old view of the row
    assert asking.post_due_reminders(slot + timedelta(minutes=2)) == 0
    assert len(_slots()) == 1
    assert Delivery.objects.count() == 1


def test_a_clock_that_jumps_neither_doubles_nor_misses(alice: User) -> None:
    row = _set(alice, lump_of(alice))
    assert row.next_at is not None
    first = row.next_at
    moves = [timedelta(0), timedelta(hours=2), timedelta(0), timedelta(days=1), timedelta(hours=1), timedelta(days=1)]
    for moved in moves:
        asking.post_due_reminders(first + moved)
    for hours in range(24, 24 * 4):
        asking.post_due_reminders(first + timedelta(hours=hours))
    assert _slots() == sorted(f"reminder:{row.pk}:{first + timedelta(days=n):%Y%m%dT%H%MZ}" for n in range(4))


def test_after_an_absence_only_what_is_younger_than_a_day_is_posted(alice: User) -> None:
    row = _set(alice, lump_of(alice))
    assert row.next_at is not None
    first = row.next_at
    assert asking.post_due_reminders(first + timedelta(days=5, hours=23, minutes=59)) == 1
    assert _slots() == [f"reminder:{row.pk}:{first + timedelta(days=5):%Y%m%dT%H%MZ}"]
    row.refresh_from_db()
    assert row.next_at == first + timedelta(days=6)


def test_a_day_with_an_entry_is_done(alice: User) -> None:
    lump = lump_of(alice)
    row = _set(alice, lump)
    assert row.next_at is not None
    Entry.objects.create(lump=lump, measured_at=row.next_at - timedelta(hours=1))
    assert asking.post_due_reminders(row.next_at) == 0
    row.refresh_from_db()
    assert row.next_at is not None
    assert asking.post_due_reminders(row.next_at) == 1


def test_those_who_help_are_reminded_and_those_who_look_are_not(alice: User) -> None:
    carol, victor = account("carol"), account("victor")
    person = person_of(alice)
    Membership.objects.create(person=person, user=carol, role="carer", email=carol.email)
    Membership.objects.create(person=person, user=victor, role="viewer", email=victor.email)
    row = _set(alice, lump_of(alice))
    assert row.next_at is not None
    asking.post_due_reminders(row.next_at)
    assert {notice.user for notice in Notice.objects.all()} == {alice, carol}


def test_a_reminder_is_saved_changed_and_deleted_by_those_who_may(alice: User) -> None:
    bob, victor = account("bob"), account("victor")
    Membership.objects.create(person=person_of(alice), user=victor, role="viewer", email=victor.email)
    lump = lump_of(alice)
    row = _set(alice, lump)
    same = reminders.save_reminder(user=alice, pk=row.pk, lump_id=lump.pk, at=time(8, 30), days=EVERY_DAY)
    assert (same.created, same.changed) == (False, False)
    later = reminders.save_reminder(user=alice, pk=row.pk, lump_id=lump.pk, at=time(20), every=2)
    assert later.changed
    assert later.row.next_at.astimezone(ZoneInfo("Europe/London")).time() == time(20)
    for user, fault in ((bob, NotThere), (victor, MayOnlyLook)):
        with pytest.raises(fault):
            reminders.save_reminder(user=user, pk=uuid7(), lump_id=lump.pk, at=time(9), every=1)
        with pytest.raises(fault):
            reminders.delete_reminder(user=user, pk=row.pk)
    with pytest.raises(NotThere):  # a stranger's id on one's own lump
        reminders.save_reminder(user=bob, pk=row.pk, lump_id=lump_of(bob).pk, at=time(9), every=1)
    reminders.delete_reminder(user=alice, pk=row.pk)
    assert not Reminder.objects.exists()


@pytest.mark.parametrize(
    "fields",
    [
        {"days": ["mon"], "every": 2},
        {"days": None},
        {"days": []},
        {"days": ["monday"]},
        {"days": None, "every": 0},
        {"days": None, "every": 367},
        {"at": time(8, tzinfo=UTC)},
    ],
)
def test_a_plan_that_is_none_is_refused(alice: User, fields: dict[str, Any]) -> None:
    with pytest.raises(Wrong):
        _set(alice, lump_of(alice), **fields)


def test_a_move_keeps_the_time_on_the_clock(alice: User) -> None:
    row = _set(alice, lump_of(alice))
    person = person_of(alice)
    before = row.next_at
    save_person(user=alice, pk=person.pk, body={"name": "Me", "timezone": "Europe/London"})
    row.refresh_from_db()
    assert row.next_at == before
    save_person(user=alice, pk=person.pk, body={"name": "Me", "timezone": "Pacific/Auckland"})
    row.refresh_from_db()
    assert row.next_at is not None
    assert row.next_at.astimezone(ZoneInfo("Pacific/Auckland")).time() == time(8, 30)
    assert row.next_at > timezone.now()
