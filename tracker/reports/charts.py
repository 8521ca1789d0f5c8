"""Charts of a report: the picture's numbers, one sentence, and a table that says the same."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import numpy as np
from django.utils.dates import MONTHS_3
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics.growth import band
from analytics.noise import sigma_log
from analytics.plots import NARROW, Band, Labels, OverviewPlot, Row, Tick, TrendPlot, render, rows_of, size_of
from analytics.series import AXES, SECONDS_A_DAY, Floats, Series, day_of
from tracker.reports import labels
from tracker.reports.shapes import Chart, Rate, Table
from tracker.reports.sizes import TWO_SIDED, Readings
from tracker.rules.facts import History

GRID = 40  # points of a trend's band beside the readings' own days
UNDRAWN = ("acknowledged", "other")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def plot_of(history: History, readings: Readings, title: str = "") -> TrendPlot:
    """The numbers of one lump's picture, days in the person's own zone."""
    zone, series = readings.zone, readings.series
    errors = [TWO_SIDED * sigma_log(mm, method) * mm for mm, method in zip(series.mm, series.method, strict=True)]
    doubted = np.zeros(len(series), bool)
    doubted[list(readings.doubted)] = True
    pain = [(local_day(entry.at, zone), entry.pain) for entry in history.entries if entry.pain is not None]
    red = [(local_day(entry.at, zone), entry.redness) for entry in history.entries if entry.redness is not None]
    bands = bands_of(readings)
    return TrendPlot(
        day=_local(series.day, zone),
        mm=series.mm,
        error_mm=np.array(errors).reshape(-1, len(AXES)),
        doubted=doubted,
        methods=tuple(entry.method or "" for entry in readings.entries),
        bands=bands,
        pain_day=np.array([day for day, _value in pain]),
        pain=np.array([value for _day, value in pain], float),
        redness_day=np.array([day for day, _value in red]),
        redness=np.array([value for _day, value in red], float),
        ticks=tuple(
            Tick(local_day(event.at, zone), labels.word(labels.EVENTS, event.kind))
            for event in history.events
            if event.kind not in UNDRAWN
        ),
        labels=words_of(bands[-1].axis if bands else 0),
        title=title,
    )


def words_of(axis: int = 0) -> Labels:
    """The words in a picture, in the reader's language; ``axis`` is the one the band is of."""
    names = tuple(labels.word(labels.AXES, name) for name in AXES)
    trend = (_("Trend of the length, 90 %"), _("Trend of the width, 90 %"), _("Trend of the depth, 90 %"))
    return Labels(
        size=_("Size (mm)"),
        axes=(names[0], names[1], names[2]),
        trend=trend[axis],
        doubted=_("Doubted"),
        pain=_("Pain"),
        redness=_("Redness"),
        early=_("Trend: too early to say"),
        months=tuple(capfirst(str(MONTHS_3[month])) for month in range(1, 13)),
    )


def bands_of(readings: Readings) -> tuple[Band, ...]:
    """The trend with its band for each segment that has enough readings for one."""
    found = [_band(part, readings.zone) for part, growth in readings.segments if growth.percent_per_month is not None]
    return tuple(one for one in found if one is not None)


def _band(series: Series, zone: ZoneInfo) -> Band | None:
    """Of the axis recorded most often, the length where they tie."""
    counts = np.isfinite(series.mm).sum(axis=0)
    axis = int(np.argmax(counts))
    days = np.unique(np.concatenate([series.day, np.linspace(series.day[0], series.day[-1], GRID)]))
    points = band(series, days.tolist(), axis=AXES[axis])
    if not points:
        return None
    local = np.maximum.accumulate(_local(np.array([point.day for point in points]), zone))
    low, middle, high = (np.array([getattr(point, name) for point in points]) for name in ("low", "middle", "high"))
    return Band(axis, local, middle, low, high)


def local_day(at: datetime, zone: ZoneInfo) -> float:
    """Days since 1970-01-01 00:00 as the person's calendar counts them."""
    offset = at.astimezone(zone).utcoffset() or timedelta()
    return day_of(at) + offset.total_seconds() / SECONDS_A_DAY


def _local(days: Floats, zone: ZoneInfo) -> Floats:
    return np.array([local_day(EPOCH + timedelta(days=float(day)), zone) for day in days], float)


def trend_chart(history: History, readings: Readings, rate: Rate, name: str) -> Chart:
    """The chart of one lump: key "trend"."""
    return chart_of(plot_of(history, readings, title_of(name)), sentence_of(history, readings, rate))


def title_of(name: str) -> str:
    """The title of one lump's chart."""
    return _("Size over time: %(name)s") % {"name": name}


def chart_of(plot: TrendPlot, sentence: str) -> Chart:
    """A chart of numbers that are laid out already."""
    return _both("trend", plot, sentence, partial(table_of, plot))


def _both(key: str, plot: TrendPlot | OverviewPlot, sentence: str, tell: Callable[[], Table]) -> Chart:
    """The chart as a page and a sheet show it, and in it the same for a phone."""
    phone = replace(plot, width=NARROW)
    narrow = Chart(key, plot.title, sentence, tell, *size_of(phone), partial(render, phone))
    return Chart(key, plot.title, sentence, tell, *size_of(plot), partial(render, plot), narrow)


def overview_chart(names: Sequence[str], plots: Sequence[TrendPlot]) -> Chart:
    """Small multiples of several lumps: key "overview". Its table has one row a reading, the lump's name first."""
    title = _("All lumps at a glance")
    plot = OverviewPlot(tuple(names), tuple(plots), title)
    sentence = ngettext(
        "Size over time of %(n)d lump, each on its own scale.",
        "Sizes over time of %(n)d lumps, each on its own scale.",
        len(names),
    ) % {"n": len(names)}  # fmt: skip
    return _both("overview", plot, sentence, partial(_overview_table, plot))


def _overview_table(plot: OverviewPlot) -> Table:
    header: tuple[str, ...] = ()
    rows: list[tuple[str, ...]] = []
    for name, one in zip(plot.names, plot.lumps, strict=True):
        table = table_of(one, every_axis=True, lanes=False)
        header = (_("Lump"), *table.header)
        rows += [(name, *row) for row in table.rows]
    return Table(header, tuple(rows), plot.title)


def sentence_of(history: History, readings: Readings, rate: Rate) -> str:
    """What the picture shows, in words, from the same numbers; the picture's alt text too."""
    parts = []
    entries = readings.entries
    if entries:
        parts.append(_size_sentence(readings))
        parts.append(_("Trend: %(rate)s.") % {"rate": rate.words})
    for name, label in (("pain", _("Pain")), ("redness", _("Redness"))):
        told = [value for entry in history.entries if (value := getattr(entry, name)) is not None]
        if told:
            low, high, now = (_lane_word(name, value) for value in (min(told), max(told), told[-1]))
            words = {"label": label, "low": low, "high": high, "now": now}
            parts.append(
                _("%(label)s: %(now)s throughout.") % words
                if low == high
                else _("%(label)s: from %(low)s to %(high)s, now %(now)s.") % words
            )
    return " ".join(parts) or _("Nothing was measured yet.")


def _size_sentence(readings: Readings) -> str:
    zone, entries = readings.zone, readings.entries
    axis = _axis_of(readings)
    told = [(entry.at, mm) for entry in entries if (mm := entry.sizes_mm[axis]) is not None]
    (start, first), (end, last) = told[0], told[-1]
    words = {
        "axis": labels.word(labels.AXES, AXES[axis]),
        "first": labels.mm(first), "start": labels.day(start, zone), "last": labels.mm(last),
        "end": labels.day(end, zone), "n": len(told),
    }  # fmt: skip
    if len(told) == 1:
        return _("%(axis)s %(last)s mm on %(end)s, the only measurement.") % words
    return _("%(axis)s %(first)s mm on %(start)s and %(last)s mm on %(end)s, %(n)s measurements.") % words


def _axis_of(readings: Readings) -> int:
    return int(np.argmax(np.isfinite(readings.series.mm).sum(axis=0)))


def _lane_word(name: str, value: int) -> str:
    return labels.number(value) if name == "pain" else labels.word(labels.GRADES, value)


def table_of(plot: TrendPlot, *, every_axis: bool = False, lanes: bool = True) -> Table:
    """Every number that is drawn. A column is left out where nothing was recorded at all, unless ``every_axis``."""
    rows = rows_of(plot)
    if not lanes:
        rows = [row for row in rows if row.label or any(mm is not None for mm in row.mm)]
    shown = [axis for axis in range(len(AXES)) if every_axis or any(row.mm[axis] is not None for row in rows)]
    columns: list[tuple[str, list[str]]] = [(_("Day"), [_day(row) for row in rows])]
    columns += [(f"{plot.labels.axes[axis]} (mm)", [_size(row, axis) for row in rows]) for axis in shown]
    if shown:
        columns.append((_("Method"), [labels.word(labels.METHODS, row.method) if row.method else "" for row in rows]))
    if every_axis or plot.bands:
        columns.append((f"{plot.labels.trend} (mm)", [_trend(row) for row in rows]))
    if lanes and len(plot.pain):
        columns.append((_("Pain (0–10)"), ["" if row.pain is None else labels.number(row.pain) for row in rows]))
    if lanes and len(plot.redness):
        red = ["" if row.redness is None else _grade(row.redness) for row in rows]
        columns.append((_("Redness (0–3)"), red))
    columns.append((_("What happened"), [_remark(row, plot) for row in rows]))
    cells = tuple(zip(*(cells for _header, cells in columns), strict=True))
    return Table(tuple(header for header, _cells in columns), cells, plot.title)


def _day(row: Row) -> str:
    return labels.day((EPOCH + timedelta(days=row.day)).date())


def _size(row: Row, axis: int) -> str:
    mm, error = row.mm[axis], row.error_mm[axis]
    return "" if mm is None or error is None else f"{labels.mm(mm)} ± {labels.number(error, 1)}"


def _trend(row: Row) -> str:
    if row.trend is None:
        return ""
    low, middle, high = (labels.number(mm, 1) for mm in row.trend)
    return f"{middle} ({low}–{high})"


def _grade(value: float) -> str:
    return f"{labels.number(value)} {labels.word(labels.GRADES, int(value))}"


def _remark(row: Row, plot: TrendPlot) -> str:
    return ", ".join(part for part in (row.label, plot.labels.doubted.lower() if row.doubted else "") if part)
