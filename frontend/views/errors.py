"""Pages for what went wrong. Each says what a person can do next, and none needs the database."""

import logging
import sys

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from tracker.actions.errors import GONE
from tracker.outage import is_outage

log = logging.getLogger(__name__)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _answer(request, 400, _("This request could not be understood."))


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _answer(request, 403, _("This is not open to you."))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _answer(request, 403, _("This form was open too long, or cookies are off. Go back, reload, and try again."))


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _answer(request, 404, _("There is nothing here that you can see."))


def too_large(request: HttpRequest) -> HttpResponse:
    return _answer(request, 413, _("This is more than we take at once."))


def too_many(request: HttpRequest) -> HttpResponse:
    answer = _answer(request, 429, _("That was asked too often. Wait a quarter of an hour and try again."))
    answer["Retry-After"] = "900"
    return answer


def server_error(request: HttpRequest) -> HttpResponse:
    """500; 503 when the database or Redis could not be reached, 404 for a diary that was erased in this moment.

    Django calls this while handling the error.
    """
    error = sys.exc_info()[1]
    if error is not None and is_outage(error):
        log.error("store away: %s", type(error).__name__)
        return unavailable(request)
    if isinstance(error, GONE):
        return not_found(request)
    return _answer(request, 500, _("Something went wrong here. What you entered before is kept."))


def unavailable(request: HttpRequest) -> HttpResponse:
    answer = _answer(
        request, 503, _("The diary cannot reach its store just now. Nothing was changed; please try again in a minute.")
    )
    answer["Retry-After"] = "60"
    return answer


def _answer(request: HttpRequest, status: int, sentence: str) -> HttpResponse:
    if request.path.startswith("/api/") or request.path == "/healthz":
        return JsonResponse({"detail": sentence, "errors": {}}, status=status)
    return HttpResponse(render_to_string("error.html", {"status": status, "sentence": sentence}), status=status)
