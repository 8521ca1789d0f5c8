"""When a reminder is due: wall-clock times in a zone, turned into instants. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tracker.models import Reminder
from tracker.models.reminders import WEEKDAYS
from tracker.wallclock import instant_of, zone_named

FURTHEST_DAYS = 800  # beyond the longest interval and the longest pause


@dataclass(frozen=True)
class Plan:
    """A wall-clock time on weekdays or on every n-th day from `starts_on`; none before `paused_until`."""

    at: time
    zone: ZoneInfo
    starts_on: date
    days: Sequence[str] | None = None
    every: int | None = None
    paused_until: date | None = None

    def next_after(self, instant: datetime) -> datetime | None:
        """The first slot later than `instant`, in UTC; None where there is none for a long time."""
        day = max(
            instant.astimezone(self.zone).date() - timedelta(days=1), self.starts_on, self.paused_until or date.min
        )
        for offset in range(FURTHEST_DAYS):
            today = day + timedelta(days=offset)
            if self._falls_on(today):
                slot = instant_of(today, self.at, self.zone)
                if slot is not None and slot > instant:
                    return slot
        return None

    def _falls_on(self, day: date) -> bool:
        if self.every is not None:
            return (day - self.starts_on).days % self.every == 0
        return WEEKDAYS[day.weekday()] in (self.days or ())


def plan_of(reminder: Reminder) -> Plan:
    """The plan of a row. Needs `reminder.lump.person`."""
    return Plan(
        at=reminder.at,
        zone=zone_named(reminder.lump.person.timezone),
        starts_on=reminder.starts_on,
        days=reminder.days,
        every=reminder.every,
        paused_until=reminder.paused_until,
    )
