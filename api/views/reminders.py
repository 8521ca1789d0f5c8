"""Reminders."""

from datetime import time
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from api.openapi import only
from api.paging import id_of
from api.shapes.base import check
from api.shapes.care import ReminderAnswer, ReminderBody
from api.views.base import Door, ListDoor, Row, account, listed
from tracker.actions import reminders
from tracker.actions.keeping import find_to_write
from tracker.diary.rows import stamp
from tracker.models import Lump, Reminder


def reminder_answer(row: Reminder) -> dict[str, Any]:
    return {
        "id": str(row.pk), "lump": str(row.lump_id), "at": row.at.strftime("%H:%M"), "days": row.days,
        "every": row.every, "adaptive": row.adaptive,
        "paused_until": row.paused_until.isoformat() if row.paused_until else None,
        "next_at": stamp(row.next_at) if row.next_at else None,
    }  # fmt: skip


@listed(ReminderAnswer, only("lump", "Of this lump."))
class ReminderList(ListDoor):
    def rows(self, request: Request) -> QuerySet[Any]:
        rows = Reminder.objects.visible_to(request.user)
        lump = id_of(request, "lump")
        return rows if lump is None else rows.filter(lump_id=lump)

    def present(self, request: Request, rows: list[Row]) -> list[dict[str, Any]]:
        return [reminder_answer(row) for row in rows]


@extend_schema_view(
    put=extend_schema(request=ReminderBody, responses={200: ReminderAnswer, 201: ReminderAnswer}),
    delete=extend_schema(responses={204: None}),
)
class ReminderRow(Door):
    """When somebody wants to be asked for a reading. Deleting it is for good: it holds nothing of the diary."""

    def put(self, request: Request, pk: UUID) -> Response:
        values = check(ReminderBody, request.data, pk=pk)
        values["adaptive"] = bool(values["adaptive"])
        values["at"] = time.fromisoformat(values["at"])
        find_to_write(Lump, values["lump"], request.user, field="lump")
        kept = reminders.save_reminder(user=account(request), pk=pk, lump_id=values.pop("lump"), **values)
        return Response(reminder_answer(kept.row), status=201 if kept.created else 200)

    def delete(self, request: Request, pk: UUID) -> Response:
        reminders.delete_reminder(user=account(request), pk=pk)
        return Response(status=204)
