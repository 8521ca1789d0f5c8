"""The trend's picture beside the barest matplotlib figure with as many marks, both in one warm process.

A mark is a reading's dot or the bar of its error, of the length and of the width; the bare figure has no band, no trend,
no key, no dates and no labels of what happened.
"""

import io
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from tests.bench.result import Row, quicker
from tests.bench.timing import Cost, in_turns

WEEKS = 104


def rows(tick: Any) -> Iterator[Row]:
    """Two years, once a week."""
    tick("trend SVG")
    ours, marks = _ours(), WEEKS
    yield quicker("trend plot, SVG", in_turns(lambda: _timed(ours), lambda: _timed(lambda: _bare(marks))), 1.3)


def _timed(draw: Any) -> Cost:
    began = time.perf_counter()
    for _ in range(3):
        draw()
    return Cost((time.perf_counter() - began) / 3)


def _ours() -> Any:
    """What GET trend.svg draws, once its facts are known."""
    import os
    import tempfile

    import django

    os.environ.setdefault("VAR_DIR", tempfile.mkdtemp(prefix="diary-bench-"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
    django.setup()
    from analytics.plots.render import forget
    from tracker.reports.changes import rate_of
    from tracker.reports.charts import trend_chart
    from tracker.reports.sizes import readings_of
    from tracker.rules.facts import Entry, History

    since = datetime.now(UTC) - timedelta(weeks=WEEKS)
    entries = tuple(
        Entry(f"{week:04}", since + timedelta(weeks=week), 20 + week % 5 / 10, 15.0, method="caliper")
        for week in range(WEEKS)
    )
    history = History(site="knee", entries=entries)
    readings = readings_of(history)
    chart = trend_chart(history, readings, rate_of(readings), "A lump")

    def draw() -> bytes:
        forget()  # the product keeps the last pictures; drawing is what is measured
        return chart.draw("svg")

    return draw


def _bare(marks: int) -> bytes:
    figure = Figure(figsize=(7, 4))
    axes = figure.add_axes((0.1, 0.12, 0.86, 0.8))
    for middle in (20, 15):
        axes.errorbar(np.arange(marks), middle + np.arange(marks) % 5 / 10, yerr=1.0, fmt="o")
    axes.set_xlabel("day")
    axes.set_ylabel("mm")
    out = io.BytesIO()
    figure.savefig(out, format="svg")
    return out.getvalue()
