"""Sizes as the rules use them: what a change must exceed, which readings count, and the two rules about one reading.

The error of a reading comes from ``analytics.noise``; here it is only asked for one number at a time.
"""

from collections import deque
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from itertools import combinations
from math import exp, hypot, log
from typing import NamedTuple

from analytics.noise import METHOD_ERRORS, NO_METHOD, SESSION
from tracker.rules.facts import Entry

BEYOND_NOISE = 1.645 * 2**0.5  # errors of a reading by which one of two readings must exceed the other
TYPO_OFF, TYPO_MENDED = 5.0, 2.0  # errors of a reading
NEAR = exp(0.999 * TYPO_OFF * SESSION)  # times: a session's own share is in the error of every method
SLIPS = (10.0, 2.54, 25.4)
JUMP_SHARE, JUMP_MM = 1.2, 5.0
ROUNDING = 1e-9  # of a sum of decimals, so that 25.2 is 20 % over 21
SIZE_WINDOW = timedelta(days=28)

LONGEST = 3  # after the three axes

Axes = tuple[float | None, float | None, float | None]


def sigma(mm: float, method: str | None) -> float:
    """Error of ln(diameter) of one reading, with the session's 3 %."""
    error = METHOD_ERRORS[method or NO_METHOD]
    return hypot(error.relative, error.absolute_mm / mm, SESSION)


def longest(axes: Axes) -> float | None:
    """The longer of length and width in mm; None where neither was measured."""
    length, width, _ = axes
    if length is None or width is None:
        return width if length is None else length
    return max(length, width)


def is_beyond(now: float, before: float, method: str | None) -> bool:
    """Whether ``now`` is larger than ``before`` by more than the error of two readings."""
    return now > before and log(now / before) > BEYOND_NOISE * sigma(now, method)


def agrees(now: float, before: float, method: str | None) -> bool:
    """Whether two sizes differ by no more than the error of two readings."""
    return abs(log(now / before)) <= BEYOND_NOISE * sigma(now, method)


class Reading(NamedTuple):
    """An entry with a size: ``place`` in the order of entries, ``segment`` counts drainages and the like before it."""

    place: int
    id: str
    at: datetime
    axes: Axes
    method: str | None
    segment: int
    longest: float | None  # of length and width


def reading_of(entry: Entry, place: int, segment: int) -> Reading:
    axes = entry.sizes_mm
    return Reading(place, entry.id, entry.at, axes, entry.method, segment, longest(axes))


def with_longest(readings: Iterable[Reading]) -> list[Reading]:
    return [reading for reading in readings if reading.longest is not None]


class Counting:
    """The readings of one segment that count, in the order in which they came to, and what the next is judged by.

    ``usual``: the median of the last three sizes, or of as many as there are, of length, width, depth and the longest axis;
    None without any.
    """

    def __init__(self) -> None:
        self.readings: list[Reading] = []
        self.usual: list[float | None] = [None] * 4
        self._last = tuple(deque[float](maxlen=3) for _ in range(4))

    def add(self, reading: Reading) -> None:
        self.readings.append(reading)
        for axis, size in enumerate((*reading.axes, reading.longest)):
            if size is not None:
                last = self._last[axis]
                last.append(size)
                self.usual[axis] = float(sorted(last)[1]) if len(last) == 3 else _median(last)

    @property
    def level(self) -> float | None:
        """The median longest axis of the last three readings when there are three, else the latest; None without any."""
        longest = self._last[LONGEST]
        return self.usual[LONGEST] if len(longest) == 3 else longest[-1] if longest else None

    def copy(self) -> "Counting":
        """The same, to be added to by itself."""
        twin = Counting()
        twin.readings, twin.usual = list(self.readings), list(self.usual)
        twin._last = tuple(last.copy() for last in self._last)
        return twin


def _median(sizes: Collection[float]) -> float:
    last, middle = sorted(sizes), len(sizes) // 2
    return float(last[middle]) if len(last) % 2 else (last[middle - 1] + last[middle]) / 2


def is_up(reading: Reading, earlier: Counting) -> bool:
    """Size up beyond noise: the longest axis against its median over the 28 days before (none then: no)."""
    now = reading.longest
    if now is None:
        return False
    begin, window = reading.at - SIZE_WINDOW, []
    for before in reversed(earlier.readings):
        if before.at < begin:
            break
        if before.longest is not None:
            window.append(before.longest)
    return bool(window) and is_beyond(now, _median(window), reading.method)


class Jump(NamedTuple):
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


def jump_after(reading: Reading, earlier: Counting, standing: Jump | None) -> Jump | None:
    """The jump that stands after ``reading``; ``standing`` is the one that stood before it.

    A jump ends when the next reading agrees with either level; that reading then starts none of its own. One that agrees
    with neither is a level too, so that the reading after it may settle the matter.
    """
    now = reading.longest
    if now is None:
        return standing
    if standing is not None and any(agrees(now, level, reading.method) for level in standing.levels):
        return None
    before = earlier.usual[LONGEST]
    if before is not None and now >= JUMP_SHARE * before - ROUNDING and now - before >= JUMP_MM - ROUNDING:
        return Jump(before, now, reading.id)
    return None if standing is None else standing._replace(since=(*standing.since, now))


def looks_like_a_slip(reading: Reading, earlier: Counting) -> str:
    """What would mend a reading that cannot be right: "×10" and the like, "swap", or "" where nothing would.

    Some axis is more than 5 errors from the median of its last three readings, and every axis within 2 errors once one
    factor is undone on the axes that need it, or two axes are exchanged.
    """
    usual = earlier.usual[:LONGEST]
    if all(map(_is_near, reading.axes, usual)):
        return ""  # as nearly every reading
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


def _is_near(now: float | None, usual: float | None) -> bool:
    """Whether an axis is so near that it is not TYPO_OFF errors off by any method."""
    return now is None or usual is None or usual < NEAR * now < NEAR * NEAR * usual


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
