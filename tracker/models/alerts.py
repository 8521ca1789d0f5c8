"""What the rules found and the person was told."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from tracker.models.base import one_of, uuid7
from tracker.models.lumps import Entry, Lump
from tracker.models.people import Membership
from tracker.rules import vocabulary as words


class AlertQuerySet(models.QuerySet["Alert"]):
    """The gate to alerts."""

    def visible_to(self, user: Any, *, to_write: bool = False) -> "AlertQuerySet":
        people = Membership.objects.live().for_user(user, to_write=to_write).values("person_id")
        return self.filter(
            lump__person_id__in=people, lump__deleted_at__isnull=True, lump__person__deleted_at__isnull=True
        )

    def not_closed(self) -> "AlertQuerySet":
        return self.exclude(state=Alert.CLOSED)


class Alert(models.Model):
    """A finding that holds, from its opening to its end. One that is not closed per lump and rule."""

    OPEN, ACKNOWLEDGED, CLOSED = "open", "acknowledged", "closed"
    HOWS = ("appointment", "examined", "not_now")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    lump = models.ForeignKey(Lump, on_delete=models.CASCADE, related_name="alerts")
    entry = models.ForeignKey(Entry, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    rule = models.CharField(max_length=40)
    version = models.CharField(max_length=20)
    urgency = models.CharField(max_length=10)
    words = models.TextField()  # as told, in the region of the day
    call = models.CharField(max_length=20, blank=True)
    because = models.TextField()
    source = models.TextField()
    state = models.CharField(max_length=12, default=OPEN)
    quiet = models.BooleanField(default=False)
    opened_at = models.DateTimeField()
    told = models.PositiveIntegerField(default=0)  # how often it opened anew; numbers its notices
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    how = models.CharField(max_length=12, blank=True)
    on = models.DateField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    next_step_at = models.DateTimeField(null=True, blank=True)  # when somebody is told again, or next; None: nobody

    objects = AlertQuerySet.as_manager()

    class Meta:
        constraints = [
            one_of("state", ("open", "acknowledged", "closed"), "alert_state", blank=False),
            one_of("urgency", words.URGENCIES, "alert_urgency", blank=False),
            one_of("how", ("appointment", "examined", "not_now"), "alert_how"),
            models.UniqueConstraint(fields=["lump", "rule"], condition=~Q(state="closed"), name="alert_once"),
        ]
        indexes = [
            models.Index(fields=["lump", "-opened_at"]),
            models.Index(fields=["next_step_at"], condition=Q(next_step_at__isnull=False), name="alert_step_due"),
        ]

    def __str__(self) -> str:
        return f"alert {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.state == self.OPEN
