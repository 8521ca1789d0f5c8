"""What folding a history gives: each entry judged on its own day, with what has to be remembered from the days before it.

Nothing here is stored anywhere: a history folded again gives the same frames. ``Frame`` is what one entry added;
``counted_at`` says which infection signs count at a look, which is later than its entry when only time has passed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from tracker.rules.facts import Entry, History
from tracker.rules.past import GRADED, Past, level
from tracker.rules.sizes import Jump, Reading

SIZE = "size"
SIGNS = (*GRADED, SIZE)
GOES_ON = timedelta(days=14)
PAIN_SIGN, PAIN_STRONG = 4, 7
EMERGENCY_PAIN = "emergency pain"


class Hold(NamedTuple):
    """A sign that counted at ``since`` with ``level`` (mm for size) and has not been lower from then on."""

    level: float
    since: datetime


class Frame(NamedTuple):
    """One entry, judged on its day."""

    place: int
    entry: Entry
    segment: int
    own: frozenset[str]  # infection signs that count by themselves, without memory
    holds: Mapping[str, tuple[Hold, ...]]  # what may go on counting, with this entry's own
    far_pain: bool  # pain 7 or more, and 3 or more over usual
    own_size_up: bool  # this entry's size is up beyond noise
    size_up: bool  # the latest size that counts is up beyond noise
    reading: Reading | None  # the latest size that counts, of this segment
    level: float | None  # the median longest axis of the last three when there are three, else the latest
    jump: Jump | None
    slip: str  # why the latest size is doubted, until it is settled; "" = it is not
    slip_id: str


@dataclass(frozen=True, slots=True)
class Fold:
    """All frames of a history. ``counts_from[i]`` is the place of the entry from which on reading i counts, or None."""

    history: History
    past: Past
    frames: tuple[Frame, ...]
    readings: tuple[Reading, ...]
    counts_from: tuple[int | None, ...]
    exams: tuple[datetime, ...]
    cuts: tuple[datetime, ...]

    def counting(self, place: int, segment: int | None = None) -> list[Reading]:
        """Readings that count at the entry at ``place``, oldest first; of one segment where it is given."""
        return [
            reading
            for reading, start in zip(self.readings, self.counts_from, strict=True)
            if start is not None and start <= place and (segment is None or reading.segment == segment)
        ]


def counted_at(frame: Frame, at: datetime, exams: Sequence[datetime]) -> dict[str, float]:
    """Infection signs that count at a look, with the level each counts at (mm for size)."""
    counted: dict[str, float] = {}
    for sign in SIGNS:
        now = _level(frame.entry, sign, frame.reading)
        held = [hold.level for hold in frame.holds.get(sign, ()) if lasts(hold, at, exams)]
        if sign in frame.own and now is not None and at - frame.entry.at <= GOES_ON:
            counted[sign] = now
        elif held:
            counted[sign] = max(held) if now is None else max(now, *held)
    if set(counted) == {SIZE}:
        return {}
    return counted


def far_pain_at(frame: Frame, at: datetime, exams: Sequence[datetime]) -> bool:
    """Pain far over usual, or the pain that made an emergency and still goes on."""
    held = [hold.level for hold in frame.holds.get(EMERGENCY_PAIN, ()) if lasts(hold, at, exams)]
    now = max(held, default=0.0) if frame.entry.pain is None else frame.entry.pain
    fresh = frame.far_pain and at - frame.entry.at <= GOES_ON
    return fresh or (bool(held) and now >= PAIN_STRONG)


def worth(counted: Mapping[str, float], entry: Entry) -> int:
    """What the signs that count are worth together: 0, 1, 2 ..."""
    pain = max(counted.get("pain", 0.0), float(entry.pain or 0))
    if set(counted) == {"pain"} and pain < PAIN_STRONG:
        return 0
    heavy = [counted.get("redness", 0) >= 3, counted.get("tenderness", 0) >= 3]
    heavy.append("pain" in counted and pain >= PAIN_STRONG)
    total = len(counted) + sum(heavy)
    slight = counted.get("redness") == 1 and counted.get("tenderness") == 1
    if slight and not entry.warmth and "warmth" not in counted and pain < PAIN_SIGN:
        total -= 1
    return total


def is_fever(entry: Entry) -> bool:
    return (entry.temperature_c is not None and entry.temperature_c >= 38.0) or bool(entry.shivery)


def _level(entry: Entry, sign: str, reading: Reading | None) -> float | None:
    if sign == SIZE:
        return reading.longest if reading is not None and reading.id == entry.id else None
    return level(entry, sign)


def lasts(hold: Hold, at: datetime, exams: Sequence[datetime]) -> bool:
    """Until an examination or for 14 days."""
    return at - hold.since <= GOES_ON and not any(hold.since < exam <= at for exam in exams)
