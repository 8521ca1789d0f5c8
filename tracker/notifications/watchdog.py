"""A word to another machine that all is running, so that it can notice when the word stops coming."""

import logging

import requests
from django.conf import settings

from tracker.notifications.health import sender_is_missing

log = logging.getLogger(__name__)


def report() -> bool:
    """Ask for WATCHDOG_URL, if one is set and messages do go out; was it asked and did it answer well? Never raises."""
    if not settings.WATCHDOG_URL or sender_is_missing():
        return False
    try:
        requests.get(settings.WATCHDOG_URL, timeout=5).raise_for_status()
    except requests.RequestException as error:
        log.warning("The watchdog address did not answer well: %s", type(error).__name__)
        return False
    return True
