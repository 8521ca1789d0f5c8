"""What is kept: lumps, entries, events, and the versions each has had."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from tracker.models.base import Synced, SyncedQuerySet, between, one_of, uuid7
from tracker.models.bulk import update_all
from tracker.models.people import Membership, Person
from tracker.rules import vocabulary as words


class LumpQuerySet(SyncedQuerySet):
    """The gate to lumps."""

    def visible_to(self, user: Any, *, to_write: bool = False, at: datetime | None = None) -> "LumpQuerySet":
        """Lumps of people whose diary `user` may read (or write) now, or at `at`."""
        people = Membership.objects.live(at).for_user(user, to_write=to_write).values("person_id")
        return self.filter(person_id__in=people, person__deleted_at__isnull=True)


class Lump(Synced):
    """One lump of one person."""

    LOOK_EVERY = timedelta(hours=24)  # however little time may change: for whatever an earlier look missed
    TAKEN_FOR = timedelta(minutes=2)  # how far off a worker that is about to look puts the next look

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="lumps")
    name = models.CharField(max_length=100)
    site = models.CharField(max_length=20)
    side = models.CharField(max_length=8, blank=True)
    depth = models.CharField(max_length=12, blank=True)
    status = models.CharField(max_length=10, blank=True)
    first_noticed_on = models.DateField(null=True, blank=True)
    noticed_after = models.CharField(max_length=12, blank=True)
    known_unchanged_over_a_year = models.BooleanField(null=True, blank=True)
    next_look_at = models.DateTimeField(null=True, blank=True)  # when time alone may bring a finding
    looked_at = models.DateTimeField(null=True, blank=True)

    objects = LumpQuerySet.as_manager()

    class Meta:
        constraints = [
            one_of("site", words.SITES, "lump_site", blank=False),
            one_of("side", words.SIDES, "lump_side"),
            one_of("depth", words.DEPTHS, "lump_depth"),
            one_of("status", words.STATUSES, "lump_status"),
            one_of("noticed_after", words.NOTICED_AFTER, "lump_noticed_after"),
        ]
        indexes = [
            models.Index(fields=["person", "change"]),
            models.Index(fields=["next_look_at"], condition=Q(deleted_at__isnull=True), name="lump_due"),
        ]

    def __str__(self) -> str:
        return f"lump {self.pk}"

    def set_looks(self) -> None:
        """Write `looked_at` and `next_look_at`, and nothing else; at every entry, so without the ORM's detour."""
        update_all([self], ("looked_at", "next_look_at"))


class OfLumpQuerySet(SyncedQuerySet):
    """The gate to what hangs on a lump."""

    def visible_to(self, user: Any, *, to_write: bool = False, at: datetime | None = None) -> "OfLumpQuerySet":
        """Rows of lumps that `user` may read (or write) now, or at `at`; a deleted lump hides its rows."""
        people = Membership.objects.live(at).for_user(user, to_write=to_write).values("person_id")
        return self.filter(
            lump__person_id__in=people, lump__deleted_at__isnull=True, lump__person__deleted_at__isnull=True
        )


class Entry(Synced):
    """One look at a lump. Empty text and NULL mean "not recorded"; an empty list means "asked, none"."""

    lump = models.ForeignKey(Lump, on_delete=models.CASCADE, related_name="entries")
    measured_at = models.DateTimeField()
    measured_offset = models.SmallIntegerField(default=0)  # minutes east of UTC, as the person's clock stood
    length_mm = models.FloatField(null=True, blank=True)
    width_mm = models.FloatField(null=True, blank=True)
    depth_mm = models.FloatField(null=True, blank=True)
    method = models.CharField(max_length=12, blank=True)
    typed = models.JSONField(null=True, blank=True)
    size_confirmed = models.BooleanField(null=True, blank=True)
    pain = models.PositiveSmallIntegerField(null=True, blank=True)
    pain_out_of_proportion = models.BooleanField(null=True, blank=True)
    tenderness = models.PositiveSmallIntegerField(null=True, blank=True)
    redness = models.PositiveSmallIntegerField(null=True, blank=True)
    redness_beyond_mm = models.FloatField(null=True, blank=True)
    spreading = models.BooleanField(null=True, blank=True)
    red_streaks = models.BooleanField(null=True, blank=True)
    warmth = models.BooleanField(null=True, blank=True)
    discharge = models.CharField(max_length=8, blank=True)
    temperature_c = models.FloatField(null=True, blank=True)
    shivery = models.BooleanField(null=True, blank=True)
    shape = models.CharField(max_length=10, blank=True)
    firmness = models.CharField(max_length=8, blank=True)
    mobility = models.CharField(max_length=6, blank=True)
    skin = models.JSONField(null=True, blank=True)
    unwell = models.JSONField(null=True, blank=True)
    note = models.TextField(null=True, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = OfLumpQuerySet.as_manager()

    class Meta:
        constraints = [
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{axis}_mm__isnull": True})
                    | Q(**{f"{axis}_mm__gt": 0, f"{axis}_mm__lte": words.MAX_MM}),
                    name=f"entry_{axis}",
                )
                for axis in words.AXES
            ),
            one_of("method", words.METHODS, "entry_method"),
            one_of("discharge", words.DISCHARGES, "entry_discharge"),
            one_of("shape", words.SHAPES, "entry_shape"),
            one_of("firmness", words.FIRMNESSES, "entry_firmness"),
            one_of("mobility", words.MOBILITIES, "entry_mobility"),
            between("pain", 0, 10, "entry_pain"),
            between("tenderness", 0, 3, "entry_tenderness"),
            between("redness", 0, 3, "entry_redness"),
            between("redness_beyond_mm", 0, words.MAX_MM, "entry_redness_beyond"),
            between("temperature_c", 30, 45, "entry_temperature"),
        ]
        indexes = [
            models.Index(fields=["lump", "-measured_at", "-id"], name="entry_newest"),
            models.Index(fields=["lump", "change"], name="entry_changed"),
        ]

    def __str__(self) -> str:
        return f"entry {self.pk}"


class CareEvent(Synced):
    """An examination, a treatment, an injury: what happened to the lump other than a look at it."""

    lump = models.ForeignKey(Lump, on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField()
    at_offset = models.SmallIntegerField(default=0)
    kind = models.CharField(max_length=24)
    detail = models.TextField(blank=True)
    check_at = models.DateTimeField(null=True, blank=True)  # when to ask how it went; None: not, or asked already

    objects = OfLumpQuerySet.as_manager()

    class Meta:
        constraints = [one_of("kind", words.EVENT_KINDS, "event_kind", blank=False)]
        indexes = [
            models.Index(fields=["lump", "at"], name="event_when"),
            models.Index(fields=["lump", "change"], name="event_changed"),
            models.Index(fields=["check_at"], condition=Q(check_at__isnull=False), name="event_check_due"),
        ]

    def __str__(self) -> str:
        return f"event {self.pk}"


class Revision(models.Model):
    """A version that a row once had, or one that was refused because it came too late (`conflict`).

    The current version stands in the row itself; `body` holds the keys of docs/format.md. `author` replaced this
    version, or sent the one that was refused.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=6)
    row = models.UUIDField()
    number = models.PositiveIntegerField()  # its revision; of a conflict: the revision it was based on
    conflict = models.BooleanField(default=False)
    body = models.JSONField()
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            one_of("kind", ("person", "lump", "entry", "event"), "revision_kind", blank=False),
            # with the kind: ids are the clients', and two kinds of row may bear the same one
            models.UniqueConstraint(
                fields=["kind", "row", "number"], condition=Q(conflict=False), name="revision_once"
            ),
        ]
        indexes = [models.Index(fields=["row", "created_at"])]

    def __str__(self) -> str:
        return f"revision {self.number} of {self.row}"
