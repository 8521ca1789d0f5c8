"""The rows of time: a fault at any statement, clocks that jump, zones that are odd. Tests run short versions of them."""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import time_machine
from django.db import DatabaseError, connection
from django.utils import timezone

from tests.chaos.table import Plan, Result
from tests.notifications.cast import account, lump_of, person_of
from tests.support.threads import at_once
from tracker import tasks
from tracker.actions import asking, ladder_setting, reminders
from tracker.actions.entries import log_entry
from tracker.models import Alert, ClockRun, Entry, Lump, Membership, Notice, Person, Reminder, User
from tracker.models.base import uuid7

TOLD = ("emergency", "same_day", "soon")
# what leads to an emergency, to same_day and to soon
LOUD: tuple[dict[str, Any], ...] = (
    {"unwell": ["confused"]},
    {"discharge": "pus", "pain": 8},
    {"firmness": "hard", "mobility": "fixed", "length_mm": 50.0, "method": "ruler"},
)
LONDON = ZoneInfo("Europe/London")
START = datetime(2026, 3, 20, 6, tzinfo=UTC)  # daylight saving begins on the ninth day
# half an hour of daylight saving; a day left out; back for Ramadan; midnight skipped; two hours; 45 minutes off; …
ODD_ZONES = (
    ("Australia/Lord_Howe", date(2025, 1, 1)), ("Pacific/Apia", date(2011, 1, 1)),
    ("Africa/Casablanca", date(2025, 1, 1)), ("America/Santiago", date(2025, 1, 1)),
    ("Antarctica/Troll", date(2025, 1, 1)), ("Pacific/Chatham", date(2025, 1, 1)),
    ("America/Sao_Paulo", date(2017, 6, 1)), ("America/Asuncion", date(2023, 1, 1)),
)  # fmt: skip


class Fault:
    """Breaks the connection's n-th statement, counted from 0."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.seen = 0

    def __call__(self, execute: Any, *args: Any) -> Any:
        self.seen += 1
        if self.seen - 1 == self.number:
            raise DatabaseError("the power went")
        return execute(*args)


def unsaid() -> int:
    """Findings of soon or above without a notice."""
    loud = Alert.objects.filter(urgency__in=TOLD, quiet=False)
    return sum(not Notice.objects.filter(cause__startswith=f"alert:{row.pk}:").exists() for row in loud)


def cut_everywhere(body: dict[str, Any]) -> tuple[int, int, int]:
    """Log `body` with a fault at the first statement, at the second, and so on until one gets through.

    The faults made, the findings left unsaid by any of them, and the messages too many after the phone sent it again.
    """
    alice, carol = account("alice"), account("carol")
    member = Membership.objects.create(person=person_of(alice), user=carol, role="carer", email=carol.email)
    ladder_setting.set_ladder(user=alice, person_id=member.person_id, rungs=[(member.pk, 0, 0)])
    ladder_setting.agree(user=carol, person_id=member.person_id, agreed=True)
    faults = left = extra = 0
    through = False
    while not through:
        lump, pk, at = lump_of(alice, f"No {faults}"), uuid7(), timezone.now()
        reminders.save_reminder(user=alice, pk=uuid7(), lump_id=lump.pk, at=time(8), every=1, adaptive=True)
        fault = Fault(faults)
        try:
            with connection.execute_wrapper(fault):
                log_entry(user=alice, pk=pk, lump_id=lump.pk, body={"measured_at": at, **body})
            through = fault.seen <= faults
        except DatabaseError:
            left += Entry.objects.filter(lump=lump).count() + Alert.objects.filter(lump=lump).count()
        left += unsaid()
        for _ in range(2):  # the phone kept its copy
            log_entry(user=alice, pk=pk, lump_id=lump.pk, body={"measured_at": at, **body})
        wanted = sum(1 + (alert.urgency != "soon") for alert in Alert.objects.filter(lump=lump, urgency__in=TOLD))
        extra += Notice.objects.filter(lump=lump, kind="alert").count() - wanted
        left += unsaid()
        faults += 1
    return faults - 1, left, extra


def a3(_plan: Plan) -> Result:
    """A fault at every statement from the entry to the outbox, for each urgency, with a ladder and a reminder."""
    found = []
    for body in LOUD:
        _empty()
        found.append(cut_everywhere(body))
    faults, left, extra = (sum(column) for column in zip(*found, strict=True))
    return Result(
        left == extra == 0, f"{faults} faults, one a statement: findings without a notice {left}, extra {extra}"
    )


def jump_about(*, seed: int, steps: int) -> tuple[int, int, int, int]:
    """A daily reminder and two schedulers whose clock goes on, and jumps by +2 h, -2 h and +1 day.

    The slots that came, those missed while under 24 hours old, those told twice, and those told before their time.
    """
    alice = _alice_in("Europe/London")
    chance, looks = random.Random(seed), []
    with time_machine.travel(START, tick=False) as clock:
        reminders.save_reminder(user=alice, pk=uuid7(), lump_id=lump_of(alice).pk, at=time(8, 30), every=1)
        now, early, told = START, 0, Counter[datetime]()
        for _ in range(steps):
            jump = chance.choice([timedelta(0)] * 5 + [timedelta(hours=2), timedelta(hours=-2), timedelta(days=1)])
            passed = timedelta(minutes=chance.randint(1, 60 if jump else 300))
            now = max(START, now + passed + jump)
            clock.move_to(now)
            _two_at_once(tasks.remind)
            looks.append(now)
            before, told = told, Counter(_told())
            early += sum(slot > now for slot in told.keys() - before.keys())
    came = [slot for slot in _mornings(START, max(looks)) if any(slot <= c < slot + timedelta(days=1) for c in looks)]
    return len(came), sum(slot not in told for slot in came), sum(count - 1 for count in told.values()), early


def a7(_plan: Plan) -> Result:
    """Clocks that jump, two schedulers: many runs of it."""
    sums = [0, 0, 0, 0]
    for seed in range(5):
        _empty()
        sums = [a + b for a, b in zip(sums, jump_about(seed=seed, steps=200), strict=True)]
    came, missed, twice, early = sums
    return Result(
        missed == twice == early == 0,
        f"{came} slots in 1,000 looks of two schedulers, clock +2 h, -2 h, +1 day: missed {missed}, twice {twice}, early {early}",
    )


def days_of(zone: str, start: date, days: int) -> tuple[int, int]:
    """A daily reminder at 02:15, the hour that clocks skip and double, posted for so many local days.

    Local days without exactly one notice, and notices in all. Looked at twice at each slot.
    """
    place = ZoneInfo(zone)
    alice = _alice_in(zone)
    begin = datetime.combine(start, time(0), tzinfo=place)
    with time_machine.travel(begin, tick=False) as clock:
        row = reminders.save_reminder(user=alice, pk=uuid7(), lump_id=lump_of(alice).pk, at=time(2, 15), every=1).row
        while row.next_at is not None and row.next_at.astimezone(place).date() < start + timedelta(days=days):
            clock.move_to(row.next_at)
            for _ in range(2):
                asking.post_reminder(pk=row.pk, at=row.next_at)
            row = Reminder.objects.get(pk=row.pk)
    told = Counter(slot.astimezone(place).date() for slot in _told())
    wanted = {start + timedelta(days=n) for n in range(days)}
    if zone == "Pacific/Apia":
        wanted.discard(date(2011, 12, 30))  # there was no such day in Samoa
    return sum(told[day] != 1 for day in wanted | set(told)), sum(told.values())


def a8(_plan: Plan) -> Result:
    """730 days in each of the odd zones, through the database."""
    wrong = notices = 0
    for zone, start in ODD_ZONES:
        _empty()
        found = days_of(zone, start, 730)
        wrong, notices = wrong + found[0], notices + found[1]
    return Result(
        wrong == 0, f"730 days in {len(ODD_ZONES)} zones, {notices} notices: local days without exactly one {wrong}"
    )


def _mornings(since: datetime, until: datetime) -> Iterator[datetime]:
    """Half past eight in London, worked out apart from our own code."""
    day = since.date()
    while datetime.combine(day, time(8, 30), tzinfo=LONDON) <= until:
        if datetime.combine(day, time(8, 30), tzinfo=LONDON) > since:
            yield datetime.combine(day, time(8, 30), tzinfo=LONDON).astimezone(UTC)
        day += timedelta(days=1)


def _told() -> list[datetime]:
    causes = Notice.objects.filter(kind="reminder").values_list("cause", flat=True)
    return [datetime.strptime(cause.split(":")[2], "%Y%m%dT%H%MZ").replace(tzinfo=UTC) for cause in causes]


def _two_at_once(work: Callable[[], object]) -> None:
    """In two threads; the leases would let one pass, so that they are taken away in between."""

    def one(_turn: int) -> None:
        ClockRun.objects.update(lease_until=None)
        work()

    at_once(2, one)


def _alice_in(zone: str) -> User:
    alice = account("alice")
    Person.objects.filter(pk=person_of(alice).pk).update(timezone=zone)
    return alice


def _empty() -> None:
    for model in (Notice, Lump, Person, User):
        model.objects.all().delete()


ROWS: dict[str, Callable[[Plan], Result]] = {"A3": a3, "A7": a7, "A8": a8}
