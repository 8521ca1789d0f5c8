"""The weekly digest: what could wait, in one message, on Sunday morning where the reader lives."""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from tracker.actions.slots import Plan
from tracker.models import Delivery, Membership, Notice, Person, Reminder, User
from tracker.notifications import messages
from tracker.notifications.hours import zone_of
from tracker.notifications.outbox import post
from tracker.wallclock import zone_named

SUNDAY, MORNING = "sun", time(9)
WEEK = timedelta(days=7)
FIRST_ZONE = timedelta(days=5, hours=19)  # from Monday to nine on Sunday morning at UTC+14, in UTC
ALL_ZONES = timedelta(hours=26)


def readers_waiting(*, at: datetime, limit: int = 200) -> list[UUID]:
    """Accounts whose latest Sunday morning has come, with something for a digest that they were not sent yet."""
    first = _first_sunday(at)
    since, until = first - WEEK, min(at, first + ALL_ZONES)
    late = Reminder.objects.filter(overdue=True, asked_at__gte=since, asked_at__lt=until).values("lump__person")
    members = Membership.objects.live(at).filter(person__in=late, told=True).exclude(role=Membership.VIEWER)
    has = Q(pk__in=_kept(since, until).order_by().values("user")) | Q(pk__in=members.values("user"))
    had = Notice.objects.filter(cause__startswith="digest:", created_at__gte=first).values("user")
    found: list[UUID] = []
    for user in User.objects.filter(has, is_active=True).exclude(pk__in=had).order_by("pk"):
        sunday = _latest_sunday(user, at)
        if sunday is not None and sunday >= first and _parts(user, sunday):
            found.append(user.pk)
        if len(found) >= limit:
            break
    return found


def post_digest(*, user_id: UUID, at: datetime) -> bool:
    """Send this account the notes of the week up to its latest Sunday morning, if that was not done; True if posted.

    Which notes belong to which Sunday follows from when they were written, so nothing is marked and nothing is sent
    twice; after an absence of more than a week the notes stand in the app only.
    """
    with transaction.atomic():
        user = User.objects.filter(pk=user_id, is_active=True).first()
        sunday = _latest_sunday(user, at) if user is not None else None
        if user is None or sunday is None:
            return False
        parts = _parts(user, sunday)
        if not parts:
            return False
        words = messages.for_digest(parts)
        notice = post(
            user=user, kind=words.kind, cause=_cause(sunday), subject=words.subject, body=words.body,
            link=words.link, at=at,
        )  # fmt: skip
    return notice is not None


def post_due_digests(at: datetime) -> int:
    """For everybody; the number of digests written."""
    return sum(post_digest(user_id=user_id, at=at) for user_id in readers_waiting(at=at))


def _cause(sunday: datetime) -> str:
    return f"digest:{sunday:%Y%m%d}"


def _parts(user: User, sunday: datetime) -> list[str]:
    """The notes of that week as they were told, then a line for each reminder that nothing came of."""
    notes = _kept(sunday - WEEK, sunday).filter(user=user, person__in=Person.objects.visible_to(user))
    return [note.body for note in notes] + _overdue_lines(user, sunday)


def _overdue_lines(user: User, sunday: datetime) -> list[str]:
    helps = Membership.objects.live(sunday).filter(user=user, told=True).exclude(role=Membership.VIEWER)
    late = Reminder.objects.visible_to(user).filter(lump__person__in=helps.values("person"), overdue=True)
    late = late.filter(asked_at__gte=sunday - WEEK, asked_at__lt=sunday)
    return [
        messages.overdue_line(row, row.asked_at, zone_named(row.lump.person.timezone))
        for row in late.select_related("lump__person").order_by("asked_at", "pk")
        if row.asked_at is not None
    ]


def _kept(since: datetime, until: datetime) -> Any:
    """Notes held back for a digest: they have no delivery of their own."""
    held = Notice.objects.filter(kind=messages.DIGEST, person__isnull=False, lump__deleted_at__isnull=True)
    held = held.filter(created_at__gte=since, created_at__lt=until)
    return held.exclude(pk__in=Delivery.objects.values("notice")).order_by("created_at")


def _first_sunday(at: datetime) -> datetime:
    """When the latest Sunday had its morning in the first of all zones (UTC+14)."""
    noon = at.astimezone(UTC) - FIRST_ZONE
    back = timedelta(days=noon.weekday(), hours=noon.hour, minutes=noon.minute, seconds=noon.second)
    return at - back - timedelta(microseconds=noon.microsecond)


def _latest_sunday(user: User, at: datetime) -> datetime | None:
    zone = zone_of(user)
    plan = Plan(at=MORNING, zone=zone, starts_on=(at - 2 * WEEK).date(), days=[SUNDAY])
    slot = plan.next_after(at - WEEK)
    return slot if slot is not None and slot <= at else None
