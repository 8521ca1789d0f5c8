"""Views that ask nobody to sign in, yet refuse in the one shape."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse

from api.errors import SENTENCES

View = Callable[..., HttpResponse]


def only_read(view: View) -> View:
    """GET and HEAD; anything else is 405 in the shape of every refusal."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method in ("GET", "HEAD"):
            return view(request, *args, **kwargs)
        body = {"detail": str(SENTENCES[405]), "errors": {}}
        return JsonResponse(body, status=405, headers={"Allow": "GET, HEAD"})

    return guarded
