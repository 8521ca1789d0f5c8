"""Handing a diary over, and what carers and viewers have seen of it."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from api.auth import must_prove
from api.shapes.base import check
from api.shapes.diary import PersonAnswer
from api.shapes.people import HandoverAnswer, HandoverBody, LookAnswer
from api.views.base import Door, ListDoor, Row, account, listed
from api.views.people import person_answer
from tracker.actions import handing_over
from tracker.actions.people import owned_person
from tracker.actions.seeing import SEEN
from tracker.diary.rows import stamp
from tracker.models import AuditLine, Invitation, User


@extend_schema_view(post=extend_schema(request=HandoverBody, responses={201: HandoverAnswer}))
class PersonHandover(Door):
    """Offer a diary of your own to somebody, to be theirs. They get a letter; nothing changes until they accept."""

    def post(self, request: Request, pk: UUID) -> Response:
        values = check(HandoverBody, request.data)
        owned_person(user=account(request), pk=pk)
        must_prove(request)
        row = handing_over.offer(user=account(request), person_id=pk, email=values["email"], stay=values["stay"] or "")
        return Response(handover_answer(row, account(request)), status=201)


@listed(HandoverAnswer)
class HandoverList(ListDoor):
    """Offers that stand: diaries offered to you, and those you offered."""

    def rows(self, request: Request) -> QuerySet[Any]:
        return handing_over.seen_by(account(request))

    def present(self, request: Request, rows: list[Row]) -> list[dict[str, Any]]:
        return [handover_answer(row, account(request)) for row in rows]


@extend_schema_view(delete=extend_schema(responses={204: None}))
class HandoverRow(Door):
    """DELETE takes an offer back, or says no to it."""

    def delete(self, request: Request, pk: UUID) -> Response:
        handing_over.withdraw(user=account(request), pk=pk)
        return Response(status=204)


@extend_schema_view(post=extend_schema(request=None, responses=PersonAnswer))
class HandoverAccept(Door):
    """Yes: the diary is yours from now on."""

    def post(self, request: Request, pk: UUID) -> Response:
        return Response(person_answer(request.user, handing_over.accept(user=account(request), pk=pk)))


@listed(LookAnswer)
class Looks(ListDoor):
    """What carers and viewers have seen of a diary, for its owner: one line a day, a reader and a kind. Newest first."""

    by = "at"
    newest = True

    def rows(self, request: Request) -> QuerySet[Any]:
        person = owned_person(user=account(request), pk=self.kwargs["pk"])
        return AuditLine.objects.filter(person=person.pk, deed__startswith=SEEN)

    def present(self, request: Request, rows: list[Row]) -> list[dict[str, Any]]:
        emails = dict(User.objects.filter(pk__in={row.actor for row in rows}).values_list("pk", "email"))
        return [
            {
                "id": str(row.pk),
                "day": row.at.date().isoformat(),
                "email": emails.get(row.actor, ""),
                "what": row.deed.removeprefix(SEEN),
            }
            for row in rows
        ]


def handover_answer(row: Invitation, user: User) -> dict[str, Any]:
    return {
        "id": str(row.pk), "person": str(row.person_id), "name": row.person.name, "email": row.email,
        "by": row.made_by.email, "stay": row.stay or None, "expires_at": stamp(row.expires_at),
        "letter": row.letter, "yours": row.made_by_id != user.pk,
    }  # fmt: skip
