"""Requests, counted for /metrics: over all web processes, by the pattern of the address and never by the address."""

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse
from prometheus_client import CollectorRegistry, Counter, Histogram

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
own = CollectorRegistry()  # where each process counts into a file of its own, read together by views/metrics.py
requests = Counter("diary_requests", "Requests answered.", ("method", "route", "status"), registry=own)
seconds = Histogram("diary_request_seconds", "How long an answer took.", ("route",), registry=own, buckets=BUCKETS)
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}


class CountRequests:
    """Middleware, in use only where METRICS_TOKEN is set."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        if not settings.METRICS_TOKEN:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        response = self.get_response(request)
        route = route_of(request)
        method = request.method if request.method in METHODS else "other"
        requests.labels(method, route, str(response.status_code)).inc()
        seconds.labels(route).observe(time.perf_counter() - began)
        return response


def route_of(request: HttpRequest) -> str:
    """The pattern, with names in the place of ids; "static" and "none" where there is none."""
    match: Any = request.resolver_match
    if match is not None:
        return "/" + str(match.route)
    return "static" if request.path.startswith(settings.STATIC_URL) else "none"
