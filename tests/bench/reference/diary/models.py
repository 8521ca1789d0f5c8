"""One table with the columns of the product's entries, as they come out of the first tutorial."""

import uuid

from django.db import models


class Entry(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    lump = models.UUIDField(db_index=True)
    measured_at = models.DateTimeField(db_index=True)
    length_mm = models.FloatField(null=True)
    width_mm = models.FloatField(null=True)
    depth_mm = models.FloatField(null=True)
    method = models.CharField(max_length=12, blank=True)
    typed = models.JSONField(null=True)
    size_confirmed = models.BooleanField(null=True)
    pain = models.PositiveSmallIntegerField(null=True)
    pain_out_of_proportion = models.BooleanField(null=True)
    tenderness = models.PositiveSmallIntegerField(null=True)
    redness = models.PositiveSmallIntegerField(null=True)
    redness_beyond_mm = models.FloatField(null=True)
    spreading = models.BooleanField(null=True)
    red_streaks = models.BooleanField(null=True)
    warmth = models.BooleanField(null=True)
    discharge = models.CharField(max_length=8, blank=True)
    temperature_c = models.FloatField(null=True)
    shivery = models.BooleanField(null=True)
    shape = models.CharField(max_length=10, blank=True)
    firmness = models.CharField(max_length=8, blank=True)
    mobility = models.CharField(max_length=6, blank=True)
    skin = models.JSONField(null=True)
    unwell = models.JSONField(null=True)
    note = models.TextField(blank=True)

    class Meta:
        app_label = "diary"

    def __str__(self) -> str:
        return str(self.pk)
