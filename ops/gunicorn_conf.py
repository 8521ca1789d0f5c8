"""What gunicorn does beyond its command line (`--config python:ops.gunicorn_conf`)."""

import gc
import os
from pathlib import Path
from typing import Any


def on_starting(server: Any) -> None:
    """Before anything is counted: the files of processes that counted for /metrics before us go."""
    if folder := os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        for path in Path(folder).glob("*.db"):
            path.unlink(missing_ok=True)


def when_ready(server: Any) -> None:
    """Before the first fork: load what every request needs, so that the workers share its memory and none is slow."""
    from django.urls import get_resolver

    _ = get_resolver().url_patterns
    gc.collect()
    gc.freeze()  # a collection would touch, and so copy, every shared page
