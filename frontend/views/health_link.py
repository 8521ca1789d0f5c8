"""SMART Health Links: what another program fetches with one. No cookie, any origin, and nothing readable without its key."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import orjson
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from tracker.actions.health_links import Sealed, TooOften, fetch_file, open_health_link, text_of
from tracker.actions.sharing import LinkGone, WrongPasscode

MOST_ASKED = 10_000  # bytes of a manifest request
EMBEDDED = 2**20  # characters put into a manifest whose reader names no limit

View = Callable[..., HttpResponse]


class BadRequest(Exception):
    """The manifest request is not what the standard asks for; the sentence says why."""


def for_programs(method: str) -> Callable[[View], View]:
    """Any origin may call with this method: the link is the whole authority, and no cookie is read or set."""

    def around(view: View) -> View:
        @wraps(view)
        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            response = HttpResponse(status=204) if request.method == "OPTIONS" else _told(view, request, args, kwargs)
            response["Access-Control-Allow-Origin"] = "*"
            if request.method == "OPTIONS":
                response["Access-Control-Allow-Methods"] = method
                response["Access-Control-Allow-Headers"] = "content-type"
                response["Access-Control-Max-Age"] = "600"
            return response

        return answer

    return around


def _told(view: View, request: HttpRequest, args: Any, kwargs: Any) -> HttpResponse:
    """The view's answer, or why there is none; unknown, expired, revoked and locked are one answer."""
    try:
        return view(request, *args, **kwargs)
    except BadRequest as bad:
        return _json({"detail": str(bad)}, 400)
    except WrongPasscode as wrong:
        return _json({"remainingAttempts": wrong.remaining}, 401)
    except LinkGone:
        return _json({"detail": _("This link is not active.")}, 404)
    except TooOften:
        response = _json({"detail": _("Too many requests. Try again in a minute.")}, 429)
        response["Retry-After"] = "60"
        return response


@csrf_exempt  # the address is the authority; there is no session of ours to ride on
@for_programs("POST")
@require_http_methods(["POST"])
def manifest(request: HttpRequest, secret: str) -> HttpResponse:
    """POST {recipient, passcode, embeddedLengthMax}: the files, in the answer or where to fetch them."""
    asked = _asked(request)
    files = open_health_link(secret=secret, recipient=asked["recipient"], passcode=asked["passcode"])
    return _json({"files": [_listed(sealed, asked["embeddedLengthMax"]) for sealed in files]}, 200)


@csrf_exempt  # it reads only, and a refusal by Django would write the address into the log
@for_programs("GET")
@require_http_methods(["GET", "HEAD"])
def file(request: HttpRequest, mark: str) -> HttpResponse:
    """A sealed file, by the signed address of a manifest."""
    found = fetch_file(mark=mark, counts=request.method == "GET")
    response = HttpResponse(text_of(found), content_type="application/jose")
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _listed(sealed: Sealed, longest: int) -> dict[str, Any]:
    row = {
        "contentType": sealed.file.content_type, "fhirVersion": "4.0.1", "status": "finalized",
        "lastUpdated": sealed.file.created_at.isoformat(timespec="seconds"),
    }  # fmt: skip
    if sealed.file.length <= longest:
        return row | {"embedded": text_of(sealed.file)}
    return row | {"location": f"{settings.PUBLIC_URL}{sealed.location}"}


def _asked(request: HttpRequest) -> dict[str, Any]:
    """The request's three keys, checked; others are passed by, as the standard wants. Raises BadRequest."""
    if len(request.body) > MOST_ASKED:
        raise BadRequest(_("This request is too long."))
    try:
        body = orjson.loads(request.body)
    except orjson.JSONDecodeError:
        body = None
    if not isinstance(body, dict):
        raise BadRequest(_("Send a JSON object."))
    recipient, passcode, longest = (body.get(key) for key in ("recipient", "passcode", "embeddedLengthMax"))
    recipient = "".join(sign for sign in recipient if sign.isprintable()).strip() if isinstance(recipient, str) else ""
    if not recipient:
        raise BadRequest(_("recipient is missing: say who is asking."))
    if not isinstance(passcode, str | None):
        raise BadRequest(_("passcode must be a text."))
    if longest is not None and (isinstance(longest, bool) or not isinstance(longest, int) or longest < 0):
        raise BadRequest(_("embeddedLengthMax must be a whole number."))
    return {
        "recipient": recipient, "passcode": (passcode or "").replace(" ", ""),
        "embeddedLengthMax": EMBEDDED if longest is None else longest,
    }  # fmt: skip


def _json(body: dict[str, Any], status: int) -> HttpResponse:
    return HttpResponse(orjson.dumps(body), content_type="application/json", status=status)
