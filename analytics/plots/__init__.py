"""Pictures of a lump's numbers: plain arrays in, SVG or PNG bytes out. No Django, no clock, no disk.

``render(plot, "svg")`` draws a ``TrendPlot`` or an ``OverviewPlot``, as wide as it says (``WIDE`` or ``NARROW``);
``rows_of(plot)`` gives the same numbers for the table that stands beside it. matplotlib is loaded on the first drawing,
never on import: it takes seconds.
"""

from analytics.plots.data import NARROW, WIDE, Band, Labels, OverviewPlot, Row, Tick, TrendPlot, rows_of
from analytics.plots.render import render, size_of

__all__ = [
    "NARROW", "WIDE", "Band", "Labels", "OverviewPlot", "Row", "Tick", "TrendPlot", "render", "rows_of", "size_of",
]  # fmt: skip
