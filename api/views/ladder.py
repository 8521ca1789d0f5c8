"""The ladder of a person: who is told again, and who next, when nobody answers."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from api.shapes.base import check
from api.shapes.ladder import AgreementBody, LadderAnswer, LadderBody
from api.views.base import Door, account
from tracker.actions import ladder_setting
from tracker.actions.ladder import Step
from tracker.diary.rows import stamp


@extend_schema_view(
    get=extend_schema(responses=LadderAnswer), put=extend_schema(request=LadderBody, responses=LadderAnswer)
)
class Ladder(Door):
    """Who is told again, and who next, while nobody answers a same-day alert or an emergency. Only the owner sets it."""

    def get(self, request: Request, pk: UUID) -> Response:
        return Response(ladder_answer(request, pk))

    def put(self, request: Request, pk: UUID) -> Response:
        rungs = check(LadderBody, request.data)["steps"]
        ladder_setting.set_ladder(user=account(request), person_id=pk, rungs=rungs)
        return Response(ladder_answer(request, pk))


@extend_schema_view(put=extend_schema(request=AgreementBody, responses=LadderAnswer))
class LadderAgreement(Door):
    """A carer's own word on whether they may be told. Until it is yes, they are not."""

    def put(self, request: Request, pk: UUID) -> Response:
        agreed = check(AgreementBody, request.data)["agreed"]
        ladder_setting.agree(user=account(request), person_id=pk, agreed=agreed)
        return Response(ladder_answer(request, pk))


def ladder_answer(request: Request, pk: UUID) -> dict[str, Any]:
    user = account(request)
    steps, usual = ladder_setting.ladder_seen_by(user, person_id=pk)
    return {
        "person": str(pk), "usual": usual, "steps": [_step(step, user) for step in steps],
        "words": ladder_setting.in_words(steps, user),
    }  # fmt: skip


def _step(step: Step, user: Any) -> dict[str, Any]:
    member = step.member
    return {
        "member": str(member.pk), "email": member.email or (member.user.email if member.user else ""),
        "role": member.role, "agreed_at": stamp(member.agreed_at) if member.agreed_at else None,
        "you": member.user_id == user.pk, "same_day_minutes": step.same_day, "emergency_minutes": step.emergency,
    }  # fmt: skip
