"""Who is asking: another program with a token, or the phone app with its session."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework import authentication, exceptions
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from tracker.actions.proving import proved_lately
from tracker.models import AccessToken, User, token_hash
from tracker.models.prepared import Prepared

_TOKEN = Prepared(
    lambda digest: AccessToken.objects.filter(
        hash=digest, revoked_at__isnull=True, user__is_active=True
    ).select_related("user"),
    digest=str,
)


class TokenAuthentication(authentication.BaseAuthentication):
    """`Authorization: Token <token>`, looked up by its hash."""

    def authenticate(self, request: Request) -> tuple[User, AccessToken] | None:
        kind, _space, secret = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        if kind.lower() != "token":
            return None
        found = _TOKEN.first(digest=token_hash(secret.strip()))
        if found is None:
            raise exceptions.AuthenticationFailed(_("This token is not valid. Make a new one in Settings."))
        _mark_used(found)
        return found.user, found

    def authenticate_header(self, request: Request) -> str:
        return "Token"


def _mark_used(token: AccessToken) -> None:
    """The day of its last use, written once a day; not on the day it was made, which says as much already."""
    today = timezone.now().date()
    if token.last_used_on != today and token.created_at.date() != today:
        AccessToken.objects.filter(pk=token.pk).update(last_used_on=today)


class SessionAuthentication(authentication.SessionAuthentication):
    """The session's cookie; whatever writes needs `X-CSRFToken` too."""


class SignedInAndAllowed(BasePermission):
    """Somebody signed in; a token made for reading only reads."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if not request.user.is_authenticated:
            return False
        reader = isinstance(request.auth, AccessToken) and request.auth.scope == AccessToken.READ
        if reader and request.method not in SAFE_METHODS:
            self.message = _("This token can read but not write.")
            return False
        return True


class SessionOnly(SignedInAndAllowed):
    """Somebody who signed in by hand: a token cannot make more tokens."""

    message = _("Sign in to the diary itself to do this; a token is not enough.")

    def has_permission(self, request: Request, view: Any) -> bool:
        return super().has_permission(request, view) and request.auth is None


class ProofNeeded(exceptions.PermissionDenied):
    """403 with the key `reauthenticate`: the page where one proves again that it is oneself."""

    default_detail = _("Please confirm first that it is you.")
    where = "/accounts/reauthenticate/"


def must_prove(request: Request) -> None:
    """Ask for what matters: a session older than a few minutes must be proved again. Raises ProofNeeded.

    A token was made by somebody who had, so it passes.
    """
    if request.auth is None and not proved_lately(request):
        raise ProofNeeded


class _TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "api.auth.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "`Token ` and a token made in Settings or by `manage.py create_token EMAIL`.",
        }


class _SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "api.auth.SessionAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {
            "type": "apiKey",
            "in": "cookie",
            "name": "session",
            "description": "The phone app's session. Writes need the header `X-CSRFToken` (see `GET /api/me/`).",
        }
