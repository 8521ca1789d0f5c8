"""Ticks of a time axis that fall on dates people know. Days are floats since 1970-01-01."""

from datetime import date, timedelta

EPOCH = date(1970, 1, 1)
MONTH_STEPS = (1, 2, 3, 6, 12, 24, 60, 120)
DAY_STEPS = (1, 2, 7, 14)


def date_of(day: float) -> date:
    """The calendar date on which that moment lies."""
    return EPOCH + timedelta(days=int(day // 1))


def day_of(moment: date) -> float:
    """Midnight of that date, as a day number."""
    return float((moment - EPOCH).days)


def ticks(first: float, last: float, months: tuple[str, ...], most: int = 9) -> list[tuple[float, str]]:
    """At most about ``most`` marks in [first, last]: days for short spans, first days of months for long ones.

    The year stands under the first mark and under each January; elsewhere the second line is blank, for an even height.
    """
    span = max(last - first, 1.0)
    for days in DAY_STEPS:
        if span / days <= most:
            return _days(first, last, days, months)
    step = next((step for step in MONTH_STEPS if span / (30.4 * step) <= most), MONTH_STEPS[-1])
    marks: list[tuple[float, str]] = []
    start = date_of(first)
    month = start.year * 12 + start.month - 1
    month += -month % step
    while (mark := day_of(date(month // 12, month % 12 + 1, 1))) <= last:
        if mark >= first:
            under = f"\n{month // 12}" if not marks or month % 12 == 0 else "\n "
            marks.append((mark, months[month % 12] + under))
        month += step
    return marks


def _days(first: float, last: float, step: int, months: tuple[str, ...]) -> list[tuple[float, str]]:
    marks: list[tuple[float, str]] = []
    day = float(int(-(-first // 1)))
    while day <= last:
        at = date_of(day)
        under = f"\n{at.year}" if not marks or (at.month, at.day) <= (1, step) else "\n "
        marks.append((day, f"{at.day} {months[at.month - 1]}{under}"))
        day += step
    return marks
