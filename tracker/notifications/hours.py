"""Quiet hours: what can wait does not wake anybody."""

from datetime import datetime
from zoneinfo import ZoneInfo

from tracker.models import Membership, Person, User
from tracker.wallclock import after_quiet, zone_named


def zone_of(user: User, about: Person | None = None) -> ZoneInfo:
    """Where this account lives: the zone of its own diary; where none is recorded there, of the one it is told about."""
    own = Membership.objects.live().filter(user=user, role=Membership.OWNER).order_by("created_at")
    name = own.values_list("person__timezone", flat=True).first() or (about.timezone if about else "")
    return zone_named(name)


def out_of_quiet(user: User, at: datetime, about: Person | None = None) -> datetime:
    """`at`, or the end of this account's quiet hours if `at` lies in them."""
    if user.quiet_from is None:
        return at
    return after_quiet(at, zone_of(user, about), user.quiet_from, user.quiet_until)
