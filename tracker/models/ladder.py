"""Who is told again, and who next, when nobody answers an alert."""

from django.db import models
from django.db.models import Q

from tracker.models.base import uuid7
from tracker.models.people import Membership, Person

MOST_MINUTES = 7 * 24 * 60


class LadderStep(models.Model):
    """One rung that a person set: this member, so long after the alert. A person without any has the usual ladder.

    Minutes count from the opening of the alert; None: this member is not told of that urgency.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="ladder")
    member = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="+")
    position = models.PositiveSmallIntegerField()
    same_day_minutes = models.PositiveIntegerField(null=True, blank=True)
    emergency_minutes = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "position"], name="ladder_step_once"),
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{name}__isnull": True}) | Q(**{f"{name}__lte": MOST_MINUTES}),
                    name=f"ladder_{name}",
                )
                for name in ("same_day_minutes", "emergency_minutes")
            ),
        ]
        ordering = ["position"]

    def __str__(self) -> str:
        return f"ladder step {self.pk}"
