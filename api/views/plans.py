"""What a doctor wrote back through a link, and what the person makes of it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from api.openapi import only
from api.paging import id_of
from api.shapes.plans import PlanAnswer
from api.views.base import Door, ListDoor, Row, account, listed
from tracker.actions import plans
from tracker.diary.rows import stamp
from tracker.models import Plan


def plan_answer(row: Plan) -> dict[str, Any]:
    return {
        "id": str(row.pk), "lump": str(row.lump_id), "by": row.by, "written_at": stamp(row.written_at),
        "words": row.words, "line": plans.plan_line(row), "every": row.every, "above_mm": row.above_mm,
        "signs": row.signs, "urgency": row.urgency, "visit": row.visit or None,
        "visit_on": row.visit_on.isoformat() if row.visit_on else None, "state": row.state,
        "decided_at": stamp(row.decided_at) if row.decided_at else None,
    }  # fmt: skip


@listed(PlanAnswer, only("lump", "Of this lump."))
class PlanList(ListDoor):
    """Newest first, declined and ended ones too."""

    by = "written_at"
    newest = True

    def rows(self, request: Request) -> QuerySet[Any]:
        rows = Plan.objects.visible_to(request.user)
        lump = id_of(request, "lump")
        return rows if lump is None else rows.filter(lump_id=lump)

    def present(self, request: Request, rows: list[Row]) -> list[dict[str, Any]]:
        return [plan_answer(row) for row in rows]


class _Decision(Door):
    deed: Callable[..., Plan]

    def post(self, request: Request, pk: UUID) -> Response:
        return Response(plan_answer(type(self).deed(user=account(request), pk=pk)))


@extend_schema_view(post=extend_schema(request=None, responses=PlanAnswer))
class PlanConfirm(_Decision):
    """The person takes the plan: reminders, limits of their own and events come of it; the plan before it ends."""

    deed = plans.confirm_plan


@extend_schema_view(post=extend_schema(request=None, responses=PlanAnswer))
class PlanDecline(_Decision):
    """The person does not take the plan."""

    deed = plans.decline_plan


@extend_schema_view(post=extend_schema(request=None, responses=PlanAnswer))
class PlanEnd(_Decision):
    """A plan in force has had its day."""

    deed = plans.end_plan
