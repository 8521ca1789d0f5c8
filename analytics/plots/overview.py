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

WIDTH = 720
COLUMNS = 2
LEFT, RIGHT, TOP, BOTTOM = 46, 14, 22, 34
CELL = 118


def overview_size(plot: OverviewPlot) -> tuple[int, int]:
    """Width and height in CSS pixels."""
    return WIDTH, max(1, -(-len(plot.lumps) // COLUMNS)) * (TOP + CELL + BOTTOM)


def draw_overview(plot: OverviewPlot) -> "Figure":
    """Each lump's sizes and trend with its name above; sizes each on their own scale, times all on one."""
    width, height = overview_size(plot)
    figure = paper.sheet(width, height)
    days: Floats = np.concatenate([lump.days() for lump in plot.lumps]) if plot.lumps else np.empty(0)
    limits = time_limits(days)
    for index, (name, lump) in enumerate(zip(plot.names, plot.lumps, strict=True)):
        row, column = divmod(index, COLUMNS)
        left = column * WIDTH / COLUMNS + LEFT
        axes = paper.place(figure, left, row * (TOP + CELL + BOTTOM) + TOP, WIDTH / COLUMNS - LEFT - RIGHT, CELL)
        axes.set_title(name, fontsize=paper.BODY, loc="left", pad=5, color=paper.INK)
        axes.set_xlim(*limits)
        axes.set_ylim(*size_limits([lump]))
        axes.set_ylabel(lump.labels.size, fontsize=paper.SMALL, labelpad=2)
        draw_sizes(axes, lump, small=True)
        _upright(axes, lump, limits)
    return figure


def _upright(axes: "Axes", lump: TrendPlot, limits: tuple[float, float]) -> None:
    marks = ticks(*limits, lump.labels.months, most=6)
    axes.set_xticks([day for day, _ in marks], [label for _, label in marks])
    paper.upright(axes, [day for day, _ in marks])
    for tick in lump.ticks:
        axes.axvline(tick.day, color=paper.QUIET, linewidth=0.7, linestyle=(0, (4, 2)), zorder=1.5)
