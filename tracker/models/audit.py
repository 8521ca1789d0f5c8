"""Who did what to whose diary: ids only, append-only, kept for a year."""

from datetime import datetime
from typing import Any, NoReturn

from django.db import models
from django.db.models import Q
from django.utils import timezone

from tracker.models.base import uuid7
from tracker.models.people import Membership


class AuditQuerySet(models.QuerySet["AuditLine"]):
    """The gate to the audit. A line is written once: nothing here changes one, and only time takes one away."""

    def visible_to(self, user: Any) -> "AuditQuerySet":
        """What `user` did, and what anybody did to a diary of their own."""
        if not getattr(user, "is_authenticated", False):
            return self.none()
        own = Membership.objects.live().for_user(user).filter(role=Membership.OWNER).values("person_id")
        return self.filter(Q(actor=user.pk) | Q(person__in=own))

    def update(self, **fields: Any) -> NoReturn:
        raise TypeError("The audit is only ever added to.")

    def delete(self) -> NoReturn:
        raise TypeError("The audit is only ever added to; see forget_before.")

    def forget_before(self, at: datetime) -> int:
        """Throw away the lines older than `at`; how many those were."""
        return super(AuditQuerySet, self.filter(at__lt=at)).delete()[0]


class AuditLine(models.Model):
    """One deed. No foreign keys: it outlives what it names, and names it by id alone."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    at = models.DateTimeField(default=timezone.now)
    actor = models.UUIDField(null=True, blank=True)  # account; None: a link's viewer or the clock
    person = models.UUIDField(null=True, blank=True)
    deed = models.CharField(max_length=40)
    what = models.UUIDField(null=True, blank=True)

    objects = AuditQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["person", "-at"]), models.Index(fields=["actor", "-at"])]

    def __str__(self) -> str:
        return f"{self.deed} at {self.at:%Y-%m-%d}"
