"""Every version a row has had, and those that came too late: nothing anybody wrote is lost."""

from typing import Any

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from api.shapes.revisions import RevisionAnswer
from api.views.base import ListDoor, Row, listed
from tracker.actions.keeping import versions_of
from tracker.diary.rows import body_of, stamp
from tracker.models import CareEvent, Entry, Lump, Person, Revision


@listed(RevisionAnswer)
class Revisions(ListDoor):
    """Newest first; on the first page, before all others, the row as it stands."""

    model: Any
    newest = True

    def rows(self, request: Request) -> QuerySet[Any]:
        self.row = self.found(self.model.objects.visible_to(request.user).filter(pk=self.kwargs["pk"]).first())
        return versions_of(self.row).select_related("author")

    def present(self, request: Request, rows: list[Row]) -> list[dict[str, Any]]:
        return [revision_answer(row) for row in rows]

    def get(self, request: Request, **path: Any) -> Response:
        answer = super().get(request, **path)
        if request.query_params.get("page") is None:
            answer.data["results"].insert(0, current_answer(self.row))
        return answer


class PersonRevisions(Revisions):
    model = Person


class LumpRevisions(Revisions):
    model = Lump


class EntryRevisions(Revisions):
    model = Entry


class EventRevisions(Revisions):
    model = CareEvent


def revision_answer(row: Revision) -> dict[str, Any]:
    return {
        "id": str(row.pk), "number": row.number, "current": False, "conflict": row.conflict, "body": row.body,
        "by": row.author.email if row.author else None, "at": stamp(row.created_at),
    }  # fmt: skip


def current_answer(row: Any) -> dict[str, Any]:
    return {
        "id": str(row.pk), "number": row.revision, "current": True, "conflict": False, "body": body_of(row),
        "by": None, "at": stamp(row.updated_at),
    }  # fmt: skip
