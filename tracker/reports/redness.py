"""Redness as measured in photos with the card: each reading with its error, and the trend. It raises no finding."""

from collections.abc import Iterable
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from analytics.redness_trend import TWO_SIDED, RednessTrend, redness_trend
from analytics.series import day_of
from tracker.models import Lump, Photo
from tracker.reports import labels
from tracker.reports.shapes import PhotoRedness, RednessReading, Table


def redness_in(lumps: Iterable[Lump], photos: Iterable[Photo]) -> dict[UUID, PhotoRedness]:
    """By lump, from photos that may be shown (``shared_photos``); a lump without a measured one is left out.

    Who may not see the photos is not told what was read in them. The lumps are of one person, and need ``lump.person``.
    """
    found: dict[UUID, list[tuple[RednessReading, bool]]] = {}
    for photo in photos:
        reading = _reading(photo)
        if reading is not None:
            found.setdefault(photo.entry.lump_id, []).append((reading, bool((photo.analysis or {}).get("dark_skin"))))
    zones = {lump.pk: labels.zone_of(lump.person.timezone) for lump in lumps}
    return {
        pk: _told([reading for reading, _dark in rows], any(dark for _reading, dark in rows), zones[pk])
        for pk, rows in found.items()
    }


def _reading(photo: Photo) -> RednessReading | None:
    analysis = photo.analysis or {}
    difference, sd = analysis.get("redness"), analysis.get("redness_sd")
    if not analysis.get("ok") or difference is None or not sd:
        return None
    return RednessReading(str(photo.pk), photo.entry.measured_at, float(difference), TWO_SIDED * float(sd))


def _told(readings: list[RednessReading], dark: bool, zone: ZoneInfo) -> PhotoRedness:
    readings.sort(key=lambda reading: reading.at)
    trend = redness_trend(
        [day_of(reading.at) for reading in readings],
        [reading.difference for reading in readings],
        [reading.plus_minus / TWO_SIDED for reading in readings],
    )
    last = readings[-1]
    rows = tuple((labels.moment_words(reading.at, zone), _value(reading)) for reading in reversed(readings))
    return PhotoRedness(
        readings=tuple(readings),
        words=_("Latest: %(value)s on %(day)s. %(trend)s")
        % {"value": _value(last), "day": labels.day(last.at, zone), "trend": _trend_words(trend)},
        note=_note(dark),
        table=Table((_("When"), _("Redder than the skin beside it (a*)")), rows, _("Redness measured in photos")),
        trend=trend,
    )


def _value(reading: RednessReading) -> str:
    return f"{labels.number(reading.difference, 1)} ± {labels.number(reading.plus_minus, 1)}"


def _trend_words(trend: RednessTrend | None) -> str:
    if trend is None:
        return _("Trend: too early to say.")
    words = {name: labels.number(getattr(trend, name), 1) for name in ("per_month", "low", "high")}
    return _("Trend: %(per_month)s a month (95 %% limits %(low)s to %(high)s).") % words


def _note(dark: bool) -> str:
    note = _("CIELAB a* of the lump less that of the skin beside it, white-balanced by the card. No rule uses it.")
    if not dark:
        return note
    return f"{note} " + _(
        "On dark skin the same redness shows about a third as strongly, so a small difference here says little."
    )
