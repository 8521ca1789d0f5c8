"""Several lumps at a glance: small multiples on one time axis."""

from typing import TYPE_CHECKING

import numpy as np

from analytics.plots import paper
from analytics.plots.calendar import ticks
from analytics.plots.data import Floats, OverviewPlot, TrendPlot
from analytics.plots.layout import size_limits, time_limits
from analytics.plots.trend import draw_sizes

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLUMNS = 2
LEFT, RIGHT, TOP, BOTTOM = 46, 14, 22, 34
CELL = 118
LETTER = 6.6  # CSS pixels a letter of a name takes, about


def overview_size(plot: OverviewPlot) -> tuple[int, int]:
    """Width and height in CSS pixels."""
    return plot.width, max(1, -(-len(plot.lumps) // COLUMNS)) * (TOP + CELL + BOTTOM)


def draw_overview(plot: OverviewPlot) -> "Figure":
    """Each lump's sizes and trend with its name above; sizes each on their own scale, times all on one."""
    width, height = overview_size(plot)
    figure = paper.sheet(width, height)
    days: Floats = np.concatenate([lump.days() for lump in plot.lumps]) if plot.lumps else np.empty(0)
    limits = time_limits(days)
    inside = width / COLUMNS - LEFT - RIGHT
    for index, (name, lump) in enumerate(zip(plot.names, plot.lumps, strict=True)):
        row, column = divmod(index, COLUMNS)
        left = column * width / COLUMNS + LEFT
        axes = paper.place(figure, left, row * (TOP + CELL + BOTTOM) + TOP, inside, CELL)
        axes.set_title(_fitting(name, inside), fontsize=paper.BODY, loc="left", pad=5, color=paper.INK)
        axes.set_xlim(*limits)
        axes.set_ylim(*size_limits([lump]))
        axes.set_ylabel(lump.labels.size, fontsize=paper.SMALL, labelpad=2)
        draw_sizes(axes, lump, small=True)
        _upright(axes, lump, limits, most=min(6, round(inside / 36)))
    return figure


def _fitting(name: str, width: float) -> str:
    """The name, cut where it would run into the next lump's."""
    most = int(width / LETTER)
    return name if len(name) <= most else f"{name[: most - 1].rstrip()}…"


def _upright(axes: "Axes", lump: TrendPlot, limits: tuple[float, float], most: int) -> None:
    marks = ticks(*limits, lump.labels.months, most)
    axes.set_xticks([day for day, _ in marks], [label for _, label in marks])
    paper.upright(axes, [day for day, _ in marks])
    for tick in lump.ticks:
        axes.axvline(tick.day, color=paper.QUIET, linewidth=0.7, linestyle=(0, (4, 2)), zorder=1.5)
