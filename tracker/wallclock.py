"""Wall-clock times in a zone, turned into instants. Pure."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)


def zone_named(name: str) -> ZoneInfo:
    """An IANA zone; UTC where none is recorded."""
    return ZoneInfo(name or "UTC")


def instant_of(day: date, at: time, zone: ZoneInfo) -> datetime | None:
    """When the clock of `zone` shows `at` on `day`, in UTC.

    A time that the clock skips is moved on by the skip, or back where that would be another day; a time it shows
    twice is the first of the two; None for a day that the zone left out altogether (Apia, 30 December 2011).
    """
    for fold in (0, 1):
        instant = datetime.combine(day, at.replace(tzinfo=None, fold=fold), tzinfo=zone).astimezone(UTC)
        if instant.astimezone(zone).date() == day:
            return instant
    return None


def next_day_at(instant: datetime, at: time, zone: ZoneInfo) -> datetime:
    """When the clock of `zone` shows `at` on the day after `instant`'s, or on the day after that where none is."""
    day = instant.astimezone(zone).date() + DAY
    found = instant_of(day, at, zone) or instant_of(day + DAY, at, zone)
    assert found is not None  # no zone has ever left out two days running
    return found


def after_quiet(at: datetime, zone: ZoneInfo, quiet_from: time | None, quiet_until: time | None) -> datetime:
    """`at`, or the end of the quiet hours it falls into. They may go over midnight; None or equal times: there are none.

    What the clock shows twice is quiet only until its end has come once.
    """
    if quiet_from is None or quiet_until is None or quiet_from == quiet_until:
        return at
    local = at.astimezone(zone)
    now = local.time()
    if quiet_from < quiet_until:
        inside, tomorrow = quiet_from <= now < quiet_until, False
    else:
        inside, tomorrow = now >= quiet_from or now < quiet_until, now >= quiet_from
    if not inside:
        return at
    end = next_day_at(at, quiet_until, zone) if tomorrow else instant_of(local.date(), quiet_until, zone)
    return max(at, end or at)
