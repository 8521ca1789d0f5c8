"""How well this diary's measurer measures: several readings of one lump in a row."""

from typing import Any

from django.db import models
from django.utils import timezone

from tracker.models.base import one_of, uuid7
from tracker.models.people import Membership, Person
from tracker.rules import vocabulary as words


class TrialQuerySet(models.QuerySet["MeasuringTrial"]):
    """The gate to trials: they are read and written with the diary."""

    def visible_to(self, user: Any, *, to_write: bool = False) -> "TrialQuerySet":
        people = Membership.objects.live().for_user(user, to_write=to_write).values("person_id")
        return self.filter(person_id__in=people, person__deleted_at__isnull=True)


class MeasuringTrial(models.Model):
    """One set of readings of one lump, mm, by whoever usually measures or by a second person, who is not named."""

    SELF, OTHER = "self", "other"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="measuring_trials")
    method = models.CharField(max_length=10)
    by = models.CharField(max_length=5)
    readings = models.JSONField()  # 2 to 10 lengths, mm, one decimal
    at = models.DateTimeField(default=timezone.now)
    at_offset = models.SmallIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = TrialQuerySet.as_manager()

    class Meta:
        constraints = [
            one_of("method", words.METHODS, "trial_method", blank=False),
            one_of("by", ("self", "other"), "trial_by", blank=False),
        ]
        indexes = [models.Index(fields=["person", "-at"])]

    def __str__(self) -> str:
        return f"measuring trial {self.pk}"
