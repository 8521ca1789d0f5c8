"""The account itself, for the phone app."""

from datetime import time
from typing import Any

from django.middleware.csrf import get_token
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from api.shapes.base import check
from api.shapes.people import MeAnswer, MeBody
from api.views.base import Door, account
from tracker.actions import accounts
from tracker.actions.proving import has_second_step, offers_second_step, proved_lately
from tracker.models import Membership


@extend_schema_view(
    get=extend_schema(responses=MeAnswer),
    patch=extend_schema(request=MeBody, responses=MeAnswer),
)
class Me(Door):
    def get(self, request: Request) -> Response:
        return Response(self._answer(request))

    def patch(self, request: Request) -> Response:
        values = check(MeBody, request.data)
        for key in ("quiet_from", "quiet_until"):
            values[key] = time.fromisoformat(values[key]) if values[key] is not None else None
        wanted = {key: values[key] for key in request.data if key in values}
        accounts.change_settings(user=account(request), **wanted)
        return Response(self._answer(request))

    def _answer(self, request: Request) -> dict[str, Any]:
        user: Any = request.user
        own = Membership.objects.live().for_user(user).filter(role=Membership.OWNER).order_by("created_at")
        zone = own.values_list("person__timezone", flat=True).first() or ""
        return {
            "id": str(user.pk),
            "email": user.email,
            "region": user.region_for(zone),
            "region_chosen": bool(user.region),
            "units": user.units,
            "theme": user.theme,
            "wants_email": user.wants_email,
            "wants_push": user.wants_push,
            "email_reminders": user.email_reminders,
            "email_digest": user.email_digest,
            "quiet_from": user.quiet_from.strftime("%H:%M") if user.quiet_from else None,
            "quiet_until": user.quiet_until.strftime("%H:%M") if user.quiet_until else None,
            "zone": zone or "UTC",
            "second_step": has_second_step(user),
            "offer_second_step": offers_second_step(user),
            "proved": request.auth is not None or proved_lately(request),
            "csrf": get_token(request) if request.auth is None else None,
        }
