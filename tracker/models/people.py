"""Who: accounts, the people whose lumps are kept, who may see them, and other programs' tokens."""

import hashlib
import secrets
from datetime import datetime, time
from typing import Any, ClassVar
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import connection, models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tracker.models.base import Synced, SyncedQuerySet, one_of, uuid7
from tracker.models.prepared import kept_cursor
from tracker.rules import vocabulary as words


class UserManager(BaseUserManager["User"]):
    """Accounts are made by e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A saved account; without a password nobody can log in with one. Raises ValueError for an empty address."""
        if not email or "@" not in email:
            raise ValueError("An account needs an e-mail address.")
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """An account: somebody who logs in. Whose lumps they may see stands in Membership."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    email = models.EmailField(_("e-mail address"), unique=True)
    is_staff = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(default=timezone.now)
    region = models.CharField(max_length=8, blank=True)  # empty: by their language
    units = models.CharField(max_length=2, default="mm")
    theme = models.CharField(max_length=6, default="auto")
    wants_email = models.BooleanField(default=True)
    wants_push = models.BooleanField(default=True)
    email_reminders = models.BooleanField(default=True)  # reminders by mail: what "unsubscribe" switches off
    email_digest = models.BooleanField(default=True)  # the week's notes by mail: the same
    quiet_from = models.TimeField(null=True, blank=True, default=time(22))  # what can wait comes after quiet_until
    quiet_until = models.TimeField(null=True, blank=True, default=time(7))
    email_refused = models.EmailField(blank=True)  # the address that bounced; another one has a fresh start
    email_refused_at = models.DateTimeField(null=True, blank=True)
    erase_after = models.DateTimeField(null=True, blank=True)  # asked to be erased; until then it can be taken back

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = UserManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_email_once"),
            one_of("region", words.REGIONS, "user_region"),
            one_of("units", ("mm", "cm", "in"), "user_units", blank=False),
            one_of("theme", ("auto", "light", "dark"), "user_theme", blank=False),
            models.CheckConstraint(
                condition=Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | Q(quiet_from__isnull=False, quiet_until__isnull=False),
                name="user_quiet_hours",
            ),
        ]

    def __str__(self) -> str:
        return f"account {self.pk}"

    @property
    def email_is_refused(self) -> bool:
        """Did the address this account has now bounce?"""
        return bool(self.email) and self.email_refused == self.email

    def region_for(self, zone: str) -> str:
        """The wording pack: as picked, else the operator's, else by the diary's time zone."""
        return wording_pack(self.region, zone)


_US_ZONES = ("America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles", "America/Phoenix",
             "America/Detroit", "America/Anchorage", "America/Boise", "Pacific/Honolulu", "US/")  # fmt: skip
_UK_ZONES = ("Europe/London", "Europe/Belfast", "Europe/Jersey", "Europe/Guernsey", "Europe/Isle_of_Man", "GB")


def wording_pack(picked: str | None, zone: str) -> str:
    """As the diary's owner picked, else the operator's, else by its time zone; "generic" where nobody owns it (None)."""
    return "generic" if picked is None else picked or settings.REGION or _region_of_zone(zone)


def _region_of_zone(zone: str) -> str:
    """uk, us or eu where the zone says so, else generic (a number to call must be right, not likely)."""
    if zone.startswith(_UK_ZONES):
        return "uk"
    if zone.startswith(_US_ZONES):
        return "us"
    not_112_first = ("Europe/Moscow", "Europe/Minsk", "Europe/Samara", "Europe/Saratov", "Europe/Volgograd")
    return "eu" if zone.startswith("Europe/") and not zone.startswith(not_112_first) else "generic"


class PersonQuerySet(SyncedQuerySet):
    """The gate to people."""

    def visible_to(self, user: Any, *, to_write: bool = False, at: datetime | None = None) -> "PersonQuerySet":
        """People whose diary `user` may read (or, with `to_write`, write) now, or at `at`."""
        return self.filter(pk__in=Membership.objects.live(at).for_user(user, to_write=to_write).values("person_id"))


class Person(Synced):
    """Whose lumps they are: oneself, a child, a parent."""

    name = models.CharField(max_length=100)
    birth_year = models.PositiveSmallIntegerField(null=True, blank=True)
    sex = models.CharField(max_length=8, blank=True)
    conditions = models.JSONField(null=True, blank=True)  # None: not asked; []: asked, none
    timezone = models.CharField(max_length=64, blank=True)  # IANA; empty: not recorded, counts as UTC
    last_change = models.PositiveBigIntegerField(default=0)
    erase_after = models.DateTimeField(null=True, blank=True)

    objects = PersonQuerySet.as_manager()

    class Meta:
        constraints = [
            one_of("sex", words.SEXES, "person_sex"),
            models.CheckConstraint(
                condition=Q(birth_year__isnull=True) | Q(birth_year__gte=1900, birth_year__lte=2200),
                name="person_birth_year",
            ),
        ]

    def __str__(self) -> str:
        return f"person {self.pk}"

    @staticmethod
    def next_change(person_id: UUID, count: int = 1) -> int:
        """Reserve `count` change numbers of this person and return the last.

        The UPDATE keeps the person's row locked until the transaction ends, so that numbers become visible in
        their order and a reader's cursor never jumps over one that commits later.
        """
        key = person_id if connection.features.has_native_uuid_field else person_id.hex
        with kept_cursor() as cursor:
            cursor.execute(
                "UPDATE tracker_person SET last_change = last_change + %s WHERE id = %s RETURNING last_change",
                [count, key],
            )
            row = cursor.fetchone()
        if row is None:
            raise Person.DoesNotExist(f"person {person_id}")
        return int(row[0])

    @staticmethod
    def hold(person_id: UUID) -> None:
        """Lock the person's row until the transaction ends, as `next_change` does, without a new number.

        Whoever assesses a lump holds its person first, before any other row: else a look that began before an entry
        could close what the entry has just opened, and two of them could wait for each other.
        """
        list(Person.objects.select_for_update(no_key=True).filter(pk=person_id).values_list("pk"))


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Who may do what for whom."""

    def live(self, at: datetime | None = None) -> "MembershipQuerySet":
        """Neither revoked nor past its end."""
        at = at or timezone.now()
        return self.filter(Q(until__isnull=True) | Q(until__gt=at), ended_at__isnull=True, user__isnull=False)

    def for_user(self, user: Any, *, to_write: bool = False, photos: bool = False) -> "MembershipQuerySet":
        """Of this user, with the right to write or to see photos where asked."""
        if not getattr(user, "is_authenticated", False):
            return self.none()
        found = self.filter(user=user)
        if to_write:
            found = found.filter(role__in=(Membership.OWNER, Membership.CARER))
        if photos:
            found = found.filter(photos=True)
        return found


class Membership(models.Model):
    """One account's part in one person's diary. Without `user` it is an invitation to `email`."""

    OWNER, CARER, VIEWER = "owner", "carer", "viewer"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships", null=True, blank=True)
    email = models.EmailField(blank=True)  # the address as invited
    role = models.CharField(max_length=6)
    photos = models.BooleanField(default=False)
    told = models.BooleanField(default=True)  # receives this person's messages
    agreed_at = models.DateTimeField(null=True, blank=True)  # a carer: may be told when nobody answers an alert
    until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            one_of("role", ("owner", "carer", "viewer"), "membership_role", blank=False),
            models.UniqueConstraint(
                fields=["person", "user"], condition=Q(ended_at__isnull=True), name="membership_once"
            ),
            models.UniqueConstraint(
                fields=["person"], condition=Q(role="owner", ended_at__isnull=True), name="membership_one_owner"
            ),
            models.CheckConstraint(
                condition=Q(user__isnull=False) | ~Q(email=""), name="membership_user_or_invitation"
            ),
        ]
        indexes = [models.Index(fields=["user", "person"])]

    def __str__(self) -> str:
        return f"{self.role} of person {self.person_id}"


def token_hash(token: str) -> str:
    """SHA-256 in hex: enough for a 256-bit random token, and can be looked up by index."""
    return hashlib.sha256(token.encode()).hexdigest()


class AccessToken(models.Model):
    """Another program's way in: `Authorization: Token <token>`. Only the hash is kept."""

    READ, WRITE = "read", "write"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="access_tokens")
    name = models.CharField(max_length=100, blank=True)
    hash = models.CharField(max_length=64, unique=True)
    scope = models.CharField(max_length=5, default=WRITE)
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_on = models.DateField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [one_of("scope", ("read", "write"), "token_scope", blank=False)]

    def __str__(self) -> str:
        return f"token {self.pk}"

    @staticmethod
    def new_secret() -> str:
        """43 characters, 256 bits of the system's CSPRNG."""
        return secrets.token_urlsafe(32)
