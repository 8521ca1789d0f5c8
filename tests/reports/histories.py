"""Short made-up histories for the report's tests."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tracker.rules.facts import Entry, Event, History

START = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)


def on(day: float) -> datetime:
    """That many days after the start."""
    return START + timedelta(days=day)


def entry(day: float, length: float | None = None, **facts: Any) -> Entry:
    """An entry by ruler."""
    method = facts.pop("method", "ruler" if length else None)
    return Entry(id=f"entry-{day}", at=on(day), length_mm=length, method=method, **facts)


def event(day: float, kind: str, detail: str = "") -> Event:
    return Event(f"event-{day}", on(day), kind, detail)


def history(*facts: Entry | Event, **lump: Any) -> History:
    """A lump of the lower back with these entries and events, in order of time."""
    entries = tuple(fact for fact in facts if isinstance(fact, Entry))
    events = tuple(fact for fact in facts if isinstance(fact, Event))
    lump = {"site": "lower_back", "side": "left", "timezone": "Europe/London", **lump}
    return History(entries=entries, events=events, **lump)


def weekly(weeks: int, growth_a_month: float = 0.0, start: float = 20.0, **facts: Any) -> list[Entry]:
    """A reading a week; diameter grows by that share every 30.4 days, no error but rounding."""
    return [
        entry(7 * week, round(start * (1 + growth_a_month) ** (7 * week / 30.4), 1), **facts) for week in range(weeks)
    ]
