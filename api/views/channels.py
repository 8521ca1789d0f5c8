"""How messages reach an account, a true test of each way, the messages as told, and reminders as a calendar."""

from typing import Any

from django.conf import settings
from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from api.auth import SessionOnly, SignedInAndAllowed
from api.errors import Bad
from api.shapes.base import check
from api.shapes.channels import (
    NAMES,
    AddressAnswer,
    AddressBody,
    CalendarAnswer,
    ChannelsAnswer,
    ChannelTestAnswer,
    NewCalendarAnswer,
    NoticeAnswer,
)
from api.views.base import Door, ListDoor, Row, account, listed
from tracker.actions import calendar, channels
from tracker.actions.errors import NotThere, Wrong
from tracker.diary.rows import stamp
from tracker.models import CalendarFeed, Delivery, Notice

CHANNEL = OpenApiParameter("channel", {"type": "string", "enum": list(NAMES)}, OpenApiParameter.PATH)


def _time(at: Any) -> str | None:
    return stamp(at) if at else None


@extend_schema_view(get=extend_schema(responses=ChannelsAnswer))
class Channels(Door):
    """Every way to this account, what it did not bring, and what to say on top of the app."""

    def get(self, request: Request) -> Response:
        found = channels.overview(user=account(request), at=timezone.now())
        for way in found["channels"]:
            way.update(refused_at=_time(way["refused_at"]), down_since=_time(way["down_since"]))
        for row in found["failed"]:
            row["created_at"] = stamp(row["created_at"])
        return Response(found)


@extend_schema_view(
    put=extend_schema(
        request=AddressBody, responses={200: AddressAnswer, 201: AddressAnswer}, parameters=[CHANNEL]
    ),
    delete=extend_schema(responses={204: None}, parameters=[CHANNEL]),
)  # fmt: skip
class ChannelRow(Door):
    """Your address on a channel that has one an account."""

    def put(self, request: Request, channel: str) -> Response:
        values = check(AddressBody, request.data)
        kept = channels.save_address(user=account(request), channel=channel, address=values["address"])
        answer = {"channel": channel, "address": kept.row.address}
        return Response(answer, status=201 if kept.created else 200)

    def delete(self, request: Request, channel: str) -> Response:
        channels.delete_address(user=account(request), channel=channel)
        return Response(status=204)


@extend_schema_view(post=extend_schema(request=None, responses=ChannelTestAnswer, parameters=[CHANNEL]))
class ChannelTest(Door):
    """Sends a test this very moment and says what came of it."""

    def post(self, request: Request, channel: str) -> Response:
        if channel not in NAMES:
            raise NotThere
        try:
            return Response(channels.test_channel(user=account(request), channel=channel))
        except Wrong as nowhere:  # nothing to send to: a true result too
            return Response({"channel": channel, "ok": False, "detail": nowhere.sentence})


def notice_answer(row: Notice) -> dict[str, Any]:
    return {
        "id": str(row.pk), "kind": row.kind, "urgency": row.urgency or None, "subject": row.subject, "body": row.body,
        "link": row.link, "person": str(row.person_id) if row.person_id else None,
        "lump": str(row.lump_id) if row.lump_id else None, "created_at": stamp(row.created_at),
        "deliveries": [_delivery(each) for each in row.deliveries.all()],
    }  # fmt: skip


def _delivery(row: Delivery) -> dict[str, Any]:
    waiting = row.state in (Delivery.WAITING, Delivery.CLAIMED)
    return {
        "channel": row.channel,
        "device": row.device.label if row.device else None,
        "state": Delivery.WAITING if waiting else row.state,
        "reason": row.reason or None,
        "sent_at": _time(row.sent_at),
        "next_try_at": stamp(row.next_try_at) if waiting else None,
    }


FAILED = OpenApiParameter("failed", {"type": "string", "enum": ["1"]}, description="Those that a channel gave up.")


@listed(NoticeAnswer, FAILED)
class NoticeList(ListDoor):
    """Messages to you, as they were told, newest first."""

    newest = True

    def rows(self, request: Request) -> QuerySet[Any]:
        rows = Notice.objects.visible_to(request.user)
        asked = request.query_params.get("failed")
        if asked not in (None, "1"):
            raise Bad({"failed": ["This is 1 or left out."]})
        if asked:
            rows = rows.filter(pk__in=Delivery.objects.filter(state=Delivery.FAILED).values("notice"))
        carried = Delivery.objects.select_related("device").order_by("created_at", "pk")
        return rows.prefetch_related(Prefetch("deliveries", carried))

    def present(self, request: Request, rows: list[Row]) -> list[dict[str, Any]]:
        return [notice_answer(row) for row in rows]


@extend_schema_view(
    get=extend_schema(responses=CalendarAnswer),
    post=extend_schema(request=None, responses={201: NewCalendarAnswer}),
    delete=extend_schema(responses={204: None}),
)
class Calendar(Door):
    """Your reminders as a calendar, under a secret address. A token cannot make one: it would outlive the token."""

    def get_permissions(self) -> list[BasePermission]:
        return [SessionOnly() if self.request.method == "POST" else SignedInAndAllowed()]

    def get(self, request: Request) -> Response:
        row = CalendarFeed.objects.filter(user=account(request)).first()
        return Response({"there": row is not None, "created_at": stamp(row.created_at) if row else None})

    def post(self, request: Request) -> Response:
        row, token = calendar.make_feed(user=account(request))
        url = f"{settings.PUBLIC_URL}/calendar/{token}.ics"
        return Response({"url": url, "created_at": stamp(row.created_at)}, status=201)

    def delete(self, request: Request) -> Response:
        calendar.end_feed(user=account(request))
        return Response(status=204)
