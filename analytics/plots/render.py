"""From a plot's data to bytes."""

from typing import TYPE_CHECKING

from analytics.plots import paper
from analytics.plots.data import OverviewPlot, TrendPlot
from analytics.plots.overview import draw_overview, overview_size
from analytics.plots.trend import draw_trend, trend_size

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Plot = TrendPlot | OverviewPlot


def render(plot: Plot, kind: str = "svg") -> bytes:
    """The picture as bytes, ``kind`` "svg" or "png". Same plot, same bytes. ValueError for another kind."""
    with paper.LOCK:
        return paper.save(figure_of(plot), kind, plot.title)


def figure_of(plot: Plot) -> "Figure":
    """The matplotlib figure, for tests that look at what is drawn. Hold ``paper.LOCK`` where threads draw."""
    paper.prepare()
    return draw_overview(plot) if isinstance(plot, OverviewPlot) else draw_trend(plot)


def size_of(plot: Plot) -> tuple[int, int]:
    """Width and height in CSS pixels, without drawing (for the <img>)."""
    return overview_size(plot) if isinstance(plot, OverviewPlot) else trend_size(plot)
