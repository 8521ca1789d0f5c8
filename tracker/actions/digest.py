"""The weekly digest: what could wait, in one message, on Sunday morning where the reader lives."""

from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from tracker.actions.slots import Plan, zone_named
from tracker.models import Delivery, Membership, Notice, Person, User
from tracker.notifications import messages
from tracker.notifications.outbox import post

SUNDAY, MORNING = "sun", time(9)
WEEK = timedelta(days=7)


def readers_waiting(*, at: datetime) -> list[UUID]:
    """Accounts with a note that was kept for a digest and could be due: written within the last two weeks."""
    kept = _kept(at - 2 * WEEK, at)
    return list(kept.order_by().values_list("user_id", flat=True).distinct())


def post_digest(*, user_id: UUID, at: datetime) -> bool:
    """Send this account the notes of the week up to its latest Sunday morning, if that was not done; True if posted.

    Which notes belong to which Sunday follows from when they were written, so nothing is marked and nothing is sent
    twice; after an absence of more than a week the notes stand in the app only.
    """
    with transaction.atomic():
        user = User.objects.filter(pk=user_id, is_active=True).first()
        if user is None:
            return False
        sunday = _latest_sunday(user, at)
        if sunday is None:
            return False
        notes = list(_kept(sunday - WEEK, sunday).filter(user=user, person__in=Person.objects.visible_to(user)))
        if not notes:
            return False
        words = messages.for_digest(note.body for note in notes)
        cause = f"digest:{sunday:%Y%m%d}"
        notice = post(
            user=user, kind=words.kind, cause=cause, subject=words.subject, body=words.body, link=words.link, at=at
        )  # fmt: skip
    return notice is not None


def post_due_digests(at: datetime) -> int:
    """For everybody; the number of digests written."""
    return sum(post_digest(user_id=user_id, at=at) for user_id in readers_waiting(at=at))


def _kept(since: datetime, until: datetime) -> Any:
    """Notes held back for a digest: they have no delivery of their own."""
    held = Notice.objects.filter(kind=messages.DIGEST, person__isnull=False, lump__deleted_at__isnull=True)
    held = held.filter(created_at__gte=since, created_at__lt=until)
    return held.exclude(pk__in=Delivery.objects.values("notice")).order_by("created_at")


def _latest_sunday(user: User, at: datetime) -> datetime | None:
    own = Membership.objects.live(at).filter(user=user, role=Membership.OWNER).order_by("created_at").first()
    zone = zone_named(own.person.timezone if own else "")
    plan = Plan(at=MORNING, zone=zone, starts_on=(at - 2 * WEEK).date(), days=[SUNDAY])
    slot = plan.next_after(at - WEEK)
    return slot if slot is not None and slot <= at else None
