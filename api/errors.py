"""Every refusal in one shape: {"detail": sentence, "errors": {field: [sentence]}}."""

import logging
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from api.auth import ProofNeeded
from api.parsing import TooBig, Unkeepable
from tracker.actions.errors import GONE, MayOnlyLook, NotThere, Refused, Stale, Wrong
from tracker.actions.photos import Differs, TooLarge, WrongKind
from tracker.outage import is_outage

log = logging.getLogger(__name__)

STATUS: dict[type[Refused], int] = {
    NotThere: 404, MayOnlyLook: 403, Wrong: 400, Stale: 409, TooLarge: 413, WrongKind: 415, Differs: 409,
}  # fmt: skip
SENTENCES = {
    400: gettext_lazy("Some of this cannot be used as it is."),
    401: gettext_lazy("Sign in first."),
    404: gettext_lazy("There is nothing here that you can see."),
    405: gettext_lazy("This cannot be done here."),
    415: gettext_lazy("Send this as application/json."),
}


class Bad(exceptions.APIException):
    """400 with what is wrong, by field."""

    status_code = 400

    def __init__(self, errors: dict[str, list[str]]) -> None:
        super().__init__(str(SENTENCES[400]))
        self.errors = errors


def handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's hook. None, that is Django's 500 page, only for faults of ours."""
    set_rollback()
    if is_outage(error):
        return _outage(error)
    if isinstance(error, GONE):
        error = NotThere()
    if isinstance(error, Refused):
        return Response(refusal(error), status=status_of(error))
    if isinstance(error, RequestDataTooBig):
        error = TooBig()
    elif isinstance(error, Http404):
        error = exceptions.NotFound()
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    if not isinstance(error, exceptions.APIException):
        return None
    return Response(_body(error), status=error.status_code, headers=_headers(error))


def status_of(refused: Refused) -> int:
    """The status code that says what a refused deed says."""
    return next(code for kind, code in STATUS.items() if isinstance(refused, kind))


def refusal(refused: Refused) -> dict[str, Any]:
    """The body of a refused deed."""
    errors = {refused.field: [refused.sentence]} if refused.field else {}
    if isinstance(refused, Stale):
        newest = _("The newest revision is {revision}.").format(revision=refused.current.revision)
        errors = {"base_revision": [newest]}
    return {"detail": refused.sentence, "errors": errors}


def flat(errors: Any, path: str = "") -> dict[str, list[str]]:
    """DRF's nested errors as {"a.b": [sentence]}."""
    if isinstance(errors, dict):
        pairs = [(f"{path}.{key}" if path else str(key), value) for key, value in errors.items()]
    elif isinstance(errors, list) and any(isinstance(item, dict | list) for item in errors):
        pairs = [(f"{path}[{place}]", value) for place, value in enumerate(errors) if value]
    else:
        return {path: [str(item) for item in (errors if isinstance(errors, list) else [errors])]}
    found: dict[str, list[str]] = {}
    for key, value in pairs:
        found |= flat(value, key)
    return found


def _body(error: exceptions.APIException) -> dict[str, Any]:
    if isinstance(error, Bad | Unkeepable):
        return {"detail": str(error.detail), "errors": error.errors}
    if isinstance(error, exceptions.ValidationError):
        return {"detail": str(SENTENCES[400]), "errors": flat(error.detail)}
    if isinstance(error, ProofNeeded):
        return {"detail": str(error.detail), "errors": {"reauthenticate": [error.where]}}
    kept = isinstance(error, exceptions.ParseError | exceptions.AuthenticationFailed | exceptions.PermissionDenied)
    sentence = str(error.detail) if kept else str(SENTENCES.get(error.status_code, error.detail))
    return {"detail": sentence, "errors": {}}


def _headers(error: exceptions.APIException) -> dict[str, str]:
    headers = {}
    if challenge := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = str(int(wait) + 1)
    return headers


def _outage(error: Exception) -> Response:
    log.error("store away: %s", type(error).__name__)
    sentence = _("The diary cannot reach its store just now. Nothing was changed; please try again in a minute.")
    return Response({"detail": sentence, "errors": {}}, status=503, headers={"Retry-After": "60"})
