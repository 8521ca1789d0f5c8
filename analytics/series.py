"""A lump's readings as frozen arrays: what every number in this room is computed from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import numpy as np
from numpy.typing import ArrayLike, NDArray

AXES = ("length", "width", "depth")
EPOCH = date(1970, 1, 1)
SECONDS_A_DAY = 86_400.0

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Series:
    """The readings of one lump, oldest first.

    ``day`` (n,): days since 1970-01-01 00:00 UTC, fractions allowed, never decreasing.
    ``mm`` (n, 3): length, width, depth in mm; NaN = not recorded.
    ``method`` (n): how each was measured, a word of the diary file's list; "" counts as ruler.
    ``segment`` (n,): a number that goes up where a drainage or removal cut the series.
    ``own``: (method, factor) pairs: how many times a method's relative error this person's is, where they measured it
    (analytics/repeatability.py); a method that is not named has its usual error.

    Raises ValueError where shapes disagree, days fall back, or a size is not above 0.
    """

    day: Floats
    mm: Floats
    method: tuple[str, ...]
    segment: Ints
    own: tuple[tuple[str, float], ...] = ()

    def __post_init__(self) -> None:
        n = len(self.day)
        if self.mm.shape != (n, len(AXES)) or len(self.method) != n or self.segment.shape != (n,):
            raise ValueError("day, mm, method and segment must be of one length, and mm must have three columns")
        if n and not (np.isfinite(self.day).all() and (self.day[1:] >= self.day[:-1]).all()):
            raise ValueError("days must be finite and in order")
        if ((self.mm <= 0) | (self.mm == np.inf)).any():
            raise ValueError("sizes must be above 0 and finite, or NaN where not recorded")

    def __len__(self) -> int:
        return len(self.day)

    def first(self, count: int) -> "Series":
        """The series as it stood after ``count`` readings."""
        return Series(self.day[:count], self.mm[:count], self.method[:count], self.segment[:count], self.own)

    def without(self, indices: Sequence[int]) -> "Series":
        """The series with the readings at ``indices`` left out."""
        keep = np.ones(len(self), dtype=bool)
        keep[list(indices)] = False
        method = tuple(word for word, kept in zip(self.method, keep, strict=True) if kept)
        return Series(self.day[keep], self.mm[keep], method, self.segment[keep], self.own)


def series_of(
    day: ArrayLike,
    mm: Sequence[Sequence[float | None]] | ArrayLike,
    method: Sequence[str | None] | None = None,
    segment: Sequence[int] | None = None,
    own: tuple[tuple[str, float], ...] = (),
) -> Series:
    """Build a Series from plain lists: ``None`` sizes become NaN, no method counts as ruler, no segment as the first."""
    days = np.asarray(day, dtype=np.float64)
    n = len(days)
    sizes = np.array(mm, dtype=np.float64).reshape(n, -1 if n else len(AXES))
    padded = np.full((n, len(AXES)), np.nan)
    padded[:, : sizes.shape[1]] = sizes
    words = tuple(word or "" for word in method) if method is not None else ("",) * n
    cuts = np.zeros(n, dtype=np.int64) if segment is None else np.asarray(segment, dtype=np.int64)
    return Series(days, padded, words, cuts, own)


def day_of(at: datetime) -> float:
    """Days since 1970-01-01 00:00 UTC of an aware time."""
    return at.timestamp() / SECONDS_A_DAY


def date_of(day: float) -> date:
    """The UTC calendar date of a day number."""
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=float(day))).date()
