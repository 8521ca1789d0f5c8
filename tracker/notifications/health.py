"""Is somebody sending? Numbers without a name, for /healthz and the banner in the app."""

import time
from datetime import datetime, timedelta
from typing import Any

from django.db import Error as DatabaseFault
from django.db import connection
from django.utils import timezone

from tracker.models import ChannelState, ClockRun, Delivery
from tracker.notifications.channels import CHANNELS

SENDER_MISSED_AFTER = timedelta(minutes=2)
GRACE_SECONDS = 120.0
_started = time.monotonic()


def health() -> dict[str, Any]:
    """What stands at /healthz: `ok`, `database`, `sender`, `last_scan`, `oldest_waiting_seconds`, `clock`.

    `clock` says of each kind of work when it last ended, how many seconds it took and what it counted: `failed` is how
    many rows it had to pass by.

    Not ok when the database is away, or when no sender ran for two minutes; the latter is forgiven in a process's
    first two minutes, when the worker may still be starting.
    """
    try:
        return _numbers(timezone.now())
    except DatabaseFault:
        connection.close()
        return {
            "ok": False,
            "database": "away",
            "sender": None,
            "last_scan": None,
            "oldest_waiting_seconds": None,
            "clock": {},
        }


def sender_is_missing(at: datetime | None = None) -> bool:
    """Did no sender run for two minutes? The app shows a banner then."""
    at = at or timezone.now()
    seen = _sender_seen()
    return seen is None or at - seen > SENDER_MISSED_AFTER


def _numbers(at: datetime) -> dict[str, Any]:
    seen = _sender_seen()
    missing = sender_is_missing(at)
    runs = {row.name: row for row in ClockRun.objects.filter(finished_at__isnull=False)}
    scan = runs["scan"].finished_at if "scan" in runs else None
    oldest = (
        Delivery.objects.filter(state__in=(Delivery.WAITING, Delivery.CLAIMED), next_try_at__lte=at)
        .order_by("due_at")
        .values_list("due_at", flat=True)
        .first()
    )
    down = ChannelState.objects.filter(down_since__isnull=False)
    return {
        "ok": not missing or time.monotonic() - _started < GRACE_SECONDS,
        "database": "ok",
        "sender": {
            "ok": not missing,
            "seen_seconds_ago": _seconds(at, seen),
            "channels_down": sorted(down.values_list("channel", flat=True)),
        },
        "last_scan": scan.isoformat() if scan else None,
        "oldest_waiting_seconds": _seconds(at, oldest),
        "clock": {name: _run(row) for name, row in sorted(runs.items())},
    }


def _run(row: ClockRun) -> dict[str, Any]:
    seconds = row.seconds
    return {
        "ended": row.finished_at.isoformat() if row.finished_at else None,
        "seconds": None if seconds is None else round(seconds, 3),
        "counts": row.counts,
    }


def _sender_seen() -> datetime | None:
    """When the sender that was seen longest ago ran; None where a channel never had one."""
    rows = dict(ChannelState.objects.filter(channel__in=CHANNELS).values_list("channel", "sender_seen_at"))
    times = [rows.get(name) for name in CHANNELS]
    known = [found for found in times if found is not None]
    return min(known) if len(known) == len(times) else None


def _seconds(at: datetime, then: datetime | None) -> int | None:
    return None if then is None else max(0, int((at - then).total_seconds()))
