"""Measure your measuring: several readings in a row, and what they say."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from analytics.repeatability import STEADY_MM, OwnError
from api.shapes.base import check
from api.shapes.measuring import MeasuringAnswer, TrialAnswer, TrialBody
from api.views.base import Door, account
from tracker.actions import measuring
from tracker.diary.rows import stamp
from tracker.models import MeasuringTrial, Person


@extend_schema_view(
    get=extend_schema(responses=MeasuringAnswer),
    post=extend_schema(request=TrialBody, responses={200: TrialAnswer, 201: TrialAnswer}),
)
class Measuring(Door):
    """Sets of readings of one lump in a row, and the error they show. POST keeps one set."""

    def get(self, request: Request, pk: UUID) -> Response:
        person = self.found(Person.objects.visible_to(request.user).filter(pk=pk, deleted_at__isnull=True).first())
        rows = MeasuringTrial.objects.visible_to(request.user).filter(person=person).order_by("-at", "-pk")
        found = measuring.own_errors_of(person)
        return Response({"trials": [trial_answer(row) for row in rows], "methods": [own_answer(own) for own in found]})

    def post(self, request: Request, pk: UUID) -> Response:
        values = check(TrialBody, request.data)
        kept = measuring.log_trial(user=account(request), person_id=pk, pk=values.pop("id"), **values)
        return Response(trial_answer(kept.row), status=201 if kept.created else 200)


@extend_schema_view(delete=extend_schema(responses={204: None}))
class MeasuringRow(Door):
    """DELETE throws a set away for good."""

    def delete(self, request: Request, pk: UUID, trial_pk: UUID) -> Response:
        measuring.delete_trial(user=account(request), person_id=pk, pk=trial_pk)
        return Response(status=204)


def trial_answer(row: MeasuringTrial) -> dict[str, Any]:
    return {
        "id": str(row.pk), "method": row.method, "by": row.by, "readings": row.readings,
        "at": stamp(row.at, row.at_offset),
    }  # fmt: skip


def own_answer(own: OwnError) -> dict[str, Any]:
    return {
        "method": own.method, "sets": own.sets, "readings": own.readings, "error_percent": _percent(own.error),
        "low_percent": _percent(own.low), "high_percent": _percent(own.high), "usual_percent": _percent(own.usual),
        "factor": round(own.factor, 3), "shift_percent": _percent(own.shift),
        "shift_low_percent": _percent(own.shift_low), "shift_high_percent": _percent(own.shift_high),
        "size_mm": round(own.size_mm, 1), "smallest_change_mm": round(own.smallest_mm, 1), "mm_per_month": STEADY_MM,
        "weeks": own.weeks, "sentences": measuring.sentences_of(own),
    }  # fmt: skip


def _percent(share: float | None) -> float | None:
    return None if share is None else round(100 * share, 1)
