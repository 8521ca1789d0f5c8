"""Size now, how it changed, how fast it grows: each with its error, or why it cannot be said."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics.growth import Growth, looks
from analytics.noise import METHOD_ERRORS, NO_METHOD, SESSION, sigma_log
from analytics.series import AXES, Series, day_of, series_of
from analytics.size import ELLIPSOID
from tracker.reports import labels
from tracker.reports.shapes import Change, Rate, Size, SizeNow
from tracker.rules.facts import Entry, History
from tracker.rules.folding import fold

TWO_SIDED = 1.96  # 95 %
SPANS = (("12_weeks", 84, 21), ("4_weeks", 28, 9))  # span, days back, how far off a reading may lie
NOT_AT_HOME = ("ultrasound", "scan")


@dataclass(frozen=True)
class Readings:
    """The entries of a lump that have a size, oldest first, and what the growth engine makes of those that count.

    ``series`` holds all of them; ``counted`` only those the rules let count (a likely slip of the pen does not, until
    it is confirmed). ``doubted``: index in ``entries`` → why, by the rules or by the engine.
    """

    entries: tuple[Entry, ...]
    series: Series
    counted: Series
    growth: Growth
    segments: tuple[tuple[Series, Growth], ...]
    doubted: dict[int, str]
    zone: ZoneInfo

    def latest(self) -> int | None:
        """Index of the latest reading that is not doubted, of the latest where all are, None without any."""
        trusted = [index for index in range(len(self.entries)) if index not in self.doubted]
        return trusted[-1] if trusted else len(self.entries) - 1 if self.entries else None


def readings_of(history: History) -> Readings:
    """The size readings of a history with what the rules and the growth engine make of them."""
    return readings_of_all([history])[0]


def readings_of_all(histories: Sequence[History]) -> list[Readings]:
    """The same for many histories, in the same order; all their segments go through the engine at once."""
    laid = [_lay(history) for history in histories]
    parts = [segment for one in laid for segment in one.segments]
    growths = iter(looks(parts))
    return [_readings(history, one, growths) for history, one in zip(histories, laid, strict=True)]


class _Laid(NamedTuple):
    """A history's readings in arrays, before the engine has seen them; ``slips`` are indices that do not count."""

    entries: tuple[Entry, ...]
    series: Series
    slips: list[int]
    segments: list[Series]  # of those that count


def _lay(history: History) -> _Laid:
    folded = fold(history)
    entries = tuple(history.entries[reading.place] for reading in folded.readings)
    series = series_of(
        [day_of(entry.at) for entry in entries],
        [entry.sizes_mm for entry in entries],
        [entry.method for entry in entries],
        [reading.segment for reading in folded.readings],
        history.own_errors,
    )
    slips = [index for index, start in enumerate(folded.counts_from) if start is None]
    counted = series.without(slips)
    numbers = dict.fromkeys(counted.segment.tolist())
    segments = [counted.without(np.flatnonzero(counted.segment != number).tolist()) for number in numbers]
    return _Laid(entries, series, slips, segments)


def _readings(history: History, laid: _Laid, growths: Iterator[Growth]) -> Readings:
    """``growths`` yields one Growth for each of this history's segments first."""
    segments = tuple((segment, next(growths)) for segment in laid.segments)
    growth = segments[-1][1] if segments else Growth(readings=0)
    places = [index for index in range(len(laid.entries)) if index not in laid.slips]
    doubted = dict.fromkeys(laid.slips, "slip")
    first = 0
    for segment, found in segments:
        doubted |= {places[first + doubt.index]: doubt.why for doubt in found.doubted}
        first += len(segment)
    zone = labels.zone_of(history.timezone)
    return Readings(laid.entries, laid.series, laid.series.without(laid.slips), growth, segments, doubted, zone)


def plus_minus(mm: float, method: str | None) -> float:
    """Half the 95 % interval of one reading, in mm, by the error of its method and of its session."""
    return float(TWO_SIDED * sigma_log(mm, method) * mm)


def sizes_of(entry: Entry) -> tuple[Size, ...]:
    """The axes of one entry that were recorded, each with its error."""
    found = []
    for axis, mm in zip(AXES, entry.sizes_mm, strict=True):
        if mm is not None:
            error = plus_minus(mm, entry.method)
            words = f"{labels.mm(mm)} mm ± {labels.mm(error)}"
            found.append(Size(axis, labels.word(labels.AXES, axis), mm, error, words))
    return tuple(found)


def size_words(entry: Entry) -> str:
    """All axes in one: "24 × 19 mm"; with the axis named where it is not plain which it is."""
    known = [(axis, mm) for axis, mm in zip(AXES, entry.sizes_mm, strict=True) if mm is not None]
    if [axis for axis, _mm in known] == list(AXES[: len(known)]):
        return " × ".join(labels.mm(mm) for _axis, mm in known) + " mm"
    return ", ".join(f"{labels.word(labels.AXES, axis)} {labels.mm(mm)} mm" for axis, mm in known)


def size_now(readings: Readings) -> SizeNow | None:
    """The latest reading with a size, whether doubted or not; None where there is none."""
    if not readings.entries:
        return None
    entry = readings.entries[-1]
    on = labels.day(entry.at, readings.zone)
    doubt = readings.doubted.get(len(readings.entries) - 1)
    volume = _volume(entry)
    return SizeNow(
        at=entry.at,
        method=entry.method,
        method_words=method_words(entry.method),
        axes=sizes_of(entry),
        words=_("%(size)s on %(day)s") % {"size": size_words(entry), "day": on},
        volume_ml=volume[0] if volume else None,
        volume_low_ml=volume[1] if volume else None,
        volume_high_ml=volume[2] if volume else None,
        volume_words=_volume_words(entry, volume),
        doubted=doubt_words(doubt) if doubt else None,
    )


def method_words(method: str | None) -> str:
    """How it was measured, by whom, and how far off one reading may be."""
    error = METHOD_ERRORS[method or NO_METHOD]
    share = labels.number(100 * float(np.hypot(error.relative, SESSION)))
    parts = {"method": labels.word(labels.METHODS, method), "share": share, "floor": labels.mm(error.absolute_mm)}
    if method in NOT_AT_HOME:
        return _("%(method)s, as the patient wrote it down (error about %(share)s %% and %(floor)s mm)") % parts
    if method is None:
        return _("measured at home by the patient, method not recorded (taken as a ruler)")
    return _("%(method)s, measured at home by the patient (error about %(share)s %% and %(floor)s mm)") % parts


def doubt_words(why: str) -> str:
    """Why a reading is doubted."""
    reasons = {
        "slip": _("looks like a slip of the pen, not confirmed yet"),
        "jump": _("far from the readings around it"),
        "axis": _("one axis does not fit the others"),
        "ten_times": _("looks ten times too big or too small"),
        "inches": _("looks like another unit"),
        "swap": _("length and width look exchanged"),
    }
    return reasons.get(why, _("does not fit the readings around it"))


def _volume(entry: Entry) -> tuple[float, float, float] | None:
    """An ellipsoid's ml with 95 % limits; with two axes the third taken as the smaller. None below two axes."""
    known = [mm for mm in entry.sizes_mm if mm is not None]
    if len(known) < 2:
        return None
    axes = known if len(known) == 3 else [*known, min(known)]
    weights = [1.0] * len(known) if len(known) == 3 else [2.0 if mm == min(known) else 1.0 for mm in known]
    own = sum(
        (w * float(sigma_log(mm, entry.method, session=False))) ** 2 for w, mm in zip(weights, known, strict=True)
    )
    spread = TWO_SIDED * float(np.sqrt(own + (3 * SESSION) ** 2))  # the session's share moves all axes together
    middle = ELLIPSOID * float(np.prod(axes)) / 1000
    return middle, middle * float(np.exp(-spread)), middle * float(np.exp(spread))


def _volume_words(entry: Entry, volume: tuple[float, float, float] | None) -> str:
    if volume is None:
        return _("volume: not enough axes")
    middle, low, high = (labels.number(ml, 1 if ml < 10 else 0) for ml in volume)
    parts = {"ml": middle, "low": low, "high": high}
    if all(mm is not None for mm in entry.sizes_mm):
        return _("about %(ml)s ml (%(low)s to %(high)s)") % parts
    return _("about %(ml)s ml (%(low)s to %(high)s), the axis not measured taken as the smaller one") % parts


def changes_of(readings: Readings) -> tuple[Change, ...]:
    """Change of mean diameter since the first reading and over 12 and 4 weeks; () without a size."""
    now = readings.latest()
    if now is None:
        return ()
    segment = [i for i in range(len(readings.entries)) if readings.series.segment[i] == readings.series.segment[now]]
    earlier = [i for i in segment if i < now and i not in readings.doubted]
    cut = readings.series.segment[now] > readings.series.segment[0]
    first_label = _("Since the first measurement after treatment") if cut else _("Since the first measurement")
    first = earlier[0] if earlier else None
    found = [_change("first", first_label, readings, first, now, _("only one measurement so far"))]
    for span, days, slack in SPANS:
        target = readings.series.day[now] - days
        near = min(earlier, key=lambda index: abs(readings.series.day[index] - target), default=None)
        if near is not None and abs(readings.series.day[near] - target) > slack:
            near = None
        label = ngettext("Over %(n)d week", "Over %(n)d weeks", days // 7) % {"n": days // 7}
        found.append(_change(span, label, readings, near, now, _("nothing measured then to compare with")))
    return tuple(found)


def _change(span: str, label: str, readings: Readings, base: int | None, now: int, without: str) -> Change:
    if base is None:
        return Change(span, label, without)
    one, two = readings.entries[base], readings.entries[now]
    shared = [
        (a, b) for a, b in zip(one.sizes_mm, two.sizes_mm, strict=True) if a is not None and b is not None
    ]  # only axes measured both times: another axis would look like a change
    if not shared:
        return Change(span, label, _("other axes were measured then"))
    middle = float(np.mean([np.log(b / a) for a, b in shared]))
    own = sum(
        float(sigma_log(mm, entry.method, session=False)) ** 2
        for pair in shared
        for entry, mm in zip((one, two), pair, strict=True)
    )
    spread = TWO_SIDED * float(np.sqrt(own / len(shared) ** 2 + 2 * SESSION**2))
    percent, low, high = (100 * float(np.expm1(middle + side * spread)) for side in (0, -1, 1))
    words = _("%(change)s %% in diameter (%(low)s to %(high)s), from %(size)s on %(day)s") % {
        "change": labels.signed(percent),
        "low": labels.signed(low),
        "high": labels.signed(high),
        "size": size_words(one),
        "day": labels.day(one.at, readings.zone),
    }
    return Change(span, label, words, percent, low, high, one.at)


def rate_of(readings: Readings) -> Rate:
    """The engine's trend in words, or "too early to say"."""
    growth = readings.growth
    if not readings.entries:
        return Rate(_("no size was recorded"), "", too_early=True)
    if growth.percent_per_month is None or growth.low is None or growth.high is None:
        words = _("too early to say: it takes four measurements over three weeks or more")
        return Rate(words, "", readings=growth.readings, too_early=True)
    words = _("%(percent)s %% a month in diameter (90 %% limits %(low)s to %(high)s)") % {
        "percent": labels.signed(growth.percent_per_month),
        "low": labels.signed(growth.low),
        "high": labels.signed(growth.high),
    }
    if growth.since:
        words = _("%(rate)s, since about %(day)s") % {"rate": words, "day": labels.day(growth.since)}
    return Rate(
        words=words,
        doubling_words=_doubling_words(growth),
        readings=growth.readings,
        percent_per_month=growth.percent_per_month,
        low=growth.low,
        high=growth.high,
        doubling_days=growth.doubling_days,
        doubling_low=growth.doubling_low,
        doubling_high=growth.doubling_high,
        p_growing=growth.p_growing,
        since=growth.since,
    )


def _doubling_words(growth: Growth) -> str:
    if growth.high is not None and growth.high < 0:
        return _("it is getting smaller")
    if growth.doubling_days is None:
        return _("no doubling time: the limits include not growing")
    if growth.doubling_low is None or growth.doubling_high is None:
        return _("volume doubles in about %(days)s days") % {"days": labels.number(growth.doubling_days)}
    return _("volume doubles in about %(days)s days (%(low)s to %(high)s)") % {
        "days": labels.number(growth.doubling_days),
        "low": labels.number(growth.doubling_low),
        "high": labels.number(growth.doubling_high),
    }
