"""The words of messages, and how they are laid out for a letter and for a lock screen."""

from tracker.notifications.messages.again import (
    for_ask,
    for_carer,
    for_check,
    for_follow_up,
    for_recheck,
    for_repeat,
    overdue_line,
)
from tracker.notifications.messages.layout import PRESSING, Letter, host, letter, lock_screen
from tracker.notifications.messages.words import (
    DIGEST,
    FOLLOW_UP,
    Words,
    for_alert,
    for_digest,
    for_reminder,
    for_share,
    for_test,
)

__all__ = [
    "DIGEST",
    "FOLLOW_UP",
    "PRESSING",
    "Letter",
    "Words",
    "for_alert",
    "for_ask",
    "for_carer",
    "for_check",
    "for_digest",
    "for_follow_up",
    "for_recheck",
    "for_reminder",
    "for_repeat",
    "for_share",
    "for_test",
    "host",
    "letter",
    "lock_screen",
    "overdue_line",
]
