"""Lumps."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request

from api.openapi import only
from api.paging import id_of
from api.shapes.diary import LumpAnswer, LumpBody
from api.views.base import RestoreDoor, Row, RowDoor, SyncedListDoor, kept_as, listed
from tracker.actions import lumps
from tracker.actions.keeping import Kept
from tracker.diary.rows import lump_body
from tracker.models import Lump


def lump_answer(row: Lump) -> dict[str, Any]:
    return {"person": str(row.person_id), **lump_body(row), "revision": row.revision}


@listed(LumpAnswer, only("person", "Of this person."), synced=True)
class LumpList(SyncedListDoor):
    person_path = "person_id"

    def rows(self, request: Request) -> QuerySet[Any]:
        rows = Lump.objects.visible_to(request.user)
        person = id_of(request, "person")
        return rows if person is None else rows.filter(person_id=person)

    def present(self, request: Request, rows: list[Row]) -> list[dict[str, Any]]:
        return [lump_answer(row) for row in rows]


@kept_as(LumpBody, LumpAnswer)
class LumpRow(RowDoor):
    """One lump of one person."""

    model = Lump
    shape = LumpBody
    parent = "person"

    def save(self, user: Any, pk: UUID, values: dict[str, Any], base_revision: int | None) -> Kept:
        return lumps.save_lump(
            user=user, pk=pk, person_id=values.pop("person"), body=values, base_revision=base_revision
        )

    def remove(self, user: Any, pk: UUID) -> None:
        lumps.delete_lump(user=user, pk=pk)

    def answer(self, request: Request, row: Row) -> dict[str, Any]:
        return lump_answer(row)


@extend_schema_view(post=extend_schema(request=None, responses=LumpAnswer))
class LumpRestore(RestoreDoor):
    def bring_back(self, user: Any, pk: UUID) -> Lump:
        return lumps.restore_lump(user=user, pk=pk)

    def answer(self, request: Request, row: Row) -> dict[str, Any]:
        return lump_answer(row)
