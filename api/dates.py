"""Which dates and times the interface takes, as patterns: the published document and the check are one and the same.

A time needs an offset. Nothing lies before 1900; what has happened cannot lie later than tomorrow (UTC), which leaves
room for every time zone and for a phone whose clock is a few hours off; what is planned can lie anywhere to 2099.
"""

import re
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

FIRST_YEAR, LAST_YEAR = 1900, 2099
_LONG, _SHORT = "0[13578]|1[02]", "0[469]|11"
CLOCK = "(?:[01][0-9]|2[0-3]):[0-5][0-9]"
_TIME = rf"T{CLOCK}(?::[0-5][0-9](?:\.[0-9]{{1,9}})?)?(?:Z|[+-](?:0[0-9]|1[0-4]):[0-5][0-9])"


def tomorrow() -> date:
    """The last day on which something may have happened."""
    return (datetime.now(UTC) + timedelta(days=1)).date()


def day_pattern(latest: date | None = None) -> str:
    """A regular expression (ECMA 262) for the days from 1900 to `latest`, by default to the end of 2099."""
    return f"^(?:{_days(latest)})$"


def instant_pattern(latest: date | None = None) -> str:
    """The same for times with an offset."""
    return f"^(?:{_days(latest)}){_TIME}$"


@lru_cache(maxsize=8)
def compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


@lru_cache(maxsize=8)
def _days(latest: date | None) -> str:
    if latest is None:
        return _whole_years(LAST_YEAR)
    parts = [_whole_years(latest.year - 1)]
    for month in range(1, latest.month + 1):
        last = latest.day if month == latest.month else _length(latest.year, month)
        parts.append(f"{latest.year}-{month:02}-(?:{_up_to(last)})")
    return "|".join(parts)


def _whole_years(last: int) -> str:
    """Every day of 1900 to `last`, the leap days only in leap years."""
    leap = "|".join(str(year) for year in range(FIRST_YEAR, last + 1) if _length(year, 2) == 29)
    common = f"(?:{_LONG})-(?:{_up_to(31)})|(?:{_SHORT})-(?:{_up_to(30)})|02-(?:{_up_to(28)})"
    return f"(?:{_years(last)})-(?:{common})|(?:{leap})-02-29"


def _years(last: int) -> str:
    decade, digit = divmod(last, 10)
    decades = [str(each) for each in range(FIRST_YEAR // 10, decade)]
    return f"(?:{'|'.join(decades)})[0-9]|{decade}[0-{digit}]"


def _up_to(day: int) -> str:
    """Two-digit days from 01 to `day`."""
    tens, ones = divmod(day, 10)
    return "|".join([*("0[1-9]", "1[0-9]", "2[0-9]")[:tens], f"{tens}[{0 if tens else 1}-{ones}]"])


def _length(year: int, month: int) -> int:
    following = date(year + month // 12, month % 12 + 1, 1)
    return (following - timedelta(days=1)).day
