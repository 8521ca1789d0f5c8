"""The doorbell: tells Celery that the queue has something. The queue itself is the table of deliveries."""

import logging
import time

from celery import current_app
from django.conf import settings
from django.db import transaction
from kombu import Connection, pools

log = logging.getLogger(__name__)

QUIET_SECONDS = 15.0  # after a failure the bell is left alone; the clock sweeps by itself meanwhile
# far less than a worker has: somebody waits for the answer to the deed that rings
PATIENCE = {"socket_timeout": 1, "socket_connect_timeout": 1, "max_retries": 0}
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
        door = Connection(settings.CELERY_BROKER_URL, transport_options=PATIENCE)
        with pools.producers[door].acquire(block=True, timeout=1) as producer:
            current_app.send_task(task, producer=producer, expires=60, retry=False, ignore_result=True)
    except Exception as error:  # noqa: BLE001 - whatever ails the broker must not ail the deed that was just committed
        _quiet_until[0] = time.monotonic() + QUIET_SECONDS
        log.warning("The broker cannot be reached (%s); the clock does its work meanwhile.", type(error).__name__)
