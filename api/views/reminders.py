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
from api.shapes.care import ReminderAnswer, ReminderBody, SkipBody, SnoozeBody
from api.views.base import Door, ListDoor, Row, account, listed
from tracker.actions import asking, reminders
from tracker.actions.keeping import find_to_write
from tracker.diary.rows import stamp
from tracker.models import Lump, Reminder


def reminder_answer(row: Reminder) -> dict[str, Any]:
    """Needs `row.lump.person`."""
    coming = [at for at in (row.next_at, row.snoozed_until) if at is not None]
    return {
        "id": str(row.pk), "lump": str(row.lump_id), "at": row.at.strftime("%H:%M"), "days": row.days,
        "every": row.every, "adaptive": row.adaptive,
        "paused_until": row.paused_until.isoformat() if row.paused_until else None,
        "next_at": stamp(min(coming)) if coming else None, "why": asking.why_of(row) or None,
        "asked_at": stamp(row.asked_at) if row.asked_at else None,
        "snoozed_until": stamp(row.snoozed_until) if row.snoozed_until else None, "overdue": row.overdue,
    }  # fmt: skip


@listed(ReminderAnswer, only("lump", "Of this lump."))
class ReminderList(ListDoor):
    def rows(self, request: Request) -> QuerySet[Any]:
        rows = Reminder.objects.visible_to(request.user).select_related("lump__person")
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


@extend_schema_view(post=extend_schema(request=SnoozeBody, responses=ReminderAnswer))
class ReminderSnooze(Door):
    """Ask again in so many minutes."""

    def post(self, request: Request, pk: UUID) -> Response:
        minutes = check(SnoozeBody, request.data)["minutes"] or 60
        return Response(reminder_answer(reminders.snooze_reminder(user=account(request), pk=pk, minutes=minutes)))


@extend_schema_view(post=extend_schema(request=SkipBody, responses=ReminderAnswer))
class ReminderSkip(Door):
    """Leave out the slot that was asked, or the next one."""

    def post(self, request: Request, pk: UUID) -> Response:
        slot = check(SkipBody, request.data)["slot"]
        return Response(reminder_answer(reminders.skip_reminder(user=account(request), pk=pk, slot=slot)))
