"""The readings of a lump, and its size now with its error."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
from django.utils.translation import gettext as _

from analytics.growth import Growth, looks
from analytics.noise import METHOD_ERRORS, NO_METHOD, SESSION, sigma_log
from analytics.series import AXES, Series, day_of, series_of
from analytics.size import ELLIPSOID
from tracker.reports import labels
from tracker.reports.shapes import Size, SizeNow
from tracker.rules.facts import Entry, History
from tracker.rules.folding import fold

TWO_SIDED = 1.96  # 95 %
STALE = timedelta(days=90)  # an axis measured before that says little of the size now
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
    """All axes of an entry in one: "24 × 19 mm"; with the axis named where it is not plain which it is."""
    return axes_words(entry.sizes_mm)


def axes_words(sizes_mm: Sequence[float | None]) -> str:
    """The same for length, width and depth as numbers; "" where none is known."""
    known = [(axis, mm) for axis, mm in zip(AXES, sizes_mm, strict=True) if mm is not None]
    if not known:
        return ""
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
    volume_words = _volume_words(entry, volume)
    if volume is None and (earlier := _earlier(readings, lambda one: _volume(one) is not None)):
        volume_words = _("%(volume)s on %(day)s") % {
            "volume": _volume_words(earlier, _volume(earlier)), "day": labels.day(earlier.at, readings.zone),
        }  # fmt: skip
    return SizeNow(
        at=entry.at,
        method=entry.method,
        method_words=method_words(entry.method),
        axes=sizes_of(entry),
        words=_("%(size)s on %(day)s") % {"size": size_words(entry), "day": on},
        volume_ml=volume[0] if volume else None,
        volume_low_ml=volume[1] if volume else None,
        volume_high_ml=volume[2] if volume else None,
        volume_words=volume_words,
        doubted=doubt_words(doubt) if doubt else None,
        earlier_words=_earlier_words(readings),
    )


def _earlier(readings: Readings, fits: Callable[[Entry], bool]) -> Entry | None:
    """The latest reading before the last that fits, is not doubted, not cut since, and at most STALE old."""
    segment, last = readings.series.segment, len(readings.entries) - 1
    for index in range(last - 1, -1, -1):
        entry = readings.entries[index]
        if segment[index] != segment[last] or readings.entries[last].at - entry.at > STALE:
            return None
        if index not in readings.doubted and fits(entry):
            return entry
    return None


def _earlier_words(readings: Readings) -> str:
    """The axes that the last reading lacks, as last measured, each with its day and method; "" where there are none."""
    found = []
    for place, (axis, now) in enumerate(zip(AXES, readings.entries[-1].sizes_mm, strict=True)):
        entry = _earlier(readings, lambda one, place=place: one.sizes_mm[place] is not None) if now is None else None  # type: ignore[misc]
        if entry is None:
            continue
        size = next(size for size in sizes_of(entry) if size.axis == axis)
        parts = {
            "axis": size.label, "size": size.words, "day": labels.day(entry.at, readings.zone),
            "method": labels.word(labels.METHODS, entry.method),
        }  # fmt: skip
        found.append(_("%(axis)s %(size)s on %(day)s (%(method)s)") % parts)
    return "; ".join(found)


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
