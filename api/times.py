"""Strict fields of days, times and zones."""

from datetime import date, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import available_timezones

from django.utils.translation import gettext_lazy as _

from api import dates
from api.fields import Schema, Strict


class Day(Strict):
    """A calendar day; with `past` not later than tomorrow."""

    default_error_messages = {
        "invalid": _("This must be a day such as 2026-01-31, not before 1900."),
        "future": _("This day is still to come."),
    }

    def __init__(self, *, past: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.past = past

    def to_internal_value(self, data: Any) -> date:
        if not isinstance(data, str) or not dates.compiled(dates.day_pattern()).fullmatch(data):
            self.fail("invalid")
        day = date.fromisoformat(data)
        if self.past and day > dates.tomorrow():
            self.fail("future")
        return day

    def schema(self) -> Schema:
        latest = dates.tomorrow() if self.past else None
        return {"type": "string", "format": "date", "pattern": dates.day_pattern(latest)}


class Instant(Strict):
    """A time with an offset, which is kept; with `past` not later than tomorrow."""

    default_error_messages = {
        "invalid": _("This must be a time with an offset, such as 2026-01-31T08:30:00+00:00, not before 1900."),
        "future": _("This time is still to come."),
    }

    def __init__(self, *, past: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.past = past

    def to_internal_value(self, data: Any) -> datetime:
        if not isinstance(data, str) or not dates.compiled(dates.instant_pattern()).fullmatch(data):
            self.fail("invalid")
        at = datetime.fromisoformat(data)
        if self.past and at.date() > dates.tomorrow():
            self.fail("future")
        return at

    def schema(self) -> Schema:
        latest = dates.tomorrow() if self.past else None
        return {"type": "string", "format": "date-time", "pattern": dates.instant_pattern(latest)}


class Clock(Strict):
    """A time of day on the person's clock."""

    default_error_messages = {"invalid": _("This must be a time of day such as 08:30.")}

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str) or not dates.compiled(f"^{dates.CLOCK}$").fullmatch(data):
            self.fail("invalid")
        return data

    def schema(self) -> Schema:
        return {"type": "string", "pattern": f"^{dates.CLOCK}$"}


class Zone(Strict):
    """A time zone by its IANA name."""

    default_error_messages = {"invalid": _("This must be a time zone such as Europe/London.")}

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str) or data not in _zones():
            self.fail("invalid")
        return data

    def schema(self) -> Schema:
        return {"type": "string", "enum": sorted(_zones())}


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())
