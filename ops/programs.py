"""The words that start each process: the same under `make run`, in a container and under systemd."""

import os
from pathlib import Path

from ops.place import PYTHON, Place

ROOT_WARNING = "ignore:You're running the worker with superuser privileges"  # who runs it as root knows
LINES = "--log-level", "warning"
# glibc gives each thread room of its own and keeps what was freed there: with four threads that would be four times the
# room for a photo. Python's threads take turns anyway, so one room for all costs no time. Others pay no heed to it.
ENVIRONMENT = {"MALLOC_ARENA_MAX": "1"}


def web(place: Place, scratch: Path) -> list[str]:
    """gunicorn; `scratch` is a folder in memory or on a quick disk, for its heartbeat."""
    return [
        *(str(PYTHON), "-m", "gunicorn", "tracker.wsgi", "--config", "python:ops.gunicorn_conf", "--preload"),
        *("--bind", place.bind, "--no-control-socket"),
        *("--worker-class", "gthread", "--workers", os.environ.get("WEB_WORKERS") or "2"),
        *("--threads", os.environ.get("WEB_THREADS") or "4", "--timeout", "60", "--graceful-timeout", "8"),
        *(*LINES, "--worker-tmp-dir", str(scratch)),
    ]


def worker() -> list[str]:
    """Deliveries, scans, photos, the nightly backup, in WORKER_THREADS threads. As many workers as one likes."""
    return [str(PYTHON), "-W", ROOT_WARNING, "-m", "ops.worker"]


def beat(schedule: Path) -> list[str]:
    """Names tasks when their time has come. One is enough; none does no harm, for workers keep the time as well."""
    return [str(PYTHON), "-m", "ops.beat", str(schedule)]
