"""Who did what to whose diary: ids only, append-only, kept for a year."""

from django.db import models
from django.utils import timezone

from tracker.models.base import uuid7


class AuditLine(models.Model):
    """One deed. No foreign keys: it outlives what it names, and names it by id alone."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    at = models.DateTimeField(default=timezone.now)
    actor = models.UUIDField(null=True, blank=True)  # account; None: a link's viewer or the clock
    person = models.UUIDField(null=True, blank=True)
    deed = models.CharField(max_length=40)
    what = models.UUIDField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["person", "-at"]), models.Index(fields=["actor", "-at"])]

    def __str__(self) -> str:
        return f"{self.deed} at {self.at:%Y-%m-%d}"
