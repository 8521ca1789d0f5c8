"""Pictures of an entry. The bytes lie in the `photos` storage under random names, never under the web root."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q

from tracker.models.base import Synced, one_of
from tracker.models.lumps import Entry
from tracker.models.people import Membership

FILES = ("original", "master", "screen", "thumb", "flat")  # columns that name a file of the photo store
ORIGINAL_DAYS = 30  # a refused upload is kept for its owner


class PhotoQuerySet(models.QuerySet["Photo"]):
    """The gate to photos: seeing a diary is not yet seeing its photos."""

    def kept(self) -> "PhotoQuerySet":
        return self.filter(deleted_at__isnull=True)

    def visible_to(self, user: object, *, to_write: bool = False, at: datetime | None = None) -> "PhotoQuerySet":
        """Photos of people whose photos `user` may see (or, with `to_write`, add to) now, or at `at`."""
        people = Membership.objects.live(at).for_user(user, to_write=to_write, photos=True).values("person_id")
        return self.filter(
            entry__lump__person_id__in=people,
            entry__deleted_at__isnull=True,
            entry__lump__deleted_at__isnull=True,
            entry__lump__person__deleted_at__isnull=True,
        )


class Photo(Synced):
    """One picture. `received_*` describe what the phone sent; the kept picture is a clean re-encoding of it."""

    PROCESSING, READY, REFUSED = "processing", "ready", "refused"

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="photos")
    taken_at = models.DateTimeField(null=True, blank=True)
    taken_offset = models.SmallIntegerField(default=0)
    received_sha256 = models.CharField(max_length=64)
    received_bytes = models.PositiveIntegerField()
    state = models.CharField(max_length=10, default=PROCESSING)
    reason = models.CharField(max_length=200, blank=True)
    original = models.CharField(max_length=64, blank=True)  # quarantine; gone once the master is written
    master = models.CharField(max_length=64, blank=True)
    screen = models.CharField(max_length=64, blank=True)
    thumb = models.CharField(max_length=64, blank=True)
    flat = models.CharField(max_length=64, blank=True)  # the rectified picture around the lump, where a card was found
    sha256 = models.CharField(max_length=64, blank=True)  # of the master
    bytes = models.PositiveIntegerField(default=0)
    width = models.PositiveIntegerField(null=True, blank=True)
    height = models.PositiveIntegerField(null=True, blank=True)
    analysis = models.JSONField(null=True, blank=True)
    to_read = models.BooleanField(default=False)  # ready, but its card is still to be looked for
    tries = models.PositiveSmallIntegerField(default=0)  # times its child process was killed from outside
    settled_at = models.DateTimeField(null=True, blank=True)  # when it became ready or was refused
    never_share = models.BooleanField(default=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = PhotoQuerySet.as_manager()

    class Meta:
        constraints = [
            one_of("state", ("processing", "ready", "refused"), "photo_state", blank=False),
            models.CheckConstraint(
                condition=~Q(state="ready") | (~Q(master="") & ~Q(screen="") & ~Q(thumb="") & ~Q(sha256="")),
                name="photo_ready_has_files",
            ),
        ]
        indexes = [
            models.Index(fields=["created_at"], condition=Q(state="processing"), name="photo_waiting"),
            models.Index(fields=["created_at"], condition=Q(to_read=True), name="photo_to_read"),
        ]

    def __str__(self) -> str:
        return f"photo {self.pk}"

    @property
    def original_until(self) -> datetime | None:
        """Until when its owner may have the refused upload back; None where there is none."""
        if self.state != self.REFUSED or not self.original or self.settled_at is None:
            return None
        return self.settled_at + timedelta(days=ORIGINAL_DAYS)

    @property
    def measuring(self) -> bool:
        """Ready, and the answer of its card still to come."""
        return self.state == self.READY and self.to_read
