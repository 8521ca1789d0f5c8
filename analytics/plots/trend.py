"""One lump over time: readings loud, the band quiet, pain and redness in lanes below, treatments as labelled ticks."""

from typing import TYPE_CHECKING

import numpy as np

from analytics.plots import paper
from analytics.plots.calendar import ticks
from analytics.plots.data import WIDE, Floats, TrendPlot
from analytics.plots.layout import label_rows, size_limits, time_limits

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LEFT, RIGHT, BOTTOM = 68, 14, 38
KEY = 22  # a line that explains the marks
LABEL_ROW = 15
MAIN = 280
LANE = {"pain": 58, "redness": 42}
GAP = 12


def trend_size(plot: TrendPlot) -> tuple[int, int]:
    """Width and height in CSS pixels: taller with marks, with pain, with redness."""
    return plot.width, _top(plot) + _main_height(plot) + sum(LANE[lane] + GAP for lane in _lanes(plot)) + BOTTOM


def draw_trend(plot: TrendPlot) -> "Figure":
    """The whole picture of one lump."""
    width, height = trend_size(plot)
    figure = paper.sheet(width, height)
    limits = time_limits(plot.days())
    inside = _inside(plot)
    top = _top(plot)
    stack: list[Axes] = []
    if main := _main_height(plot):
        axes = paper.place(figure, LEFT, top, inside, main)
        axes.set_ylim(*size_limits([plot]))
        axes.set_ylabel(plot.labels.size, fontsize=paper.BODY, labelpad=3)
        draw_sizes(axes, plot)
        _key(axes, plot, top / main)
        stack.append(axes)
        top += main + GAP
    for lane in _lanes(plot):
        axes = paper.place(figure, LEFT, top, inside, LANE[lane])
        draw_lane(axes, plot, lane)
        stack.append(axes)
        top += LANE[lane] + GAP
    for axes in stack:
        axes.set_xlim(*limits)
    _time_axis(stack, plot, limits)
    _marks(stack, plot, limits, inside)
    return figure


def draw_sizes(axes: "Axes", plot: TrendPlot, *, small: bool = False) -> None:
    """Band, trend line, error bars and dots of every axis that was recorded; doubted readings hollow."""
    for band in plot.bands:
        colour = paper.COLOURS[band.axis]
        axes.fill_between(band.day, band.low, band.high, color=colour, alpha=0.13, linewidth=0, zorder=1)
        axes.plot(band.day, band.mid, color=colour, linewidth=1.1, zorder=2)
    # many readings want smaller dots, or they hide one another
    size = 3.0 if small else 5.5 if len(plot.day) < plot.width / 18 else 4.1
    for axis in (2, 1, 0):  # the length last, on top
        known = np.isfinite(plot.mm[:, axis]) if len(plot.mm) else np.empty(0, bool)
        if known.any():
            _readings(axes, plot, axis, known, size)


def _readings(axes: "Axes", plot: TrendPlot, axis: int, known: "np.ndarray", size: float) -> None:
    day, mm, error = plot.day[known], plot.mm[known, axis], plot.error_mm[known, axis]
    paper.bars(
        axes,
        day,
        mm - error,
        mm + error,
        color=paper.EDGES[axis],
        linewidth=0.7,
        alpha=0.4,
        zorder=3,
        gid=f"errors-{axis}",
    )
    doubted = plot.doubted[known]
    for hollow in (False, True):
        chosen = doubted == hollow
        if chosen.any():
            axes.plot(
                day[chosen], mm[chosen], linestyle="", marker=paper.MARKERS[axis], markersize=size, markeredgewidth=0.8,
                markerfacecolor="white" if hollow else paper.COLOURS[axis], markeredgecolor=paper.EDGES[axis], zorder=4,
                gid=f"readings-{axis}-{'doubted' if hollow else 'counted'}",
            )  # fmt: skip


def draw_lane(axes: "Axes", plot: TrendPlot, lane: str) -> None:
    """Pain (0–10) or redness (0–3): a stem and a mark for each entry, so that "none" is seen as asked."""
    days, values, most, colour, marker, label = _lane(plot, lane)
    paper.bars(axes, days, np.zeros(len(days)), values, color=colour, linewidth=1.6, alpha=0.55, zorder=2)
    axes.plot(
        days, values, linestyle="", marker=marker, markersize=3.3, color=colour, markeredgewidth=0, zorder=3,
        gid=f"lane-{lane}", clip_on=False,
    )  # fmt: skip
    axes.set_ylim(0, most)
    axes.set_yticks([0, most])
    axes.set_ylabel(label, fontsize=paper.SMALL, rotation=0, ha="right", va="center")
    axes.yaxis.set_label_coords(-12 / _inside(plot), 0.5)
    axes.spines["left"].set_linewidth(0.4)


def _lane(plot: TrendPlot, lane: str) -> tuple[Floats, Floats, int, str, str, str]:
    if lane == "pain":
        return plot.pain_day, plot.pain, 10, paper.PAIN, "D", plot.labels.pain
    return plot.redness_day, plot.redness, 3, paper.REDNESS, "v", plot.labels.redness


def _lanes(plot: TrendPlot) -> list[str]:
    return [lane for lane, days in (("pain", plot.pain_day), ("redness", plot.redness_day)) if len(days)]


def _main_height(plot: TrendPlot) -> int:
    """The size axes are left out only where there is no size but something else to show."""
    return MAIN if np.isfinite(plot.mm).any() or not _lanes(plot) else 0


def _rows(plot: TrendPlot) -> int:
    placed = label_rows(plot.ticks, time_limits(plot.days()), _inside(plot))
    return max((row + 1 for _, row, _ in placed if row is not None), default=0)


def _inside(plot: TrendPlot) -> int:
    """How wide the axes are, in CSS pixels."""
    return plot.width - LEFT - RIGHT


def _key_lines(plot: TrendPlot) -> int:
    """On a phone the trend has a line of its own below the marks."""
    return 1 if plot.width >= WIDE else 2


def _top(plot: TrendPlot) -> int:
    return 5 + (_key_lines(plot) * KEY if _main_height(plot) else 0) + _rows(plot) * LABEL_ROW


def _time_axis(stack: "list[Axes]", plot: TrendPlot, limits: tuple[float, float]) -> None:
    """Dates under the lowest axes only; quiet upright lines through all of them."""
    marks = ticks(*limits, plot.labels.months, most=plot.width // 60)
    for axes in stack:
        axes.set_xticks([day for day, _ in marks], [label for _, label in marks] if axes is stack[-1] else [])
        paper.upright(axes, [day for day, _ in marks])
        if axes is not stack[-1]:
            axes.tick_params(axis="x", length=0)


def _marks(stack: "list[Axes]", plot: TrendPlot, limits: tuple[float, float], width: float) -> None:
    """A thin line through all lanes for each treatment, its words above the picture."""
    top = stack[0]
    height = top.get_position().height * top.figure.get_size_inches()[1] * paper.CSS_DPI  # type: ignore[union-attr]
    for tick, row, side in label_rows(plot.ticks, limits, width):
        for axes in stack:
            axes.axvline(tick.day, color=paper.QUIET, linewidth=0.8, linestyle=(0, (4, 2)), zorder=1.5)
        if row is None:
            continue
        y = 1 + (5 + row * LABEL_ROW) / height
        shift = 3 if side == "left" else -3
        blended = top.get_xaxis_transform()
        top.plot(
            [tick.day, tick.day],
            [1, y + 7 / height],
            color=paper.QUIET,
            linewidth=0.8,
            transform=blended,
            clip_on=False,
        )
        top.annotate(
            tick.label, (tick.day, y), xycoords=blended, xytext=(shift, 0), textcoords="offset points",
            ha=side, va="bottom", fontsize=paper.SMALL, color=paper.INK, annotation_clip=False,
        )  # fmt: skip


def _key(axes: "Axes", plot: TrendPlot, top: float) -> None:
    """A line or two above all: which mark is which, and the trend or that it is too early. ``top``: share above the axes.

    Laid out by hand: matplotlib's own legend takes a fifth of the time of the whole picture.
    """
    width, y, at = _inside(plot), 1 + top - 10 / MAIN, 0.0
    drawn = [axis for axis in range(3) if len(plot.mm) and np.isfinite(plot.mm[:, axis]).any()]
    marks = [(axis, plot.labels.axes[axis], paper.COLOURS[axis]) for axis in drawn]
    marks += [(0, plot.labels.doubted, "white")] if plot.doubted.any() else []

    def word(label: str, at: float) -> float:
        axes.text(at / width, y, label, transform=axes.transAxes, va="center_baseline", fontsize=paper.SMALL)
        return at + paper.width_of(label) + 14

    for axis, label, face in marks:
        axes.plot(
            [(at + 4) / width], [y], linestyle="", marker=paper.MARKERS[axis], markersize=5, markeredgewidth=0.8,
            markerfacecolor=face, markeredgecolor=paper.EDGES[axis], transform=axes.transAxes, clip_on=False,
        )  # fmt: skip
        at = word(label, at + 13)
    if _key_lines(plot) == 2:
        y, at = y - KEY / MAIN, 0.0
    if plot.bands:
        axes.plot(
            [at / width, (at + 14) / width], [y, y], color=paper.COLOURS[plot.bands[-1].axis], alpha=0.25, linewidth=5,
            solid_capstyle="butt", transform=axes.transAxes, clip_on=False,
        )  # fmt: skip
        word(plot.labels.trend, at + 19)
    else:
        axes.text(
            1, y, plot.labels.early, transform=axes.transAxes, ha="right", va="center_baseline",
            fontsize=paper.SMALL, color=paper.QUIET,
        )  # fmt: skip
