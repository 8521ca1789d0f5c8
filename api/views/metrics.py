"""/metrics for Prometheus, behind METRICS_TOKEN: `Authorization: Bearer …`."""

import hmac
import os
from collections.abc import Iterable

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from api.counting import own
from api.views.plain import only_read
from tracker.watching.figures import figures


class Tables(Collector):
    """The figures that stand in the tables, the same whichever process is asked."""

    def collect(self) -> Iterable[Metric]:
        for figure in figures(timezone.now()):
            family = GaugeMetricFamily(figure.name, figure.help, labels=figure.labels)
            for labels, value in figure.values.items():
                family.add_metric(labels, value)
            yield family


@only_read
def metrics(request: HttpRequest) -> HttpResponse:
    """404 without the token, as for an address that is not there."""
    given = request.headers.get("Authorization", "")
    wanted = f"Bearer {settings.METRICS_TOKEN}"
    if not settings.METRICS_TOKEN or not hmac.compare_digest(given.encode(), wanted.encode()):
        raise Http404
    registry = CollectorRegistry()
    registry.register(Tables())
    return HttpResponse(generate_latest(registry) + counted(), content_type=CONTENT_TYPE_LATEST)


def counted() -> bytes:
    """The requests, added up over all web processes."""
    if not os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        return generate_latest(own)
    together = CollectorRegistry()
    MultiProcessCollector(together)  # type: ignore[no-untyped-call]
    return generate_latest(together)
