"""The pictures: the same numbers as their tables, the same bytes every time, no matplotlib before it is needed."""

import struct
import subprocess
import sys
from itertools import pairwise
from xml.etree import ElementTree

import numpy as np
import pytest
from matplotlib.text import Text

from analytics.plots import NARROW, WIDE, Band, OverviewPlot, Tick, TrendPlot, render, rows_of, size_of
from analytics.plots.layout import label_rows, size_limits
from analytics.plots.render import figure_of

BASE = 20_400.0


def plot_of(count: int = 20, **changes: object) -> TrendPlot:
    """A growing lump with one doubted reading, some widths missing, pain, redness and two treatments."""
    rng = np.random.default_rng(5)
    day = BASE + np.cumsum(rng.gamma(2, 3.5, count))
    mm = np.full((count, 3), np.nan)
    mm[:, 0] = np.round(20 * np.exp(rng.normal(0.003 * (day - BASE), 0.07)))
    mm[::3, 1] = np.round(0.8 * mm[::3, 0])
    doubted = np.zeros(count, bool)
    doubted[count // 2] = True
    line = 20 * np.exp(0.003 * (day - BASE))
    fields: dict[str, object] = {
        "day": day, "mm": mm, "error_mm": 0.15 * mm, "doubted": doubted, "methods": ("ruler",) * count,
        "bands": (Band(0, day, line, line * 0.9, line * 1.1),),
        "pain_day": day[1:], "pain": rng.integers(0, 11, count - 1).astype(float),
        "redness_day": day[::2], "redness": rng.integers(0, 4, len(day[::2])).astype(float),
        "ticks": (Tick(day[count // 6] + 0.2, "Drained"), Tick(day[count // 6] + 0.3, "Antibiotics started")),
        "title": "Size over time",
    }  # fmt: skip
    return TrendPlot(**(fields | changes))  # type: ignore[arg-type]


def drawn(plot: TrendPlot) -> dict[str, np.ndarray]:
    """What matplotlib was told to draw, by the marks' names."""
    found = {}
    for axes in figure_of(plot).axes:
        for shape in axes.lines:
            if name := shape.get_gid():
                points = np.asarray(shape.get_xydata(), float)
                found[name] = points[np.isfinite(points[:, 1])]  # bars stand apart by gaps
    return found


def test_the_table_holds_every_number_of_the_picture() -> None:
    plot = plot_of()
    shapes, rows = drawn(plot), rows_of(plot)
    for axis in range(3):
        for doubted, word in ((False, "counted"), (True, "doubted")):
            table = [(row.day, row.mm[axis]) for row in rows if row.mm[axis] is not None and row.doubted == doubted]
            np.testing.assert_allclose(shapes.get(f"readings-{axis}-{word}", np.empty((0, 2))).reshape(-1, 2),
                                       np.array(table, float).reshape(-1, 2))  # fmt: skip
        bars = [
            (row.mm[axis] - row.error_mm[axis], row.mm[axis] + row.error_mm[axis])  # type: ignore[operator]
            for row in rows
            if row.mm[axis] is not None
        ]
        got = shapes.get(f"errors-{axis}", np.empty((0, 2, 2)))
        np.testing.assert_allclose(got.reshape(-1, 2, 2)[:, :, 1], np.array(bars).reshape(-1, 2))
    for lane in ("pain", "redness"):
        table = [(row.day, getattr(row, lane)) for row in rows if getattr(row, lane) is not None]
        np.testing.assert_allclose(shapes[f"lane-{lane}"], np.array(table))
    for row in rows:
        if row.mm[0] is not None:
            middle = 20 * np.exp(0.003 * (row.day - BASE))
            assert row.trend == pytest.approx((middle * 0.9, middle, middle * 1.1))
    assert [row.label for row in rows if row.label] == ["Drained", "Antibiotics started"]


def test_the_same_facts_give_the_same_bytes_in_another_process() -> None:
    code = (
        "import sys, hashlib; sys.path[:0] = ['.', 'tests/analytics/plots'];"
        "from test_plots import plot_of; from analytics.plots import render;"
        "print(*(hashlib.sha256(render(plot_of(), kind)).hexdigest() for kind in ('svg', 'png')))"
    )
    runs = {
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout for _ in "ab"
    }
    assert len(runs) == 1
    assert render(plot_of()) != render(plot_of(21))


def test_importing_the_room_does_not_load_matplotlib() -> None:
    code = "import sys, analytics.plots; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_svg_is_well_formed_titled_and_brings_no_script_and_nothing_from_elsewhere() -> None:
    document = render(plot_of())
    root = ElementTree.fromstring(document)
    names = {element.tag.rsplit("}", 1)[-1] for element in root.iter()}
    assert "script" not in names and "image" not in names
    assert root.find("{http://www.w3.org/2000/svg}metadata") is None or b"Size over time" in document
    assert b"dc:date" not in document
    links = [value for element in root.iter() for key, value in element.attrib.items() if key.endswith("href")]
    assert links and all(link.startswith("#") for link in links)
    width, height = size_of(plot_of())
    assert root.attrib["width"] == f"{width * 0.75:g}pt" and root.attrib["height"] == f"{height * 0.75:g}pt"


def test_a_png_is_twice_its_css_size() -> None:
    plot = plot_of()
    assert struct.unpack(">II", render(plot, "png")[16:24]) == tuple(2 * pixels for pixels in size_of(plot))


def test_another_format_is_refused() -> None:
    with pytest.raises(ValueError, match="svg or png"):
        render(plot_of(), "gif")


@pytest.mark.parametrize("count", [1, 2, 3])
def test_few_readings_are_drawn_and_say_it_is_too_early(count: int) -> None:
    plot = plot_of(count, bands=(), ticks=(), pain_day=np.empty(0), pain=np.empty(0))
    words = [text.get_text() for axes in figure_of(plot).axes for text in axes.texts]
    assert plot.labels.early in words
    assert plot.labels.early not in [text.get_text() for axes in figure_of(plot_of()).axes for text in axes.texts]


def test_nothing_at_all_and_pain_alone_are_drawn_too() -> None:
    ElementTree.fromstring(render(TrendPlot()))
    pain = TrendPlot(pain_day=np.array([BASE]), pain=np.array([3.0]))
    assert len(figure_of(pain).axes) == 1
    assert size_of(pain)[1] < size_of(plot_of())[1]
    ElementTree.fromstring(render(OverviewPlot((), ())))


def test_a_name_with_dollars_is_a_name() -> None:
    ElementTree.fromstring(render(OverviewPlot(("cost $x_ and $\\frac",), (plot_of(),))))


def test_the_size_axis_starts_where_the_data_live_and_does_not_magnify_noise() -> None:
    grown = plot_of()
    low, high = size_limits([grown])
    assert 0 < low < np.nanmin(grown.mm - grown.error_mm) and high > np.nanmax(grown.mm + grown.error_mm)
    still = np.full((4, 3), np.nan)
    still[:, 0] = [40, 40, 41, 40]
    low, high = size_limits([plot_of(4, mm=still, error_mm=0.01 * still, bands=())])
    assert high - low > 0.3 * 40


def test_labels_of_treatments_never_cover_one_another() -> None:
    ticks = [Tick(BASE + day, "Antibiotics started") for day in (0, 3, 3.2, 6, 9, 50, 90, 99)]
    placed = label_rows(ticks, (BASE - 2, BASE + 100), 640)
    assert len(placed) == 7  # one day, one mark
    spans: dict[int, list[tuple[float, float]]] = {}
    for tick, row, side in placed:
        if row is None:
            continue
        x = (tick.day - BASE + 2) / 102 * 640
        reach = len(tick.label) * 4.7
        spans.setdefault(row, []).append((x, x + reach) if side == "left" else (x - reach, x))
    for row_spans in spans.values():
        row_spans.sort()
        assert all(one[1] <= two[0] for one, two in pairwise(row_spans))
    assert sum(len(row_spans) for row_spans in spans.values()) >= 5


def spans_of(plot: TrendPlot | OverviewPlot) -> list[tuple[str, float, float]]:
    """Each word that is drawn with its left and right end, in CSS pixels."""
    figure = figure_of(plot)
    figure.draw_without_rendering()
    drawn = [text for text in figure.findobj(Text) if text.get_visible() and text.get_text().strip()]
    return [(text.get_text(), box.x0, box.x1) for text in drawn for box in [text.get_window_extent()]]


@pytest.mark.parametrize("changes", [{}, {"bands": ()}])
def test_a_phone_gets_type_of_the_same_size_and_all_of_it(changes: dict[str, object]) -> None:
    wide, phone = plot_of(44, **changes), plot_of(44, width=NARROW, **changes)
    assert size_of(phone)[0] == NARROW
    for plot in (wide, phone):
        cut = [told for told in spans_of(plot) if told[1] < 0 or told[2] > plot.width]
        assert cut == []
    assert {text.get_fontsize() for text in figure_of(phone).findobj(Text)} <= {
        text.get_fontsize() for text in figure_of(wide).findobj(Text)
    }
    assert {key: len(points) for key, points in drawn(phone).items()} == {
        key: len(points) for key, points in drawn(wide).items()
    }


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_names_beside_each_other_do_not_touch(width: int) -> None:
    name = "The one under the left shoulder blade that the nurse looked at in the spring"
    plot = OverviewPlot((name, name), (plot_of(), plot_of()), width=width)
    names = [told for told in spans_of(plot) if told[0].startswith("The one")]
    assert len(names) == 2 and all(told[0].endswith("…") for told in names)
    assert names[0][2] < names[1][1] and names[1][2] <= width
