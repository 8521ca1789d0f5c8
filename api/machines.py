"""What a load balancer and a scraper ask, who know a process by its address and not by the diary's name."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse


class ByAnyName:
    """Middleware: at the addresses of `ASKED_INSIDE` any Host will do, since nothing in their answers is made from it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path in settings.ASKED_INSIDE:
            request.META["HTTP_HOST"] = "localhost"
        return self.get_response(request)
