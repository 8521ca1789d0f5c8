"""The doorbell: tells Celery that the queue has something. The queue itself is the table of deliveries."""

import logging
import time

from celery import current_app
from django.conf import settings
from django.db import transaction

log = logging.getLogger(__name__)

QUIET_SECONDS = 15.0  # after a failure the bell is left alone; the clock sweeps by itself meanwhile
DELIVER = "tracker.deliver"
_quiet_until = [0.0]  # monotonic


def nudge_on_commit(task: str = DELIVER) -> None:
    """Ring once the transaction at hand is committed (at once where there is none)."""
    transaction.on_commit(lambda: nudge(task), robust=True)


def nudge(task: str = DELIVER) -> None:
    """Ask a worker to start `task` now. Never raises; a broker that is away costs about a second once, then nothing."""
    if not settings.REDIS_URL or time.monotonic() < _quiet_until[0]:
        return
    try:
        current_app.send_task(task, expires=60, retry=False, ignore_result=True)
    except Exception as error:  # noqa: BLE001 - whatever ails the broker must not ail the deed that was just committed
        _quiet_until[0] = time.monotonic() + QUIET_SECONDS
        log.warning("The broker cannot be reached (%s); the clock does its work meanwhile.", type(error).__name__)
