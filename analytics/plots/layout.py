"""Where things go on a chart, worked out without matplotlib."""

from collections.abc import Sequence

import numpy as np

from analytics.plots.data import Floats, Tick, TrendPlot

LETTER = 4.7  # CSS pixels a letter of a tick's label takes at 7.5 pt, about
ROWS = 3
LEAST_SPAN = 0.35  # of the middle value: below this the noise of one reading would fill the picture


def time_limits(days: Floats) -> tuple[float, float]:
    """The time axis: all that is drawn, with a little air; two weeks at least."""
    if not len(days):
        return 0.0, 14.0
    first, last = float(np.min(days)), float(np.max(days))
    short = max(14.0 - (last - first), 0.0) / 2
    air = 0.025 * (last - first) + short
    return first - air, last + air


def size_limits(plots: Sequence[TrendPlot]) -> tuple[float, float]:
    """The size axis starts where the data live, error bars and band included, and never magnifies mere noise."""
    values: list[Floats] = []
    for plot in plots:
        if not len(plot.mm):
            continue
        values += [(plot.mm - plot.error_mm).ravel(), (plot.mm + plot.error_mm).ravel()]
        values += [edge for band in plot.bands for edge in (band.low, band.high)]
    known = np.concatenate(values) if values else np.empty(0)
    known = known[np.isfinite(known)]
    if not len(known):
        return 0.0, 10.0
    low, high = float(known.min()), float(known.max())
    short = max(LEAST_SPAN * (low + high) / 2 - (high - low), 0.0) / 2
    air = 0.05 * (high - low) + short
    return max(low - air, 0.0), high + air


def merged(ticks: Sequence[Tick]) -> list[Tick]:
    """Marks of one calendar day under one label, in order of time."""
    days: dict[int, Tick] = {}
    for tick in sorted(ticks, key=lambda tick: tick.day):
        key = int(tick.day // 1)
        if key in days and tick.label not in days[key].label:
            days[key] = Tick(days[key].day, f"{days[key].label}, {tick.label}")
        else:
            days.setdefault(key, tick)
    return list(days.values())


def label_rows(ticks: Sequence[Tick], limits: tuple[float, float], width: float) -> list[tuple[Tick, int | None, str]]:
    """A row (0 lowest) and a side ("left": text starts at the mark, "right": it ends there) for each label, so that
    none covers another or another's stem. Row None: no room, the mark stands without its words (the table has them)."""
    first, last = limits
    taken: list[list[tuple[float, float]]] = [[] for _ in range(ROWS)]
    placed: list[tuple[Tick, int | None, str]] = []
    for tick in reversed(merged(ticks)):  # from the right: an earlier mark then rises clear of the later words
        x = (tick.day - first) / (last - first) * width
        placed.append((tick, *_spot(taken, x, len(tick.label) * LETTER + 8, width)))
    return placed[::-1]


def _spot(taken: list[list[tuple[float, float]]], x: float, reach: float, width: float) -> tuple[int | None, str]:
    stem = (x - 2, x + 2)
    for side, span in (("left", (x - 2, x + reach)), ("right", (x - reach, x + 2))):
        if span[0] < -30 or span[1] > width + 8:
            continue
        for row in range(ROWS):
            if row and _covered(taken[row - 1], stem):
                break
            if not _covered(taken[row], span):
                taken[row].append(span)
                for below in range(row):
                    taken[below].append(stem)
                return row, side
    return None, "left"


def _covered(used: list[tuple[float, float]], span: tuple[float, float]) -> bool:
    return any(span[0] < end and span[1] > start for start, end in used)
