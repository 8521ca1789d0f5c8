"""The outbox: a Notice is what was said, a Delivery is one channel's duty to bring it. The row is the queue."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from tracker.models.base import one_of, uuid7
from tracker.models.lumps import Lump
from tracker.models.people import Membership, Person

NOTICE_KINDS = ("alert", "reminder", "follow_up", "digest", "share", "member", "account", "test")


class PushSubscription(models.Model):
    """One browser's push address."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="push_subscriptions")
    endpoint = models.URLField(max_length=1000)
    p256dh = models.CharField(max_length=120)
    auth = models.CharField(max_length=60)
    label = models.CharField(max_length=100, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    gone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["endpoint"], name="push_endpoint_once")]

    def __str__(self) -> str:
        return f"push {self.pk}"


class ChannelAddress(models.Model):
    """Where an account is reached by a channel that has one address each, such as an ntfy topic."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="channel_addresses")
    channel = models.CharField(max_length=10)
    address = models.CharField(max_length=500)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name_plural = "channel addresses"
        constraints = [models.UniqueConstraint(fields=["user", "channel"], name="channel_address_once")]

    def __str__(self) -> str:
        return f"{self.channel} of {self.user_id}"


class CalendarFeed(models.Model):
    """The secret address of an account's reminders as a calendar, kept as a hash."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="calendar_feed"
    )
    hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"calendar of {self.user_id}"


class NoticeQuerySet(models.QuerySet["Notice"]):
    """The gate to messages."""

    def visible_to(self, user: Any) -> "NoticeQuerySet":
        """One's own; about a diary only while one may see it, about a lump while it is there."""
        people = Membership.objects.live().for_user(user).values("person_id")
        about = Q(person__isnull=True) | Q(person__in=people, person__deleted_at__isnull=True)
        return self.filter(about, Q(lump__isnull=True) | Q(lump__deleted_at__isnull=True), user=user)


class Notice(models.Model):
    """One message to one account, its words kept as they were told."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    lump = models.ForeignKey(Lump, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    kind = models.CharField(max_length=10)
    cause = models.CharField(max_length=120)  # what it is about, once: "alert:<id>:<n>", "reminder:<id>:<slot>"
    urgency = models.CharField(max_length=10, blank=True)
    subject = models.CharField(max_length=150)  # neutral: a lock screen may show it
    body = models.TextField()  # the words as told
    link = models.CharField(max_length=200, blank=True)  # path within the app
    created_at = models.DateTimeField(auto_now_add=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        constraints = [
            one_of("kind", NOTICE_KINDS, "notice_kind", blank=False),
            models.UniqueConstraint(fields=["user", "cause"], name="notice_once"),
        ]
        indexes = [models.Index(fields=["user", "-created_at"])]

    def __str__(self) -> str:
        return f"notice {self.pk}"


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    """The queue."""

    def due(self, at: datetime) -> "DeliveryQuerySet":
        """Waiting and due, or claimed by a sender whose lease ran out."""
        return self.filter(Q(state="waiting", next_try_at__lte=at) | Q(state="claimed", lease_until__lt=at))


class Delivery(models.Model):
    """One channel's duty to bring one notice (on push: to one device)."""

    WAITING, CLAIMED, SENT, FAILED, DROPPED = "waiting", "claimed", "sent", "failed", "dropped"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="deliveries")
    channel = models.CharField(max_length=10)
    device = models.ForeignKey(PushSubscription, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=8, default=WAITING)
    due_at = models.DateTimeField(default=timezone.now)  # when it was to go out first: quiet hours put it off
    next_try_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    claimed_by = models.CharField(max_length=60, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "deliveries"
        constraints = [
            one_of("state", ("waiting", "claimed", "sent", "failed", "dropped"), "delivery_state", blank=False),
            models.UniqueConstraint(
                fields=["notice", "channel"], condition=Q(device__isnull=True), name="delivery_once"
            ),
            models.UniqueConstraint(
                fields=["notice", "channel", "device"],
                condition=Q(device__isnull=False),
                name="delivery_once_a_device",
            ),
        ]
        indexes = [
            models.Index(
                fields=["channel", "next_try_at"], condition=Q(state__in=["waiting", "claimed"]), name="delivery_due"
            )
        ]

    def __str__(self) -> str:
        return f"delivery {self.pk}"


class ChannelState(models.Model):
    """How a channel fares: while it is down one probe at a time goes out, the rest waits."""

    channel = models.CharField(max_length=10, primary_key=True)
    down_since = models.DateTimeField(null=True, blank=True)
    probe_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    sender_seen_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.channel


class ClockRun(models.Model):
    """A task of the clock: when it last ran, and what came of it."""

    name = models.CharField(max_length=20, primary_key=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    counts = models.JSONField(default=dict)

    def __str__(self) -> str:
        return self.name

    @property
    def seconds(self) -> float | None:
        """How long the latest run took that ended."""
        if self.started_at is None or self.finished_at is None:
            return None
        return max(0.0, (self.finished_at - self.started_at).total_seconds())
