"""The phone app's shell: three files of its build, served from fixed addresses."""

from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe


def _built(name: str) -> bytes | None:
    path = Path(settings.PWA_DIST) / name
    return path.read_bytes() if path.is_file() else None


@require_safe
@ensure_csrf_cookie
def shell(request: HttpRequest, path: str = "") -> HttpResponse:
    """Any address under /app/ is the same page; the app reads the address itself. Holds nobody's data."""
    page = _built("index.html")
    if page is None:
        sentence = _("The phone app is not built here. Whoever runs this diary can build it with “make setup”.")
        return render(request, "error.html", {"status": 503, "sentence": sentence}, status=503)
    response = HttpResponse(page)
    response["Cache-Control"] = "no-cache"
    return response


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker, at the root so that it may serve the shell."""
    response = _file("sw.js", "text/javascript; charset=utf-8")
    response["Service-Worker-Allowed"] = "/"
    return response


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    return _file("manifest.webmanifest", "application/manifest+json")


def _file(name: str, content_type: str) -> HttpResponse:
    """A file of the build, asked for anew each time; an empty 404 where nothing is built."""
    data = _built(name)
    if data is None:
        return HttpResponse(status=404)
    response = HttpResponse(data, content_type=content_type)
    response["Cache-Control"] = "no-cache"
    return response
