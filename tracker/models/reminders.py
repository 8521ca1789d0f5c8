"""When a person wants to be asked for a reading."""

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q

from tracker.models.base import uuid7
from tracker.models.lumps import Lump
from tracker.models.people import Membership

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class ReminderQuerySet(models.QuerySet["Reminder"]):
    """The gate to reminders, and those that are due."""

    def visible_to(self, user: Any, *, to_write: bool = False) -> "ReminderQuerySet":
        people = Membership.objects.live().for_user(user, to_write=to_write).values("person_id")
        return self.filter(
            lump__person_id__in=people, lump__deleted_at__isnull=True, lump__person__deleted_at__isnull=True
        )

    def due(self, at: datetime) -> "ReminderQuerySet":
        """Whose next slot has come, or whose time to ask again."""
        come = Q(next_at__lte=at) | Q(snoozed_until__lte=at) | Q(follow_up_at__lte=at)
        return self.filter(come, lump__deleted_at__isnull=True, lump__person__deleted_at__isnull=True)


class Reminder(models.Model):
    """A wall-clock time in the person's zone, on weekdays or every N days. Slots are computed, never stored ahead."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    lump = models.ForeignKey(Lump, on_delete=models.CASCADE, related_name="reminders")
    at = models.TimeField()
    days = models.JSONField(null=True, blank=True)  # ["mon", …]; None where `every` is given
    every = models.PositiveSmallIntegerField(null=True, blank=True)  # days
    starts_on = models.DateField()  # day from which `every` counts
    adaptive = models.BooleanField(default=False)
    paused_until = models.DateField(null=True, blank=True)
    next_at = models.DateTimeField(null=True, blank=True)  # next slot; None: never (a far pause)
    why = models.CharField(max_length=300, blank=True)  # adaptive: what led to this slot, as a sentence
    asked_at = models.DateTimeField(null=True, blank=True)  # the latest slot that was asked and is not answered yet
    snoozed_until = models.DateTimeField(null=True, blank=True)
    follow_up_at = models.DateTimeField(null=True, blank=True)  # when to ask once more for `asked_at`
    overdue = models.BooleanField(default=False)  # asked twice, no entry since: a line in the digest
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ReminderQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(days__isnull=True, every__gte=1, every__lte=366)
                | Q(days__isnull=False, every__isnull=True),
                name="reminder_days_or_every",
            )
        ]
        indexes = [
            models.Index(fields=["next_at"]),
            models.Index(fields=["snoozed_until"], condition=Q(snoozed_until__isnull=False), name="reminder_snoozed"),
            models.Index(fields=["follow_up_at"], condition=Q(follow_up_at__isnull=False), name="reminder_follow_up"),
        ]

    def __str__(self) -> str:
        return f"reminder {self.pk}"
