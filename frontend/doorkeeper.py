"""Guessing passwords is slow, and nobody can shut an owner out by guessing.

Strangers share ten tries an account a quarter of an hour, counted in Redis for all processes, and some an address. A device
that has logged in before has tries of its own: it carries a signed cookie that says so (OWASP's "device cookies"). So a
crowd of wrong log-ins, even all behind the owner's own proxy, leaves the owner's phone and laptop alone; a new device
waits, or resets the password, which clears the count.
"""

import secrets
from datetime import timedelta
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import ratelimit
from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

SALT = "frontend.doorkeeper"
LASTS = timedelta(days=365)
MOST = 5  # accounts a device remembers: a family's tablet


class Doorkeeper(DefaultAccountAdapter):
    """allauth's adapter, with tries of its own for a device that is known."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("That address and that password do not belong together. Please check both."),
        "too_many_login_attempts": _(
            "Too many wrong tries. Wait a quarter of an hour, use a device you have logged in with before, or reset your "
            "password."
        ),
    }

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Before a password is looked at. Raises ValidationError where there were too many wrong ones."""
        login = str(credentials.get("email", ""))
        whose = known_as(request, login)
        if whose is None:
            super().pre_authenticate(request, **credentials)
        elif not ratelimit.consume(request, action="login_failed_known", key=f"{whose}:{_mark(login)}"):
            raise self.validation_error("too_many_login_attempts")

    def post_login(self, request: HttpRequest, user: Any, **told: Any) -> HttpResponse:
        """Somebody is in, by whatever way and past any second factor: this device is known from now on."""
        response: HttpResponse = super().post_login(request, user, **told)
        remember(request, response, user.email)
        return response


def known_as(request: HttpRequest, login: str) -> str | None:
    """What to count this device's tries at `login` under; None for a stranger's device."""
    if request.user.is_authenticated and request.user.email.lower() == login.lower():
        return f"session:{request.user.pk}"
    number = _known(request).get(_mark(login))
    return f"device:{number}" if number else None


def remember(request: HttpRequest, response: HttpResponse, login: str) -> None:
    """Give the device a cookie that says who has logged in with it.

    This account gets a new number, so its tries start anew. Those of the others stay as they are: whoever shares a
    device must not get new tries at them by logging in as themselves.
    """
    others = [(mark, number) for mark, number in _known(request).items() if mark != _mark(login)]
    known = dict([(_mark(login), secrets.token_urlsafe(16)), *others][:MOST])
    response.set_cookie(
        settings.DEVICE_COOKIE_NAME, signing.dumps(known, salt=SALT),
        max_age=LASTS, httponly=True, secure=settings.HTTPS, samesite="Lax",
    )  # fmt: skip


def _known(request: HttpRequest) -> dict[str, str]:
    """The accounts that have logged in with this device, by mark, each with the number its tries are counted under."""
    try:
        told: dict[str, str] = signing.loads(
            request.COOKIES.get(settings.DEVICE_COOKIE_NAME, ""), salt=SALT, max_age=LASTS
        )
    except signing.BadSignature:
        return {}
    return told


def _mark(login: str) -> str:
    """An account's mark in the cookie: who finds the device cannot read an address in it."""
    return salted_hmac(SALT, login.lower()).hexdigest()[:32]
