"""Sizes as the rules use them: what a change must exceed, which readings count, and the two rules about one reading.

The error of a reading comes from ``analytics.noise``; here it is only asked for one number at a time.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import combinations, islice, takewhile
from math import hypot, log
from statistics import median

from analytics.noise import METHOD_ERRORS, NO_METHOD, SESSION
from tracker.rules.facts import Entry

BEYOND_NOISE = 1.645 * 2**0.5  # errors of a reading by which one of two readings must exceed the other
TYPO_OFF, TYPO_MENDED = 5.0, 2.0  # errors of a reading
SLIPS = (10.0, 2.54, 25.4)
JUMP_SHARE, JUMP_MM = 1.2, 5.0
ROUNDING = 1e-9  # of a sum of decimals, so that 25.2 is 20 % over 21
SIZE_WINDOW = timedelta(days=28)

Axes = tuple[float | None, float | None, float | None]


def sigma(mm: float, method: str | None) -> float:
    """Error of ln(diameter) of one reading, with the session's 3 %."""
    error = METHOD_ERRORS[method or NO_METHOD]
    return hypot(error.relative, error.absolute_mm / mm, SESSION)


def longest(axes: Axes) -> float | None:
    """The longer of length and width in mm; None where neither was measured."""
    return max((axis for axis in axes[:2] if axis is not None), default=None)


def is_beyond(now: float, before: float, method: str | None) -> bool:
    """Whether ``now`` is larger than ``before`` by more than the error of two readings."""
    return log(now / before) > BEYOND_NOISE * sigma(now, method)


def agrees(now: float, before: float, method: str | None) -> bool:
    """Whether two sizes differ by no more than the error of two readings."""
    return abs(log(now / before)) <= BEYOND_NOISE * sigma(now, method)


@dataclass(frozen=True, slots=True)
class Reading:
    """An entry with a size: ``place`` in the order of entries, ``segment`` counts drainages and the like before it."""

    place: int
    id: str
    at: datetime
    axes: Axes
    method: str | None
    segment: int

    @property
    def longest(self) -> float | None:
        return longest(self.axes)


def reading_of(entry: Entry, place: int, segment: int) -> Reading:
    return Reading(place, entry.id, entry.at, entry.sizes_mm, entry.method, segment)


def with_longest(readings: Iterable[Reading]) -> list[Reading]:
    return [reading for reading in readings if reading.longest is not None]


def level_of(readings: Sequence[Reading]) -> float | None:
    """The median longest axis of the last three readings when there are three, else the latest; None without any."""
    sizes = _last_three(reading.longest for reading in reversed(readings))
    if not sizes:
        return None
    return float(median(sizes)) if len(sizes) == 3 else sizes[0]


def is_up(reading: Reading, earlier: Sequence[Reading]) -> bool:
    """Size up beyond noise: the longest axis against its median over the 28 days before (none then: no)."""
    now = reading.longest
    recent = takewhile(lambda r: reading.at - r.at <= SIZE_WINDOW, reversed(earlier))
    window = [r.longest for r in recent if r.longest is not None]
    return now is not None and bool(window) and is_beyond(now, float(median(window)), reading.method)


def _last_three(newest_first: Iterable[float | None]) -> list[float]:
    return list(islice((size for size in newest_first if size is not None), 3))


@dataclass(frozen=True, slots=True)
class Jump:
    """One reading far over those before it: the level before and the new one, in mm.

    ``since`` are the readings after it that agreed with none before them.
    """

    before: float
    now: float
    id: str
    since: tuple[float, ...] = ()

    @property
    def levels(self) -> tuple[float, ...]:
        return self.before, self.now, *self.since


def jump_after(reading: Reading, earlier: Sequence[Reading], standing: Jump | None) -> Jump | None:
    """The jump that stands after ``reading``; ``standing`` is the one that stood before it.

    A jump ends when the next reading agrees with either level; that reading then starts none of its own. One that agrees
    with neither is a level too, so that the reading after it may settle the matter.
    """
    now = reading.longest
    if now is None:
        return standing
    if standing is not None and any(agrees(now, level, reading.method) for level in standing.levels):
        return None
    sizes = _last_three(r.longest for r in reversed(earlier))
    if sizes:
        before = float(median(sizes))
        if now >= JUMP_SHARE * before - ROUNDING and now - before >= JUMP_MM - ROUNDING:
            return Jump(before, now, reading.id)
    return None if standing is None else replace(standing, since=(*standing.since, now))


def looks_like_a_slip(reading: Reading, earlier: Sequence[Reading]) -> str:
    """What would mend a reading that cannot be right: "×10" and the like, "swap", or "" where nothing would.

    Some axis is more than 5 errors from the median of its last three readings, and every axis within 2 errors once one
    factor is undone on the axes that need it, or two axes are exchanged. ``earlier``: the segment's counting readings.
    """
    usual = [_usual_axis(axis, earlier) for axis in range(3)]
    known = [axis for axis in range(3) if reading.axes[axis] is not None and usual[axis] is not None]
    if not any(_errors_off(reading.axes[axis], usual[axis], reading.method) > TYPO_OFF for axis in known):
        return ""
    for factor in SLIPS:
        for sign, undone in (("×", 1 / factor), ("÷", factor)):
            if all(_fits(reading.axes[a], usual[a], reading.method, (1.0, undone)) for a in known):
                return f"{sign}{factor:g}"
    for one, other in combinations([axis for axis in range(3) if reading.axes[axis] is not None], 2):
        axes = list(reading.axes)
        axes[one], axes[other] = axes[other], axes[one]
        if _all_fit(axes, usual, reading.method):
            return "swap"
    return ""


def _usual_axis(axis: int, earlier: Sequence[Reading]) -> float | None:
    sizes = _last_three(reading.axes[axis] for reading in reversed(earlier))
    return float(median(sizes)) if sizes else None


def _errors_off(now: float | None, usual: float | None, method: str | None) -> float:
    assert now is not None and usual is not None
    return abs(log(now / usual)) / sigma(usual, method)


def _fits(now: float | None, usual: float | None, method: str | None, factors: tuple[float, ...]) -> bool:
    assert now is not None
    return any(_errors_off(now * factor, usual, method) <= TYPO_MENDED for factor in factors)


def _all_fit(axes: Sequence[float | None], usual: Sequence[float | None], method: str | None) -> bool:
    known = [axis for axis in range(3) if axes[axis] is not None and usual[axis] is not None]
    return bool(known) and all(_fits(axes[axis], usual[axis], method, (1.0,)) for axis in known)


def agree_on_axes(one: Reading, other: Reading) -> bool:
    """Whether two readings share an axis and agree on every one they share."""
    shared = [(a, b) for a, b in zip(one.axes, other.axes, strict=True) if a is not None and b is not None]
    return bool(shared) and all(agrees(a, b, one.method) for a, b in shared)
