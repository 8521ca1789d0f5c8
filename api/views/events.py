"""Events: examinations, treatments, injuries."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request

from api.openapi import only
from api.paging import id_of
from api.shapes.diary import EventAnswer, EventBody
from api.views.base import RestoreDoor, Row, RowDoor, SyncedListDoor, kept_as, listed
from tracker.actions import events
from tracker.actions.keeping import Kept
from tracker.diary.rows import event_body
from tracker.models import CareEvent


def event_answer(row: CareEvent) -> dict[str, Any]:
    return {"lump": str(row.lump_id), **event_body(row), "revision": row.revision}


@listed(EventAnswer, only("lump", "Of this lump."), synced=True)
class EventList(SyncedListDoor):
    """Newest first."""

    by = "at"
    newest = True

    def rows(self, request: Request) -> QuerySet[Any]:
        rows = CareEvent.objects.visible_to(request.user)
        lump = id_of(request, "lump")
        return rows if lump is None else rows.filter(lump_id=lump)

    def present(self, request: Request, rows: list[Row]) -> list[dict[str, Any]]:
        return [event_answer(row) for row in rows]


@kept_as(EventBody, EventAnswer)
class EventRow(RowDoor):
    """What happened to a lump other than a look at it."""

    model = CareEvent
    shape = EventBody
    parent = "lump"

    def save(self, user: Any, pk: UUID, values: dict[str, Any], base_revision: int | None) -> Kept:
        return events.save_event(user=user, pk=pk, lump_id=values.pop("lump"), body=values, base_revision=base_revision)

    def remove(self, user: Any, pk: UUID) -> None:
        events.delete_event(user=user, pk=pk)

    def answer(self, request: Request, row: Row) -> dict[str, Any]:
        return event_answer(row)


@extend_schema_view(post=extend_schema(request=None, responses=EventAnswer))
class EventRestore(RestoreDoor):
    def bring_back(self, user: Any, pk: UUID) -> CareEvent:
        return events.restore_event(user=user, pk=pk)

    def answer(self, request: Request, row: Row) -> dict[str, Any]:
        return event_answer(row)
