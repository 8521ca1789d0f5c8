"""The secret address of one's reminders as a calendar."""

import secrets

from django.db import transaction
from django.utils import timezone

from tracker.actions import audit
from tracker.actions.errors import NotThere
from tracker.models import CalendarFeed, User, token_hash


def make_feed(*, user: User) -> tuple[CalendarFeed, str]:
    """A new address; an earlier one ends with it. The second part is the token, which is never told again."""
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        row, _created = CalendarFeed.objects.update_or_create(
            user=user, defaults={"hash": token_hash(token), "created_at": timezone.now()}
        )
        audit.note("calendar.made", actor=user, what=user.pk)
    return row, token


def end_feed(*, user: User) -> None:
    """The address answers 404 from now on. Raises NotThere where there is none."""
    with transaction.atomic():
        if not CalendarFeed.objects.filter(user=user).delete()[0]:
            raise NotThere
        audit.note("calendar.ended", actor=user, what=user.pk)


def reader_of(token: str) -> User | None:
    """Whose calendar this token opens; None for an unknown or ended one, or a closed account."""
    row = CalendarFeed.objects.select_related("user").filter(hash=token_hash(token), user__is_active=True).first()
    if row is None:
        return None
    user: User = row.user
    return user
