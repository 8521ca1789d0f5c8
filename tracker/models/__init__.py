"""Facts and their constraints; one module a subject."""

from tracker.models.alerts import Alert
from tracker.models.audit import AuditLine
from tracker.models.inviting import Invitation
from tracker.models.ladder import LadderStep
from tracker.models.lumps import CareEvent, Entry, Lump, Revision
from tracker.models.measuring import MeasuringTrial
from tracker.models.notices import (
    CalendarFeed,
    ChannelAddress,
    ChannelState,
    ClockRun,
    Delivery,
    Notice,
    PushSubscription,
)  # fmt: skip
from tracker.models.people import AccessToken, Membership, Person, User, token_hash
from tracker.models.photos import Photo
from tracker.models.plans import Plan
from tracker.models.reminders import Reminder
from tracker.models.sharing import SealedFile, ShareLink, Visit

__all__ = [
    "AccessToken", "Alert", "AuditLine", "CalendarFeed", "CareEvent", "ChannelAddress", "ChannelState",
    "ClockRun", "Delivery", "Entry", "Invitation", "LadderStep", "Lump", "MeasuringTrial", "Membership", "Notice", "Person",
    "Photo", "Plan",
    "PushSubscription", "Reminder", "Revision", "SealedFile", "ShareLink", "User", "Visit", "token_hash",
]  # fmt: skip
