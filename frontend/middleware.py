"""What stands before everything else: every answer carries our headers."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from frontend.views.errors import too_large

DOOR = "/s/"  # the doctor's: what lies behind it, and a refusal too, leaves no trace elsewhere
AT_THE_DOOR = {
    "Cache-Control": "private, no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
}
PERMISSIONS = "camera=(self), microphone=(), geolocation=(), payment=(), usb=()"


class Guard:
    """Outermost middleware: headers that no answer may lack, and a bound on what is sent to a page.

    The interface bounds what it reads by itself, since photos and imports are larger (api/parsing.py).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = too_large(request) if _is_too_large(request) else self.get_response(request)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        if not request.path.startswith(settings.STATIC_URL):
            response.headers.setdefault("Cache-Control", "private, no-store")
        if request.path.startswith(DOOR):
            for name, value in AT_THE_DOOR.items():
                response.headers[name] = value
        return response


def _is_too_large(request: HttpRequest) -> bool:
    """Refused by its announced length, before a file in it could be put on the disk."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    most: int = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    return not request.path.startswith("/api/") and length.isdecimal() and int(length) > most
