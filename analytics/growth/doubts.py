"""Which readings the engine doubts, and why. A doubted reading stays in the diary; it only weighs less."""

import numpy as np

from analytics.growth.result import Doubt
from analytics.growth.run import Trace
from analytics.growth.tracks import Stop
from analytics.series import Flags, Floats

TEN, INCH = np.log(10.0), np.log(25.4)
TYPED_NEAR = 0.35  # how near ln(factor) a left-out reading must be
BEYOND = 3.0  # standard deviations from its neighbours, or
AWAY = 2.0  # so many, where it was a surprise when it came
UNSURE = 0.3  # probability that it was no slip, below which the newest readings are doubted
SIDE = 2  # readings on each side that judge one in the middle


class Doubts:
    """The readings in doubt on every track, for any stop on it.

    The newest readings are judged by what was expected of them, older ones by their neighbours on both sides, so that a
    step to a new level clears them again; the first two by the median of the first five.
    """

    def __init__(self, trace: Trace) -> None:
        typed = (trace.left_out > 0) | (trace.bad_axis > 1.0 - UNSURE)
        self.trace = trace
        away = np.abs(_around(trace))
        self.fresh = _rows(typed | (trace.good < UNSURE))
        self.settled = _rows(typed | (away > BEYOND) | ((away > AWAY) & (trace.good < UNSURE)))

    def at(self, stop: Stop) -> tuple[Doubt, ...]:
        """The doubts at this stop, as places in its series."""
        old = stop.readings - SIDE
        if old < SIDE + 1:
            places = [k for k in self.fresh.get(stop.track, ()) if k < stop.readings]
        else:
            places = [k for k in self.settled.get(stop.track, ()) if k < old]
            places += [k for k in self.fresh.get(stop.track, ()) if old <= k < stop.readings]
        return tuple(Doubt(int(stop.places[k]), _why(k, stop.track, self.trace)) for k in places)


def _rows(flags: Flags) -> dict[int, list[int]]:
    """Where the flags of each track are up; none is beyond its end, where the trace is NaN."""
    found: dict[int, list[int]] = {}
    for row, place in np.argwhere(flags).tolist():
        found.setdefault(row, []).append(place)
    return found


def _median_of_five(parts: list[Floats]) -> Floats:
    """The median of five arrays, place by place; NaN where one is."""
    a, b, c, d, e = parts
    f = np.maximum(np.minimum(a, b), np.minimum(c, d))
    g = np.minimum(np.maximum(a, b), np.maximum(c, d))
    return np.asarray(np.maximum(np.minimum(f, g), np.minimum(e, np.maximum(f, g))))


def _around(trace: Trace) -> Floats:
    """How far (B, N), in standard deviations, each reading lies from the median of itself and two on each side."""
    away = np.full(trace.z.shape, np.nan)
    n = trace.z.shape[1]
    if n > 2 * SIDE:
        medians = _median_of_five([trace.z[:, k : n - 2 * SIDE + k] for k in range(2 * SIDE + 1)])
        away[:, SIDE : n - SIDE] = trace.z[:, SIDE : n - SIDE] - medians
        away[:, :SIDE] = trace.z[:, :SIDE] - medians[:, :1]
        spread = np.where(np.isnan(trace.spread), trace.spread[:, 2 * SIDE : 2 * SIDE + 1], trace.spread)
        away = away / spread
    return away


def _why(k: int, row: int, trace: Trace) -> str:
    off = abs(trace.z[row, k] - trace.level[row, k])
    if trace.left_out[row, k] > 0:
        if abs(off - TEN) < TYPED_NEAR:
            return "ten_times"
        if abs(off - INCH) < TYPED_NEAR:
            return "inches"
    return "axis" if trace.bad_axis[row, k] > 1.0 - UNSURE else "jump"
