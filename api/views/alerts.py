"""Alerts: what the rules found, and the person's answer."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from api.openapi import only
from api.paging import id_of
from api.shapes.alerts import AcknowledgeBody, AlertAnswer, WhyAnswer
from api.shapes.base import check
from api.views.base import Door, ListDoor, Row, account, listed
from tracker.actions import alerts
from tracker.diary.rows import stamp
from tracker.models import Alert
from tracker.reports.why import why


def alert_answer(row: Alert) -> dict[str, Any]:
    return {
        "id": str(row.pk), "lump": str(row.lump_id), "rule": row.rule, "urgency": row.urgency, "words": row.words,
        "call": row.call or None, "because": row.because, "source": row.source, "opened_at": stamp(row.opened_at),
        "state": row.state, "quiet": row.quiet, "how": row.how or None, "on": row.on.isoformat() if row.on else None,
        "next_step_at": stamp(row.next_step_at) if row.next_step_at else None,
    }  # fmt: skip


@listed(AlertAnswer, only("lump", "Of this lump."))
class AlertList(ListDoor):
    """Newest first, closed ones too."""

    by = "opened_at"
    newest = True

    def rows(self, request: Request) -> QuerySet[Any]:
        rows = Alert.objects.visible_to(request.user)
        lump = id_of(request, "lump")
        return rows if lump is None else rows.filter(lump_id=lump)

    def present(self, request: Request, rows: list[Row]) -> list[dict[str, Any]]:
        return [alert_answer(row) for row in rows]


@extend_schema_view(post=extend_schema(request=AcknowledgeBody, responses=AlertAnswer))
class AlertAcknowledge(Door):
    """The person has seen it: an appointment is made, a doctor has looked (`on` that day), or not now."""

    def post(self, request: Request, pk: UUID) -> Response:
        values = check(AcknowledgeBody, request.data)
        return Response(alert_answer(alerts.acknowledge(user=account(request), pk=pk, **values)))


@extend_schema_view(get=extend_schema(responses=WhyAnswer))
class AlertWhy(Door):
    """Why an alert is there: its readings, threshold and source, and how often its rule would have spoken before."""

    def get(self, request: Request, pk: UUID) -> Response:
        rows = Alert.objects.visible_to(request.user).select_related("lump__person")
        alert: Alert = self.found(rows.filter(pk=pk).first())
        told = why(alert)
        return Response({**told, "fired": [stamp(at) for at in told["fired"]]})
