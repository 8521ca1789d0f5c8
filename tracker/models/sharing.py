"""Links for a doctor, and what was done with them."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone

from tracker.models.base import one_of, uuid7
from tracker.models.lumps import Lump
from tracker.models.people import Membership, Person

PASSCODE_TRIES = 5


class ShareLinkQuerySet(models.QuerySet["ShareLink"]):
    """The gate to links, for those who may hand them out."""

    def visible_to(self, user: Any) -> "ShareLinkQuerySet":
        """Links of people whose diary is `user`'s own: a carer or viewer hands out none and sees none."""
        own = Membership.objects.live().for_user(user).filter(role=Membership.OWNER).values("person_id")
        return self.filter(person_id__in=own, person__deleted_at__isnull=True)


class ShareLink(models.Model):
    """A private link to some lumps of one person. Only the token's hash and the passcode's Argon2 are kept."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="share_links")
    lumps = models.ManyToManyField(Lump, related_name="share_links")
    hash = models.CharField(max_length=64, unique=True)
    passcode = models.CharField(max_length=200, blank=True)  # empty: none asked
    since = models.DateField(null=True, blank=True)
    photos = models.BooleanField(default=False)
    notes = models.BooleanField(default=False)
    answers = models.BooleanField(default=False)  # the viewer may write a plan back
    one_visit = models.BooleanField(default=False)
    shl = models.BooleanField(default=False)  # a SMART Health Link: opened by its manifest alone, never by the page
    expires_at = models.DateTimeField()
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    revoked_at = models.DateTimeField(null=True, blank=True)
    wrong_passcodes = models.PositiveSmallIntegerField(default=0)
    opened = models.PositiveIntegerField(default=0)

    objects = ShareLinkQuerySet.as_manager()

    def __str__(self) -> str:
        return f"link {self.pk}"

    @property
    def is_locked(self) -> bool:
        return self.wrong_passcodes >= PASSCODE_TRIES

    def is_live(self, at: datetime | None = None) -> bool:
        """Can it be looked at: neither revoked, expired nor locked, and its person still there."""
        at = at or timezone.now()
        return self.revoked_at is None and self.expires_at > at and not self.is_locked

    def may_open(self, at: datetime | None = None) -> bool:
        """Can it be opened anew: live, and its one visit not used up."""
        return self.is_live(at) and not (self.one_visit and self.opened)


class Visit(models.Model):
    """A line in the owner's log of one link. An opening also carries the viewer's session."""

    OPENED, WRONG_PASSCODE, LOCKED, PAGE, PHOTO = "opened", "wrong_passcode", "locked", "page", "photo"
    FILE, ANSWERED = "file", "answered"
    WHATS = (OPENED, WRONG_PASSCODE, LOCKED, PAGE, PHOTO, FILE, ANSWERED)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    link = models.ForeignKey(ShareLink, on_delete=models.CASCADE, related_name="visits")
    at = models.DateTimeField(default=timezone.now)
    what = models.CharField(max_length=16)
    viewer = models.CharField(max_length=100, blank=True)  # name or practice, as typed
    detail = models.CharField(max_length=64, blank=True)  # of a photo: its id
    session = models.CharField(max_length=64, blank=True)  # of an opening: hash of the viewer's cookie
    last_seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            one_of(
                "what",
                ("opened", "wrong_passcode", "locked", "page", "photo", "file", "answered"),
                "visit_what",
                blank=False,
            )
        ]
        indexes = [models.Index(fields=["link", "-at"]), models.Index(fields=["session"])]

    def __str__(self) -> str:
        return f"visit {self.pk}"


class SealedFile(models.Model):
    """What a SMART Health Link hands out: the diary as it was when the link was made, sealed to the link's own key.

    That key stands in the link and nowhere here, so nobody who reads this table can read the file. Gone with the link:
    on revoking, at the fifth wrong passcode, and by the daily tidying after its end.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    link = models.ForeignKey(ShareLink, on_delete=models.CASCADE, related_name="files")
    content_type = models.CharField(max_length=64)
    jwe = models.TextField()  # compact serialisation: ASCII
    length = models.PositiveIntegerField()  # of it, in characters
    shown = models.JSONField(default=dict)  # {"lumps": [ids], "photos": [ids]}: what must still be shared
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"sealed file {self.pk}"
