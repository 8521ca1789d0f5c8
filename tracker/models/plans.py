"""A doctor's answer through a link: a plan that the person confirms or declines."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from tracker.models.base import between, one_of, uuid7
from tracker.models.lumps import Lump
from tracker.models.people import Membership
from tracker.models.sharing import ShareLink

MOST_DAYS = 90
VISITS = ("examined", "ultrasound", "mri", "ct", "biopsy", "needle_aspiration")


class PlanQuerySet(models.QuerySet["Plan"]):
    """The gate to plans, for those who see the lump."""

    def visible_to(self, user: Any, *, to_write: bool = False) -> "PlanQuerySet":
        people = Membership.objects.live().for_user(user, to_write=to_write).values("person_id")
        return self.filter(
            lump__person_id__in=people, lump__deleted_at__isnull=True, lump__person__deleted_at__isnull=True
        )


class Plan(models.Model):
    """What a doctor asked for, as signed; never changed afterwards. At most one of a lump is confirmed."""

    OFFERED, CONFIRMED, DECLINED, ENDED = "offered", "confirmed", "declined", "ended"
    STATES = (OFFERED, CONFIRMED, DECLINED, ENDED)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    lump = models.ForeignKey(Lump, on_delete=models.CASCADE, related_name="plans")
    link = models.ForeignKey(ShareLink, on_delete=models.SET_NULL, null=True, related_name="plans")
    by = models.CharField(max_length=100)  # the name they signed with
    written_at = models.DateTimeField()
    words = models.TextField(max_length=1000, blank=True)
    every = models.PositiveSmallIntegerField(null=True, blank=True)  # measure every so many days
    above_mm = models.FloatField(null=True, blank=True)  # call when the longest side is over it
    signs = models.JSONField(default=list)  # call when one is there: tracker.rules.plan.SIGNS
    urgency = models.CharField(max_length=10, default="same_day")  # how soon to call
    visit = models.CharField(max_length=20, blank=True)  # what is booked, a vocabulary EVENT_KINDS value
    visit_on = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=10, default=OFFERED)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = PlanQuerySet.as_manager()

    class Meta:
        constraints = [
            one_of("state", ("offered", "confirmed", "declined", "ended"), "plan_state", blank=False),
            one_of("urgency", ("same_day", "soon"), "plan_urgency", blank=False),
            one_of("visit", VISITS, "plan_visit"),
            between("every", 1, MOST_DAYS, "plan_every"),
            between("above_mm", 1, 500, "plan_above"),
            models.UniqueConstraint(fields=["lump"], condition=Q(state="confirmed"), name="plan_one_confirmed"),
        ]
        indexes = [models.Index(fields=["lump", "-written_at"])]

    def __str__(self) -> str:
        return f"plan {self.pk}"
