"""What a chart is made of, and the rows of the table that says the same.

Days are floats since 1970-01-01 in the person's own zone (the caller shifts them), lengths mm. NaN = not recorded.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Kind = Literal["reading", "symptoms", "event"]
NONE: Floats = np.empty(0)
WIDE, NARROW = 720, 340  # CSS pixels of a whole picture: on a page or a sheet, and on a phone


@dataclass(frozen=True)
class Labels:
    """The words in a picture, already in the reader's language."""

    size: str = "Size (mm)"
    axes: tuple[str, str, str] = ("Length", "Width", "Depth")
    trend: str = "Trend of the length"
    doubted: str = "Doubted"
    pain: str = "Pain"
    redness: str = "Redness"
    early: str = "Trend: too early to say"
    months: tuple[str, ...] = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True)
class Tick:
    """A labelled mark on the time axis: a treatment, an examination, an injury."""

    day: float
    label: str


@dataclass(frozen=True)
class Band:
    """The fitted trend of one segment, for one axis: the middle and its 90 % limits, at rising days. All (k,)."""

    axis: int  # index into AXES
    day: Floats
    mid: Floats
    low: Floats
    high: Floats

    def at(self, day: float) -> tuple[float, float, float] | None:
        """Low, middle and high in mm at that day, by straight lines between the drawn points; None outside the band."""
        if not len(self.day) or not self.day[0] - 1e-9 <= day <= self.day[-1] + 1e-9:
            return None
        low, mid, high = (float(np.interp(day, self.day, line)) for line in (self.low, self.mid, self.high))
        return low, mid, high


@dataclass(frozen=True)
class TrendPlot:
    """Size over time and, in lanes below, pain (0–10) and redness (0–3).

    ``mm`` and ``error_mm`` (half the 95 % interval) are (n, 3) in the order of AXES; ``doubted`` (n,) bool; readings
    are in order of time. ``methods`` (n,) stands in the table only; it may be empty.
    """

    day: Floats = field(default_factory=lambda: NONE)
    mm: Floats = field(default_factory=lambda: np.empty((0, 3)))
    error_mm: Floats = field(default_factory=lambda: np.empty((0, 3)))
    doubted: NDArray[np.bool_] = field(default_factory=lambda: np.empty(0, bool))
    methods: tuple[str, ...] = ()
    bands: tuple[Band, ...] = ()
    pain_day: Floats = field(default_factory=lambda: NONE)
    pain: Floats = field(default_factory=lambda: NONE)
    redness_day: Floats = field(default_factory=lambda: NONE)
    redness: Floats = field(default_factory=lambda: NONE)
    ticks: tuple[Tick, ...] = ()
    labels: Labels = field(default_factory=Labels)
    title: str = ""  # the document's title for a screen reader; not drawn
    width: int = WIDE  # type keeps its size: a wide picture made small would have type nobody can read

    def days(self) -> Floats:
        """Every day that is drawn, unsorted."""
        marks = np.array([tick.day for tick in self.ticks], float)
        return np.concatenate([self.day, self.pain_day, self.redness_day, marks])


@dataclass(frozen=True)
class OverviewPlot:
    """Several lumps, small, one under the other in two columns, on one common time axis. Names are drawn above each."""

    names: tuple[str, ...]
    lumps: tuple[TrendPlot, ...]
    title: str = ""
    width: int = WIDE


@dataclass(frozen=True)
class Row:
    """One line of the table: a moment with everything the picture shows of it. None = nothing drawn there."""

    day: float
    mm: tuple[float | None, float | None, float | None] = (None, None, None)
    error_mm: tuple[float | None, float | None, float | None] = (None, None, None)
    method: str = ""
    doubted: bool = False
    trend: tuple[float, float, float] | None = None  # low, middle, high
    pain: float | None = None
    redness: float | None = None
    label: str = ""


def rows_of(plot: TrendPlot) -> list[Row]:
    """The numbers of the picture in order of time: one row for each moment with a reading, a symptom or a mark."""
    parts: dict[float, dict[str, object]] = {}
    for index, day in enumerate(plot.day):
        parts.setdefault(float(day), {}).update(
            mm=_known(plot.mm[index]),
            error_mm=_known(plot.error_mm[index]),
            method=plot.methods[index] if plot.methods else "",
            doubted=bool(plot.doubted[index]),
            trend=next((at for band in plot.bands if (at := band.at(float(day)))), None),
        )
    for name, days, values in (("pain", plot.pain_day, plot.pain), ("redness", plot.redness_day, plot.redness)):
        for day, value in zip(days, values, strict=True):
            parts.setdefault(float(day), {})[name] = float(value)
    for tick in plot.ticks:
        part = parts.setdefault(float(tick.day), {})
        part["label"] = f"{part['label']}, {tick.label}" if part.get("label") else tick.label
    return [Row(day=day, **parts[day]) for day in sorted(parts)]  # type: ignore[arg-type]


def _known(values: Sequence[float] | Floats) -> tuple[float | None, ...]:
    return tuple(None if np.isnan(value) else float(value) for value in values)
