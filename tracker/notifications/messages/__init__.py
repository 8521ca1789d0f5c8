"""The words of messages, and how they are laid out for a letter and for a lock screen."""

from tracker.notifications.messages.layout import PRESSING, Letter, host, letter, lock_screen
from tracker.notifications.messages.words import (
    DIGEST,
    FOLLOW_UP,
    Words,
    for_alert,
    for_digest,
    for_reminder,
    for_test,
)

__all__ = [
    "DIGEST",
    "FOLLOW_UP",
    "PRESSING",
    "Letter",
    "Words",
    "for_alert",
    "for_digest",
    "for_reminder",
    "for_test",
    "host",
    "letter",
    "lock_screen",
]
