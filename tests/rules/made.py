"""Histories for the rules' tests, in days from one morning."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from tracker.rules.assess import Look, walk
from tracker.rules.facts import Entry, Event, Finding, History

START = datetime(2026, 1, 1, 8, 30, tzinfo=UTC)


def at(day: float) -> datetime:
    return START + timedelta(days=day)


def entry(day: float, **values: Any) -> Entry:
    for key in ("skin", "unwell"):
        if values.get(key) is not None:
            values[key] = frozenset(values[key])
    return Entry(id=f"entry-{day:09.4f}", at=at(day), **values)


def event(day: float, kind: str, detail: str = "") -> Event:
    return Event(f"event-{day:09.4f}-{kind}", at(day), kind, detail)


def history(*entries: Entry, events: tuple[Event, ...] = (), **values: Any) -> History:
    if values.get("conditions") is not None:
        values["conditions"] = frozenset(values["conditions"])
    if "noticed_day" in values:
        values["first_noticed_on"] = date(2026, 1, 1) + timedelta(days=values.pop("noticed_day"))
    return History(**{"site": "lower_back", **values}, entries=entries, events=events)


def looks(of: History) -> list[Look]:
    return list(walk(of))


def last(of: History) -> dict[str, Finding]:
    """Findings at the last entry, by rule."""
    return {finding.rule: finding for finding in looks(of)[-1].findings}
