"""From a plot's data to bytes."""

import hashlib
import pickle  # nosec B403
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from analytics.plots import paper
from analytics.plots.data import OverviewPlot, TrendPlot
from analytics.plots.overview import draw_overview, overview_size
from analytics.plots.trend import draw_trend, trend_size

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Plot = TrendPlot | OverviewPlot
KEPT = 24  # pictures, 100 to 300 kB each


def render(plot: Plot, kind: str = "svg") -> bytes:
    """The picture as bytes, ``kind`` "svg" or "png". Same plot, same bytes. ValueError for another kind.

    The last few are kept by what is drawn in them: a page and its PDF want the same pictures, and drawing is slow.
    """
    return _drawn(_Keyed(hashlib.sha256(pickle.dumps(plot)).digest(), plot), kind)


@dataclass(frozen=True)
class _Keyed:
    """A plot as a key: arrays have no hash."""

    digest: bytes
    plot: Plot = field(compare=False)


def forget() -> None:
    """Keep none of the pictures drawn so far: for whoever measures how long drawing takes."""
    _drawn.cache_clear()


@lru_cache(maxsize=KEPT)
def _drawn(keyed: _Keyed, kind: str) -> bytes:
    with paper.LOCK:
        return paper.save(figure_of(keyed.plot), kind, keyed.plot.title)


def figure_of(plot: Plot) -> "Figure":
    """The matplotlib figure, for tests that look at what is drawn. Hold ``paper.LOCK`` where threads draw."""
    paper.prepare()
    return draw_overview(plot) if isinstance(plot, OverviewPlot) else draw_trend(plot)


def size_of(plot: Plot) -> tuple[int, int]:
    """Width and height in CSS pixels, without drawing (for the <img>)."""
    return overview_size(plot) if isinstance(plot, OverviewPlot) else trend_size(plot)
