"""Each symptom as it is now and when it changed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tracker.reports import labels
from tracker.reports.shapes import Symptom
from tracker.rules.facts import Entry, History

FEVER_C = 38.0
RECENT = timedelta(days=28)


@dataclass(frozen=True)
class Sort:
    """How one symptom is read: its words, whether a value means "there", and what counts as the same value."""

    name: str
    label: Promise
    words: Callable[[Any], str]
    there: Callable[[Any], bool]
    same: Callable[[Any], Any] = lambda value: value
    always: bool = True  # listed even when never recorded


def _in(words: labels.Words) -> Callable[[Any], str]:
    return lambda value: labels.word(words, value)


def _many(words: labels.Words) -> Callable[[Any], str]:
    return lambda value: labels.listed(words, value)


def _degrees(value: float) -> str:
    words = f"{labels.number(value, 1)} °C"
    return _("%(degrees)s (fever)") % {"degrees": words} if value >= FEVER_C else words


SORTS: tuple[Sort, ...] = (
    Sort("pain", gettext_lazy("Pain (0–10)"), str, bool),
    Sort("pain_out_of_proportion", gettext_lazy("Pain out of proportion"), _in(labels.YES_NO), bool, always=False),
    Sort("tenderness", gettext_lazy("Tenderness"), _in(labels.GRADES), bool),
    Sort("redness", gettext_lazy("Redness or darkening"), _in(labels.GRADES), bool),
    Sort("spreading", gettext_lazy("Redness spreading"), _in(labels.YES_NO), bool, always=False),
    Sort("red_streaks", gettext_lazy("Streaks from the lump"), _in(labels.YES_NO), bool, always=False),
    Sort("warmth", gettext_lazy("Warmth"), _in(labels.YES_NO), bool),
    Sort("discharge", gettext_lazy("Discharge"), _in(labels.DISCHARGES), lambda value: value != "none"),
    Sort(
        "temperature_c", gettext_lazy("Temperature"), _degrees, lambda value: value >= FEVER_C,
        lambda value: value >= FEVER_C,
    ),
    Sort("shivery", gettext_lazy("Shivery"), _in(labels.YES_NO), bool, always=False),
    Sort("firmness", gettext_lazy("Feel"), _in(labels.FIRMNESSES), lambda value: value == "hard"),
    Sort("mobility", gettext_lazy("Movement"), _in(labels.MOBILITIES), lambda value: value == "fixed"),
    Sort("shape", gettext_lazy("Shape"), _in(labels.SHAPES), lambda value: value == "irregular"),
    Sort("skin", gettext_lazy("Skin over it"), _many(labels.SKIN), bool),
    Sort("unwell", gettext_lazy("Unwell"), _many(labels.UNWELL), bool),
)  # fmt: skip


def symptoms_of(history: History, at: datetime) -> tuple[Symptom, ...]:
    """All symptoms, those that are there or changed in the four weeks before ``at`` first."""
    zone = labels.zone_of(history.timezone)
    found = [_symptom(sort, history.entries, zone, at) for sort in SORTS]
    shown = [symptom for symptom in found if symptom is not None]
    return tuple(sorted(shown, key=lambda symptom: not symptom.notable))


def facts_of(entry: Entry) -> tuple[tuple[str, str], ...]:
    """All that one entry says besides its size, as (label, words), in the order asked."""
    values = ((sort, getattr(entry, sort.name)) for sort in SORTS)
    return tuple((str(sort.label), sort.words(value)) for sort, value in values if value is not None)


def _symptom(sort: Sort, entries: tuple[Entry, ...], zone: ZoneInfo, at: datetime) -> Symptom | None:
    told = [(entry.at, value) for entry in entries if (value := getattr(entry, sort.name)) is not None]
    if not told:
        return Symptom(sort.name, str(sort.label), labels.not_recorded()) if sort.always else None
    recorded_at, now = told[-1]
    since, before = told[-1][0], None
    for moment, value in reversed(told):
        if sort.same(value) != sort.same(now):
            before = value
            break
        since = moment
    there = sort.there(now)
    if not (sort.always or there or before is not None):
        return None
    changed_at = since if before is not None else None
    return Symptom(
        name=sort.name,
        label=str(sort.label),
        words=sort.words(now),
        now=sorted(now) if isinstance(now, frozenset) else now,
        recorded_at=recorded_at,
        changed_at=changed_at,
        before=sorted(before) if isinstance(before, frozenset) else before,
        change_words=_change_words(sort, before, since, zone),
        notable=there or (changed_at is not None and changed_at > at - RECENT),
    )


def _change_words(sort: Sort, before: Any, since: datetime, zone: ZoneInfo) -> str:
    day = labels.day(since, zone)
    if before is None:
        return _("same since %(day)s") % {"day": day}
    return _("since %(day)s; was %(before)s") % {"day": day, "before": sort.words(before)}
