"""Links for a doctor: making, listing, watching and ending them. What a viewer sees lies behind the doctor's door."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from api.auth import must_prove
from api.shapes.base import check
from api.shapes.sharing import LinkAnswer, LinkBody, NewLinkAnswer, VisitAnswer
from api.views.base import Door, ListDoor, Row, account, listed
from tracker.actions import health_links, sharing
from tracker.actions.errors import NotThere, Wrong
from tracker.diary.rows import stamp
from tracker.models import Lump, ShareLink, Visit


def link_answer(row: ShareLink) -> dict[str, Any]:
    return {
        "id": str(row.pk), "person": str(row.person_id), "lumps": [str(lump.pk) for lump in row.lumps.all()],
        "since": row.since.isoformat() if row.since else None, "expires_at": stamp(row.expires_at),
        "one_visit": row.one_visit, "passcode": bool(row.passcode), "photos": row.photos, "notes": row.notes,
        "answers": row.answers, "shl": row.shl,
        "created_at": stamp(row.created_at), "revoked_at": stamp(row.revoked_at) if row.revoked_at else None,
        "locked": row.is_locked, "live": row.is_live(), "visits": row.opened,
    }  # fmt: skip


@listed(LinkAnswer)
@extend_schema_view(post=extend_schema(request=LinkBody, responses={201: NewLinkAnswer}))
class LinkList(ListDoor):
    """Newest first, ended ones too. Only the owner of a diary hands out links and sees them."""

    newest = True

    def rows(self, request: Request) -> QuerySet[Any]:
        return ShareLink.objects.visible_to(request.user).prefetch_related("lumps")

    def present(self, request: Request, rows: list[Row]) -> list[dict[str, Any]]:
        return [link_answer(row) for row in rows]

    def post(self, request: Request) -> Response:
        values = check(LinkBody, request.data)
        wanted = set(values["lumps"])
        if Lump.objects.visible_to(request.user).kept().filter(pk__in=wanted).count() != len(wanted):
            raise NotThere("lumps")
        if values["photos"]:
            must_prove(request)
        asks = values["passcode"] is not False
        scope = {key: bool(values[key]) for key in ("one_visit", "photos", "notes")}
        told = {"user": account(request), "lump_ids": values["lumps"], "since": values["since"], "passcode": asks,
                "expires_at": values["expires_at"], **scope}  # fmt: skip
        answer = _health_link(values, told) if values["shl"] else _link(values, told)
        return Response(answer, status=201)


def _link(values: dict[str, Any], told: dict[str, Any]) -> dict[str, Any]:
    made = sharing.create_share_link(**told, answers=bool(values["answers"]))
    url = f"{settings.PUBLIC_URL}/s/#{made.token}"
    return {"id": str(made.link.pk), "url": url, "token": made.token, "passcode": made.passcode}


def _health_link(values: dict[str, Any], told: dict[str, Any]) -> dict[str, Any]:
    if values["answers"]:
        raise Wrong(_("Nobody can answer through a SMART Health Link. Make an ordinary link for that."), "answers")
    made = health_links.create_health_link(**told)
    nothing: str | None = None  # its secret stands in the url alone
    return {"id": str(made.link.pk), "url": made.url, "token": nothing, "passcode": made.passcode}


@extend_schema_view(delete=extend_schema(responses={204: None}))
class LinkRow(Door):
    """DELETE ends it at once, for those who are looking too."""

    def delete(self, request: Request, pk: UUID) -> Response:
        sharing.revoke_share_link(user=account(request), pk=pk)
        return Response(status=204)


@listed(VisitAnswer)
class VisitList(ListDoor):
    """What was done with a link: openings, wrong passcodes, photos looked at. Newest first."""

    by = "at"
    newest = True

    def rows(self, request: Request) -> QuerySet[Any]:
        link = self.found(ShareLink.objects.visible_to(request.user).filter(pk=self.kwargs["pk"]).first())
        return Visit.objects.filter(link=link)

    def present(self, request: Request, rows: list[Row]) -> list[dict[str, Any]]:
        return [
            {"id": str(row.pk), "at": stamp(row.at), "what": row.what, "viewer": row.viewer, "detail": row.detail}
            for row in rows
        ]
