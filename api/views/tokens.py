"""Tokens for other programs."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from api.auth import SessionOnly, SignedInAndAllowed, must_prove
from api.shapes.base import check
from api.shapes.people import NewTokenAnswer, TokenAnswer, TokenBody
from api.views.base import Door, ListDoor, Row, account, listed
from tracker.actions import accounts, people
from tracker.diary.rows import stamp
from tracker.models import AccessToken


def token_answer(row: AccessToken) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "name": row.name,
        "scope": row.scope,
        "created_at": stamp(row.created_at),
        "last_used_on": row.last_used_on.isoformat() if row.last_used_on else None,
    }


@listed(TokenAnswer)
@extend_schema_view(post=extend_schema(request=TokenBody, responses={201: NewTokenAnswer}))
class TokenList(ListDoor):
    """Your tokens, without their secrets. A token cannot make another one."""

    def get_permissions(self) -> list[BasePermission]:
        return [SignedInAndAllowed() if self.request.method in SAFE_METHODS else SessionOnly()]

    def rows(self, request: Request) -> QuerySet[Any]:
        return AccessToken.objects.filter(user=account(request), revoked_at__isnull=True)

    def present(self, request: Request, rows: list[Row]) -> list[dict[str, Any]]:
        return [token_answer(row) for row in rows]

    def post(self, request: Request) -> Response:
        values = check(TokenBody, request.data)
        must_prove(request)
        row, secret = people.create_token(
            user=account(request), name=values["name"] or "", scope=values["scope"] or AccessToken.WRITE
        )
        return Response({**token_answer(row), "token": secret}, status=201)


@extend_schema_view(delete=extend_schema(responses={204: None}))
class TokenRow(Door):
    """DELETE ends it at once."""

    def delete(self, request: Request, pk: UUID) -> Response:
        accounts.revoke_token(user=account(request), pk=pk)
        return Response(status=204)
