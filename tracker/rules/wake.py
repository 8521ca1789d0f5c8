"""When time alone may change what the rules say of a lump: so that nobody need look before."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from tracker.rules.antibiotics import CHECK_BY, UNTIL
from tracker.rules.facts import History
from tracker.rules.frames import GOES_ON
from tracker.rules.of_feel import NODE_DAYS, PERSISTENT_DAYS
from tracker.rules.of_size import BACK_AFTER, EARLY_GROWTH, SETTLED_BY
from tracker.rules.past import local_day, noticed_on, zone
from tracker.rules.quiet import LONG, SHORT
from tracker.rules.signs import INJURY_SPAN

JUST_AFTER = timedelta(seconds=1)  # some spans include their last moment
AFTER_AN_EVENT = sorted({SHORT, CHECK_BY, UNTIL, LONG, BACK_AFTER, INJURY_SPAN})
FROM_A_DAY_ON = (EARLY_GROWTH, INJURY_SPAN.days, SETTLED_BY)
MORE_THAN_DAYS = (PERSISTENT_DAYS, NODE_DAYS, INJURY_SPAN.days)
DAYS = sorted({*FROM_A_DAY_ON, *(days + 1 for days in MORE_THAN_DAYS)})


def next_change(history: History, at: datetime) -> datetime | None:
    """The first moment after `at` at which a rule may begin, end, fall quiet or open again though nothing is logged.

    It may turn out that nothing changed then; that something changes earlier it may not (tests/rules/test_wake.py).
    ``history`` is in order of time. None where time brings nothing any more.
    """
    return min((moment for moment in _moments(history, at) if moment > at), default=None)


def _moments(history: History, at: datetime) -> Iterator[datetime]:
    for entry in reversed(history.entries):
        if entry.at + GOES_ON + JUST_AFTER <= at:
            break  # those before it are older
        yield entry.at + JUST_AFTER  # a phone whose clock is ahead
        yield entry.at + GOES_ON + JUST_AFTER
    for event in history.events:
        yield event.at + JUST_AFTER
        yield from (event.at + span + JUST_AFTER for span in AFTER_AN_EVENT)
    zone_name, today = history.timezone, local_day(history.timezone, at)
    for first in {local_day(zone_name, event.at) for event in history.events if event.kind == "injury"}:
        yield from _midnights(zone_name, first, today)
    noticed = noticed_on(history)
    if noticed is not None:
        yield from _midnights(zone_name, noticed, today)
    if history.birth_year is not None:
        yield datetime.combine(date(today.year + 1, 1, 1), time(0), zone(zone_name)) + JUST_AFTER


def _midnights(zone_name: str, first: date, today: date) -> Iterator[datetime]:
    """When the calendar days that lie DAYS after `first` begin where the person lives; not those long before `today`,
    which are most (a zone may have left out a day, hence "long")."""
    gone = (today - first).days - 2
    for days in DAYS:
        if days >= gone:
            yield datetime.combine(first + timedelta(days=days), time(0), zone(zone_name)) + JUST_AFTER
