"""What was done, for whom it concerns."""

from typing import Any

from django.db.models import QuerySet
from rest_framework.request import Request

from api.shapes.audit import AuditAnswer
from api.views.base import ListDoor, Row, listed
from tracker.actions import audit
from tracker.diary.rows import stamp
from tracker.models import AuditLine


@listed(AuditAnswer)
class AuditList(ListDoor):
    """What you did, and what anybody did to a diary of your own, newest first. Kept for a year; nothing changes a line."""

    by = "at"
    newest = True

    def rows(self, request: Request) -> QuerySet[Any]:
        return AuditLine.objects.visible_to(request.user)

    def present(self, request: Request, rows: list[Row]) -> list[dict[str, Any]]:
        return [audit_answer(line) for line in audit.in_words(rows, user=request.user)]


def audit_answer(line: dict[str, Any]) -> dict[str, Any]:
    person, what = line["person"], line["what"]
    return {
        "id": str(line["id"]), "at": stamp(line["at"]), "deed": line["deed"], "words": line["words"],
        "by": line["by"], "person": str(person) if person else None, "what": str(what) if what else None,
    }  # fmt: skip
