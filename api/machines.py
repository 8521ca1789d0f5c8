"""What a load balancer and a scraper ask, who know a process by its address and not by the diary's name."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

PATHS = {"/healthz", "/metrics"}


class ByAnyName:
    """Middleware: at these addresses any Host will do, since nothing in their answers is made from it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path in PATHS:
            request.META["HTTP_HOST"] = "localhost"
        return self.get_response(request)
