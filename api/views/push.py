"""Push subscriptions."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from api.shapes.base import check
from api.shapes.care import PushAnswer, PushBody, PushKeyAnswer
from api.views.base import Door, account
from tracker.actions import push
from tracker.diary.rows import stamp
from tracker.models import PushSubscription
from tracker.notifications.channels.vapid import public_key


def push_answer(row: PushSubscription) -> dict[str, Any]:
    return {"id": str(row.pk), "label": row.label, "created_at": stamp(row.created_at)}


@extend_schema_view(get=extend_schema(responses=PushKeyAnswer))
class PushKey(Door):
    """The server's public key, which a browser wants when it subscribes."""

    def get(self, request: Request) -> Response:
        return Response({"key": public_key()})


@extend_schema_view(
    put=extend_schema(request=PushBody, responses={200: PushAnswer, 201: PushAnswer}),
    delete=extend_schema(responses={204: None}),
)
class PushRow(Door):
    """One browser's push subscription, your own."""

    def put(self, request: Request, pk: UUID) -> Response:
        values = check(PushBody, request.data, pk=pk)
        values["label"] = values["label"] or ""
        kept = push.save_subscription(user=account(request), pk=pk, **values)
        return Response(push_answer(kept.row), status=201 if kept.created else 200)

    def delete(self, request: Request, pk: UUID) -> Response:
        push.delete_subscription(user=account(request), pk=pk)
        return Response(status=204)
