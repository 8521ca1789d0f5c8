"""A small cast, and what is said to them."""

from datetime import datetime

from django.utils import timezone

from tracker.actions.people import create_user
from tracker.models import Alert, Lump, Membership, Notice, Person, User
from tracker.models.base import uuid7
from tracker.notifications.outbox import post

PASSWORD = "a quiet lake at dusk"


def account(name: str) -> User:
    """Without quiet hours: these tests are run at night as well."""
    user = create_user(email=f"{name}@example.org", password=PASSWORD)
    user.quiet_from = user.quiet_until = None
    user.save(update_fields=["quiet_from", "quiet_until"])
    return user


def person_of(user: User) -> Person:
    return Membership.objects.get(user=user, role=Membership.OWNER).person


def lump_of(user: User, name: str = "Back") -> Lump:
    return Lump.objects.create(person=person_of(user), name=name, site="lower_back")


def alert_of(lump: Lump, urgency: str = "soon", rule: str = "growth.rapid") -> Alert:
    return Alert.objects.create(
        lump=lump,
        rule=rule,
        version="1",
        urgency=urgency,
        words="Your last 6 measurements suggest this lump is growing.",
        because="9 % a month, between 4 and 15, from 6 readings.",
        source="NICE NG12",
        opened_at=timezone.now(),
        told=1,
    )


def note(user: User, cause: str | None = None, *, kind: str = "account", at: datetime | None = None) -> Notice:
    notice = post(
        user=user,
        kind=kind,
        cause=cause or f"note:{uuid7()}",
        subject="A note from your diary",
        body="Something small.\n\nAnd why.",
        at=at or timezone.now(),
    )
    assert notice is not None
    return notice
