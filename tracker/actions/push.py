"""A browser's push subscription, and the test of a channel with its true result."""

import base64
import binascii
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tracker.actions.errors import NotThere, Wrong
from tracker.actions.keeping import Kept
from tracker.models import Delivery, PushSubscription, User
from tracker.models.base import uuid7
from tracker.notifications import messages, sender
from tracker.notifications.channels import CHANNELS
from tracker.notifications.channels.push import refused_endpoint
from tracker.notifications.outbox import post

MOST_DEVICES = 20


def save_subscription(*, user: User, pk: UUID, endpoint: str, p256dh: str, auth: str, label: str = "") -> Kept:
    """PUT of a subscription. A browser that another account used before now belongs to this one alone.

    Raises Wrong where the address is no push service's or the keys are no keys, NotThere for somebody else's id.
    """
    why_not = refused_endpoint(endpoint)
    if why_not:
        raise Wrong(
            _("This browser's push service is not one that this diary knows. E-mail works all the same."), "endpoint"
        )
    if not _is_point(p256dh):
        raise Wrong(_("The browser's key is damaged. Switch messages off and on again."), "p256dh")
    if len(_bytes(auth)) != 16:
        raise Wrong(_("The browser's key is damaged. Switch messages off and on again."), "auth")
    fields = {"endpoint": endpoint, "p256dh": p256dh, "auth": auth, "label": label[:100], "gone_at": None}
    with transaction.atomic():
        row = PushSubscription.objects.select_for_update().filter(pk=pk).first()
        if row is not None and row.user_id != user.pk:
            raise NotThere
        PushSubscription.objects.filter(endpoint=endpoint).exclude(pk=pk).delete()
        created = row is None
        if row is None:
            if user.push_subscriptions.filter(gone_at__isnull=True).count() >= MOST_DEVICES:
                raise Wrong(_("Twenty devices get messages already. Remove one that you no longer use."))
            row = PushSubscription(pk=pk, user=user)
        changed = created or any(getattr(row, key) != value for key, value in fields.items())
        for key, value in fields.items():
            setattr(row, key, value)
        row.save()
    return Kept(row, created=created, changed=changed)


def delete_subscription(*, user: User, pk: UUID) -> None:
    """This browser gets no more messages. Raises NotThere."""
    if not user.push_subscriptions.filter(pk=pk).delete()[0]:
        raise NotThere


def test_channel(*, user: User, channel: str) -> dict[str, Any]:
    """Send a test this very moment and say truthfully what came of it: `{"channel", "ok", "detail"}`.

    Raises Wrong for an unknown channel, and where there is nothing to send to.
    """
    if channel not in CHANNELS:
        raise Wrong(_("There is no such way to send a message."))
    devices = CHANNELS[channel].devices_of(user)
    if not devices:
        raise Wrong(
            _("No browser of yours is set to get messages yet. Switch them on there first.")
            if channel == "push"
            else _("Your e-mail address refused our messages. Check it, or change it in your account.")
        )
    words, at = messages.for_test(), timezone.now()
    notice = post(
        user=user, kind=words.kind, cause=f"test:{uuid7()}", subject=words.subject, body=words.body,
        link=words.link, at=at, silent=True,
    )  # fmt: skip
    assert notice is not None  # its cause is new
    return _result(channel, sender.send_now(notice, channel, devices))


def _result(channel: str, rows: list[Delivery]) -> dict[str, Any]:
    sent = sum(row.state == Delivery.SENT for row in rows)
    reasons = "; ".join(sorted({row.reason for row in rows if row.reason}))
    if sent == len(rows):
        detail = _("The mail server took it. Look for it in your inbox, and among the junk.")
        if channel == "push":
            detail = _("The push service took it. It should show on your device now.")
    else:
        detail = _("It did not go out. The answer was: %(reason)s") % {"reason": reasons or _("none")}
    return {"channel": channel, "ok": sent == len(rows), "detail": detail}


def _is_point(text: str) -> bool:
    try:
        EllipticCurvePublicKey.from_encoded_point(SECP256R1(), _bytes(text))
    except ValueError:
        return False
    return True


def _bytes(text: str) -> bytes:
    """base64url without padding, as browsers give it; empty where it is none."""
    try:
        return base64.urlsafe_b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4))
    except (binascii.Error, ValueError):
        return b""
