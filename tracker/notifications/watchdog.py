"""A word to another machine that all is running, so that it can notice when the word stops coming."""

import logging
from datetime import datetime, timedelta

import requests
from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from tracker.models import ClockRun
from tracker.notifications.health import sender_is_missing

log = logging.getLogger(__name__)


NAME, EVERY = "watchdog", timedelta(minutes=1)  # who keeps such addresses takes a few calls a minute


def report(at: datetime | None = None) -> bool:
    """Ask for WATCHDOG_URL, if one is set and messages do go out; was it asked and did it answer well?

    Once a minute, whoever calls and how often. Never raises for what the other side does.
    """
    if not settings.WATCHDOG_URL or sender_is_missing(at):
        return False
    at = at or timezone.now()
    ClockRun.objects.get_or_create(name=NAME)
    due = Q(started_at__isnull=True) | Q(started_at__lte=at - EVERY) | Q(started_at__gt=at)
    if not ClockRun.objects.filter(due, name=NAME).update(started_at=at):
        return False
    try:
        requests.get(settings.WATCHDOG_URL, timeout=5).raise_for_status()
    except requests.RequestException as error:
        log.warning("The watchdog address did not answer well: %s", type(error).__name__)
        return False
    return True
