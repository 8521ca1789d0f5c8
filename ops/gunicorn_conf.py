"""What gunicorn does beyond its command line (`--config python:ops.gunicorn_conf`)."""

import gc
from typing import Any


def when_ready(server: Any) -> None:
    """Before the first fork: load what every request needs, so that the workers share its memory and none is slow."""
    from django.urls import get_resolver

    _ = get_resolver().url_patterns
    gc.collect()
    gc.freeze()  # a collection would touch, and so copy, every shared page
