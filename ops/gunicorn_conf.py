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
    import scipy.special  # noqa: F401 - what judges an entry loads it late
    from django.template.loader import get_template
    from django.urls import reverse

    reverse("landing")  # loads every address, and the table of their names
    for page in ("pages/landing.html", "account/login.html", "share/view.html"):
        get_template(page)  # with the engine and its tags
    gc.collect()
    gc.freeze()  # a collection would touch, and so copy, every shared page
