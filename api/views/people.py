"""People and who may see them."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from api.auth import must_prove
from api.shapes.base import check
from api.shapes.diary import PersonAnswer, PersonBody
from api.shapes.people import MemberAnswer, MemberBody
from api.views.base import Door, ListDoor, RestoreDoor, Row, RowDoor, SyncedListDoor, account, kept_as, listed
from tracker.actions import people
from tracker.actions.errors import NotThere
from tracker.actions.keeping import Kept
from tracker.actions.seeing import who_looked
from tracker.diary.rows import person_body, stamp
from tracker.models import Membership, Person


def person_answers(user: Any, rows: list[Row]) -> list[dict[str, Any]]:
    """People with this user's part in each; one query whatever their number."""
    parts = Membership.objects.live().for_user(user).filter(person__in=[row.pk for row in rows])
    mine = {part.person_id: part for part in parts}
    return [
        {**person_body(row), "revision": row.revision, "role": mine[row.pk].role, "photos": mine[row.pk].photos}
        for row in rows
        if row.pk in mine
    ]


def person_answer(user: Any, row: Row) -> dict[str, Any]:
    found = person_answers(user, [row])
    if not found:  # the membership ended a moment ago
        raise NotThere
    return found[0]


@listed(PersonAnswer, synced=True)
class PersonList(SyncedListDoor):
    """The people whose diary you keep, help with or may look at."""

    person_path = "pk"

    def rows(self, request: Request) -> QuerySet[Any]:
        return Person.objects.visible_to(request.user)

    def present(self, request: Request, rows: list[Row]) -> list[dict[str, Any]]:
        return person_answers(request.user, rows)


@kept_as(PersonBody, PersonAnswer)
class PersonRow(RowDoor):
    """Whose lumps they are: oneself, a child, a parent."""

    model = Person
    shape = PersonBody

    def save(self, user: Any, pk: UUID, values: dict[str, Any], base_revision: int | None) -> Kept:
        return people.save_person(user=user, pk=pk, body=values, base_revision=base_revision)

    def remove(self, user: Any, pk: UUID) -> None:
        people.delete_person(user=user, pk=pk)

    def answer(self, request: Request, row: Row) -> dict[str, Any]:
        return person_answer(request.user, row)


@extend_schema_view(post=extend_schema(request=None, responses=PersonAnswer))
class PersonRestore(RestoreDoor):
    def bring_back(self, user: Any, pk: UUID) -> Person:
        return people.restore_person(user=user, pk=pk)

    def answer(self, request: Request, row: Row) -> dict[str, Any]:
        return person_answer(request.user, row)


@listed(MemberAnswer)
@extend_schema_view(post=extend_schema(request=MemberBody, responses={201: MemberAnswer}))
class MemberList(ListDoor):
    """Who may see this diary. The owner sees everybody; a carer or viewer the owner and themselves."""

    def rows(self, request: Request) -> QuerySet[Any]:
        pk: UUID = self.kwargs["pk"]
        person = self.found(Person.objects.visible_to(request.user).kept().filter(pk=pk).first())
        members = Membership.objects.filter(person=person, ended_at__isnull=True).select_related("user")
        members = members.prefetch_related("invitations")
        if members.filter(user=account(request), role=Membership.OWNER).exists():
            return members
        return members.filter(role=Membership.OWNER) | members.filter(user=account(request))

    def present(self, request: Request, rows: list[Row]) -> list[dict[str, Any]]:
        here = who_looked(self.kwargs["pk"])
        return [member_answer(row, request.user, here) for row in rows]

    def post(self, request: Request, pk: UUID) -> Response:
        values = check(MemberBody, request.data)
        if not Person.objects.visible_to(request.user).kept().filter(pk=pk).exists():
            raise NotThere
        values["photos"] = bool(values["photos"])
        if values["photos"]:
            must_prove(request)
        row = people.invite_member(user=account(request), person_id=pk, **values)
        return Response(member_answer(row, request.user, who_looked(pk)), status=201)


@extend_schema_view(delete=extend_schema(responses={204: None}))
class MemberRow(Door):
    """DELETE ends somebody's part at once; everybody may end their own."""

    def delete(self, request: Request, pk: UUID, member_pk: UUID) -> Response:
        people.end_membership(user=account(request), person_id=pk, pk=member_pk)
        return Response(status=204)


def member_answer(row: Membership, user: Any, here: set[UUID]) -> dict[str, Any]:
    """A part in a diary. `here`: who has looked at it; not who has an account, which inviting must not tell."""
    newest = max(row.invitations.all(), key=lambda each: each.created_at, default=None)
    return {
        "id": str(row.pk),
        "email": row.email or (row.user.email if row.user else ""),
        "role": row.role,
        "photos": row.photos,
        "told": row.told,
        "until": stamp(row.until) if row.until else None,
        "you": row.user_id == user.pk,
        "waiting": row.role != Membership.OWNER and row.user_id not in here,
        "letter": newest.letter if newest else None,
    }
