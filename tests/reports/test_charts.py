"""P4: the table beside a chart holds the same numbers, and the sentence speaks of them."""

import re
from datetime import UTC, datetime
from xml.etree import ElementTree

import numpy as np
import pytest

from analytics.plots import TrendPlot, rows_of
from tests.reports.histories import entry, event, history, weekly
from tracker.reports.changes import rate_of
from tracker.reports.charts import bands_of, local_day, overview_chart, plot_of, table_of, trend_chart
from tracker.reports.labels import zone_of
from tracker.reports.shapes import Chart, Table
from tracker.reports.sizes import readings_of
from tracker.rules.facts import History


def chart_of(told: History) -> tuple[Chart, TrendPlot]:
    readings = readings_of(told)
    return trend_chart(told, readings, rate_of(readings), "Lower back"), plot_of(told, readings)


def column(table: Table, name: str) -> list[str]:
    place = next(index for index, header in enumerate(table.header) if header.startswith(name))
    return [row[place] for row in table.rows]


FULL = history(
    *weekly(6, 0.05, width_mm=15.0, pain=1, redness=0),
    entry(40, 24, pain=4, redness=2),
    event(41, "antibiotics_started"),
    event(42, "drained"),
    entry(45, 8.5, pain=0, redness=1, method="eye"),
)


def test_every_number_drawn_stands_in_the_table() -> None:
    chart, plot = chart_of(FULL)
    table, rows = chart.table, rows_of(plot)
    assert len(table.rows) == len(rows)
    assert all(len(row) == len(table.header) for row in table.rows)
    for axis, name in enumerate(("Length", "Width")):
        for row, cell in zip(rows, column(table, name), strict=True):
            size, error = row.mm[axis], row.error_mm[axis]
            if size is None or error is None:
                assert cell == ""
            else:
                shown = [float(part) for part in cell.split(" ± ")]
                assert shown == [pytest.approx(size, abs=0.051), pytest.approx(error, abs=0.051)]
    for lane in ("pain", "redness"):
        drawn = [getattr(row, lane) for row in rows]
        cells = column(table, lane.capitalize())
        assert [float(cell.split()[0]) if cell else None for cell in cells] == drawn
    assert [cell for cell in column(table, "What happened") if cell] == ["Antibiotics started", "Drained"]


def test_the_trend_in_the_table_is_the_line_that_is_drawn() -> None:
    chart, plot = chart_of(history(*weekly(12, 0.05)))
    (band,) = plot.bands
    for row, cell in zip(rows_of(plot), column(chart.table, "Trend"), strict=True):
        middle, low, high = (float(part) for part in re.findall(r"[\d.]+", cell))
        expected = [np.interp(row.day, band.day, line) for line in (band.mid, band.low, band.high)]
        assert [middle, low, high] == pytest.approx(expected, abs=0.051)


def test_an_axis_never_measured_has_no_column() -> None:
    chart, _plot = chart_of(history(*weekly(3)))
    assert not any(header.startswith(("Width", "Depth", "Pain", "Redness", "Trend")) for header in chart.table.header)


def test_each_segment_has_a_band_of_its_own_and_a_short_one_none() -> None:
    before = weekly(6)
    after = [entry(50 + 7 * week, 9.0) for week in range(6)]
    told = history(*before, event(42, "drained"), *after)
    bands = bands_of(readings_of(told))
    assert len(bands) == 2
    assert bands[0].day[-1] < bands[1].day[0]
    assert bands[1].mid[-1] == pytest.approx(9, rel=0.1) and bands[0].mid[-1] == pytest.approx(20, rel=0.1)
    assert len(bands_of(readings_of(history(*before, event(42, "drained"), *after[:2])))) == 1


def test_the_sentence_tells_first_last_trend_and_symptoms() -> None:
    chart, _plot = chart_of(FULL)
    assert chart.sentence.startswith("Length 20 mm on 5 Jan 2026 and 8.5 mm on 19 Feb 2026, 8 measurements.")
    assert "too early to say" in chart.sentence
    assert (
        "Pain: from 0 to 4, now 0." in chart.sentence and "Redness: from none to clear, now slight." in chart.sentence
    )
    nothing, _plot = chart_of(history())
    assert nothing.sentence == "Nothing was measured yet."
    ElementTree.fromstring(nothing.svg())


def test_days_are_those_of_the_person() -> None:
    late = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)
    assert int(local_day(late, zone_of("Pacific/Auckland"))) == int(local_day(late, zone_of("UTC"))) + 1
    told = history(entry(0, 20), timezone="Pacific/Kiritimati")
    assert chart_of(told)[0].table.rows[0][0] == "5 Jan 2026"  # 08:00 UTC is 22:00 there
    assert zone_of("Nowhere/Land").key == "UTC"


def test_the_overview_tells_all_lumps_apart() -> None:
    plots = [plot_of(one, readings_of(one)) for one in (history(*weekly(5)), history(*weekly(3, start=9.0)))]
    chart = overview_chart(["Back", "Arm"], plots)
    assert {row[0] for row in chart.table.rows} == {"Back", "Arm"} and len(chart.table.rows) == 8
    assert all(len(row) == len(chart.table.header) for row in chart.table.rows)
    assert chart.svg() == chart.svg() and chart.png().startswith(b"\x89PNG")


def test_a_doubted_reading_says_so_in_words() -> None:
    good = weekly(8)
    table = table_of(plot_of(told := history(*good[:6], entry(42, 200.0), good[7]), readings_of(told)))
    assert column(table, "What happened")[6] == "doubted"
