"""A lump's trend: numbers, and the picture of them."""

from typing import Any
from uuid import UUID

import numpy as np
from django.http import HttpResponse
from django.utils.translation import get_language
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from analytics.growth import band
from analytics.memory import Memory
from analytics.series import AXES, SECONDS_A_DAY
from api.shapes.trend import TrendAnswer
from api.views.base import Door
from tracker.actions.seeing import saw
from tracker.diary.lines import growth_body
from tracker.diary.rows import stamp
from tracker.history import history_of
from tracker.models import Lump
from tracker.reports.changes import rate_of
from tracker.reports.charts import sentence_of, trend_chart
from tracker.reports.sizes import Readings, plus_minus, readings_of
from tracker.rules.facts import Entry, History

POINTS = 60
ASIDE = ("recheck_in_days", "smallest_change_mm", "steady_mm_per_month", "steady_weeks")  # what is asked of a person

_known: Memory[dict[str, Any]] = Memory(64)  # answers, by all they are made of; about 30 kB each


class _OfLump(Door):
    def lump(self, request: Request, pk: UUID) -> Lump:
        rows = Lump.objects.visible_to(request.user).kept().select_related("person")
        lump: Lump = self.found(rows.filter(pk=pk).first())
        saw("entries", user=request.user, people=[lump.person_id])
        return lump


@extend_schema_view(get=extend_schema(responses=TrendAnswer))
class Trend(_OfLump):
    """How a lump's size has gone, and what the growth engine makes of it."""

    def get(self, request: Request, pk: UUID) -> Response:
        history = history_of(self.lump(request, pk))
        key = (history, get_language())
        answer = _known.get(key)
        if answer is None:
            answer = _body(history)
            _known.put(key, answer)
        return Response(answer)


class _Picture(_OfLump):
    kind: str
    content_type: str

    def get(self, request: Request, pk: UUID) -> HttpResponse:
        lump = self.lump(request, pk)
        history = history_of(lump)
        readings = readings_of(history)
        chart = trend_chart(history, readings, rate_of(readings), lump.name)
        return HttpResponse(chart.draw(self.kind), content_type=self.content_type)


@extend_schema_view(get=extend_schema(responses={(200, "image/svg+xml"): OpenApiTypes.BINARY}))
class TrendSVG(_Picture):
    """The trend drawn."""

    kind, content_type = "svg", "image/svg+xml"


@extend_schema_view(get=extend_schema(responses={(200, "image/png"): OpenApiTypes.BINARY}))
class TrendPNG(_Picture):
    """The trend drawn."""

    kind, content_type = "png", "image/png"


def _body(history: History) -> dict[str, Any]:
    readings = readings_of(history)
    axis = _axis(readings)
    return {
        "growth": growth_body(readings.growth),
        "series": [_reading(readings, place, entry) for place, entry in enumerate(readings.entries)],
        "band_axis": axis,
        "band": _band(readings, axis),
        "sentence": str(sentence_of(history, readings, rate_of(readings))),
        **{name: _rounded(getattr(readings.growth, name)) for name in ASIDE},
    }


def _reading(readings: Readings, place: int, entry: Entry) -> dict[str, Any]:
    sizes = [size for size in entry.sizes_mm if size is not None]
    return {
        "entry": entry.id, "at": stamp(entry.at), "length_mm": entry.length_mm, "width_mm": entry.width_mm,
        "depth_mm": entry.depth_mm, "method": entry.method,
        "plus_minus_mm": round(plus_minus(max(sizes), entry.method), 1),
        "segment": int(readings.series.segment[place]), "doubted": readings.doubted.get(place),
    }  # fmt: skip


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)


def _axis(readings: Readings) -> str:
    """The axis recorded most often, the length where they tie."""
    if not len(readings.counted):
        return AXES[0]
    return AXES[int(np.argmax(np.isfinite(readings.counted.mm).sum(axis=0)))]


def _band(readings: Readings, axis: str) -> list[dict[str, float]] | None:
    if readings.growth.percent_per_month is None:
        return None
    days = readings.counted.day[readings.counted.segment == readings.counted.segment[-1]]
    points = band(readings.counted, np.linspace(days[0], days[-1], POINTS).tolist(), axis=axis)
    return [
        {
            "at": round(point.day * SECONDS_A_DAY),
            "low": round(point.low, 2),
            "middle": round(point.middle, 2),
            "high": round(point.high, 2),
        }
        for point in points
    ]
