"""What was there before: "usual", "new" and the windows of days they look back on (clinical.md, "Words used above")."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from statistics import median
from zoneinfo import ZoneInfo

from tracker.rules.facts import Entry, History

GRADED = ("redness", "warmth", "tenderness", "pain")  # the signs that have a level
DAY = timedelta(days=1)
USUAL_DAYS = (2, 28)
NEW_DAYS = (7, 60)


@lru_cache(maxsize=64)
def zone(name: str) -> ZoneInfo:
    """The zone of that IANA name; UTC where this machine does not know it."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return ZoneInfo("UTC")


@lru_cache(maxsize=4096)
def local_day(timezone: str, at: datetime) -> date:
    """The calendar day of ``at`` in that zone."""
    return at.astimezone(zone(timezone)).date()


def noticed_on(history: History) -> date | None:
    """The day the lump was first noticed; absent: the first entry's day; None without an entry."""
    if history.first_noticed_on is not None:
        return history.first_noticed_on
    return local_day(history.timezone, history.entries[0].at) if history.entries else None


def level(entry: Entry, sign: str) -> float | None:
    """How strongly a graded sign was there: 0-3, 0-10 for pain, 0 or 1 for warmth; None = not recorded."""
    value = getattr(entry, sign)
    return None if value is None else float(value)


class Past:
    """The entries of a lump in order of time, asked about what came before one of them.

    ``where`` is an entry's place in that order. A value that was not recorded is skipped, never read as zero.
    """

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.entries = entries
        self.times = [entry.at for entry in entries]

    def window(self, where: int, days: tuple[int, int]) -> range:
        """Places of the earlier entries between ``days[0]`` and ``days[1]`` days back, both included."""
        at, (newest, oldest) = self.times[where], days
        first = bisect_left(self.times, at - oldest * DAY)
        return range(first, min(where, bisect_right(self.times, at - newest * DAY)))

    def usual(self, where: int, sign: str) -> float:
        """The median 2-28 days back; none recorded then: the latest earlier entry; no earlier entry: 0."""
        found = self._recorded(self.window(where, USUAL_DAYS), sign)
        if found:
            return float(median(found))
        latest = self.latest_before(where, sign)
        return 0.0 if latest is None else latest

    def is_new(self, where: int, sign: str) -> bool:
        """There now, and not there 7-60 days back (none recorded then: in the latest earlier entry)."""
        now = level(self.entries[where], sign)
        if not now:
            return False
        found = self._recorded(self.window(where, NEW_DAYS), sign)
        if found:
            return not any(found)
        return not self.latest_before(where, sign)

    def latest_before(self, where: int, sign: str) -> float | None:
        """The level in the latest earlier entry that recorded the sign, or None."""
        return self.last_recorded(where - 1, sign)

    def last_recorded(self, where: int, sign: str) -> float | None:
        """The level as last recorded up to and with the entry at ``where``, or None."""
        for place in range(where, -1, -1):
            value = level(self.entries[place], sign)
            if value is not None:
                return value
        return None

    def _recorded(self, places: range, sign: str) -> list[float]:
        levels = (level(self.entries[place], sign) for place in places)
        return [value for value in levels if value is not None]
