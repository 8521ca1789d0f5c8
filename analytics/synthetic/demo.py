"""The demo's stories: a year of made-up diaries up to a given day, with the truth that was put into them.

Nobody real. Keys and values are those of the diary file (docs/format.md), so that whoever keeps them can take them as
they are. The same end and seed always give the same stories.
"""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from analytics.synthetic.skin import SkinPhoto
from analytics.synthetic.stories import PEOPLE
from analytics.synthetic.story import DAYS, Fields, MadeEntry, MadeEvent, MadePerson, MadeStory, Plot


def make_demo(end: datetime, seed: int = 11) -> tuple[MadePerson, ...]:
    """All demo people with a year of entries up to ``end`` (aware; nothing lies after it)."""
    rng = np.random.default_rng(seed)
    people = []
    for key, fields, tone, plots in PEOPLE:
        zone = ZoneInfo(fields["timezone"])
        people.append(MadePerson(key, fields, tuple(_story(plot, tone, end, zone, rng) for plot in plots)))
    return tuple(people)


def _story(plot: Plot, tone: str, end: datetime, zone: ZoneInfo, rng: np.random.Generator) -> MadeStory:
    start = end.astimezone(zone).date() - timedelta(days=DAYS)
    days = _days(plot, rng)
    photos = {min(days, key=lambda day: abs(day - wanted)) for wanted in plot.photo_days}
    notes = {min(days, key=lambda day: abs(day - wanted)): text for wanted, text in plot.notes.items()}
    entries = [_entry(plot, day, tone, day in photos, notes.get(day), _at(start, day, zone, rng), rng) for day in days]
    events = [
        MadeEvent(_moment(start, day, time(11, 30), zone), kind, detail) for day, kind, detail in sorted(plot.events)
    ]
    fields = dict(plot.fields)
    if "noticed_days_before" in fields:
        first = start + timedelta(days=plot.first - fields.pop("noticed_days_before"))
        fields["first_noticed_on"] = first
    return MadeStory(
        plot.key, fields, tuple(one for one in entries if one.at < end), tuple(one for one in events if one.at < end)
    )


def _days(plot: Plot, rng: np.random.Generator) -> list[float]:
    """Whole days with an entry: irregular, as people are; always the first and the last of the story."""
    days, day = [plot.first], plot.first
    while True:
        day += max(1.0, round(rng.gamma(3.0, plot.gap(day) / 3.0)))
        if day >= plot.last - 1:
            return [*days, plot.last]
        days.append(day)


def _at(start: date, day: float, zone: ZoneInfo, rng: np.random.Generator) -> datetime:
    """Somewhere about half past seven in the morning."""
    minute = int(np.clip(450 + rng.normal(0, 25), 380, 560))
    return _moment(start, day, time(minute // 60, minute % 60), zone)


def _moment(start: date, day: float, clock: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(start + timedelta(days=int(day)), clock, zone)


def _entry(
    plot: Plot, day: float, tone: str, photo: bool, note: str | None, at: datetime, rng: np.random.Generator
) -> MadeEntry:
    length = plot.size(day)
    truth = (length, length * plot.shape[0], length * plot.shape[1])
    method = plot.method(day)
    fields = {"measured_at": at, "method": method, **_measured(truth, method, rng), **plot.feels(day)}
    if note:
        fields["note"] = note
    shown = None
    if photo:
        height = min(0.35 * truth[2], 4.5)
        shown = SkinPhoto(
            truth[0], truth[1], height, tone, int(fields.get("redness") or 0), seed=int(day) + 1, **plot.look(day)
        )
    return MadeEntry(at, fields, truth, shown)


def _measured(truth: tuple[float, float, float], method: str, rng: np.random.Generator) -> Fields:
    """What was read off: an error of the method, one shared by the session, whole mm (half mm by ultrasound)."""
    error = {"ultrasound": 0.03, "caliper": 0.04}.get(method, 0.055)
    step = 0.5 if method == "ultrasound" else 1.0
    session = rng.normal(0, 0.025)
    read = [float(max(step, round(mm * np.exp(rng.normal(session, error)) / step) * step)) for mm in truth]
    found: Fields = {"length_mm": read[0]}
    if rng.random() > 0.2:
        found["width_mm"] = read[1]
    if method == "ultrasound":
        found["depth_mm"] = read[2]
    return found
