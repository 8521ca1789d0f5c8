"""Who of those that help or look was shown what: lines of the audit, for the diary's owner to read."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.utils import timezone

from tracker.actions import audit
from tracker.models import AuditLine, Membership, User
from tracker.models.prepared import Prepared

SEEN = "seen."  # how their deeds begin: seen.entries, seen.photos, seen.report

_HELPS = Prepared(
    lambda user, at: (
        Membership.objects.live(at).for_user(User(pk=user)).exclude(role=Membership.OWNER).values_list("pk")[:1]
    ),
    user=UUID,
    at=datetime,
)


def saw(what: str, *, user: Any, people: Any) -> None:
    """`user` was shown `what` (entries, photos, report) of these people's diaries: their ids, a query for them, or
    what makes that query, which is asked for helpers alone.

    A line is written for carers and viewers alone, and one a day, a person and a kind. Where nothing is new, which is
    nearly always, it costs a query or two.
    """
    now = timezone.now()
    if not user.is_authenticated or not _HELPS.first(user=user.pk, at=now):
        return  # whoever has no diary but their own, as most have
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    told = AuditLine.objects.filter(actor=user.pk, person=OuterRef("person_id"), deed=SEEN + what, at__gte=today)
    others = Membership.objects.live().for_user(user).exclude(role=Membership.OWNER)
    others = others.filter(person__in=people() if callable(people) else people)
    for person in others.exclude(Exists(told)).values_list("person_id", flat=True):
        audit.note(SEEN + what, actor=user, person=person)


def who_looked(person: UUID) -> set[UUID]:
    """The accounts that the audit of the last year knows to have looked at this diary; one query."""
    lines = AuditLine.objects.filter(person=person, deed__startswith=SEEN)
    return {actor for actor in lines.values_list("actor", flat=True).distinct() if actor}
