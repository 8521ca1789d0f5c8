"""How messages reach an account: its own address on a channel, a true test, and what did not arrive."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from tracker.actions.errors import NotThere, Wrong
from tracker.actions.keeping import Kept
from tracker.models import ChannelAddress, ChannelState, Delivery, Notice, User
from tracker.models.base import uuid7
from tracker.notifications import messages, sender
from tracker.notifications.channels import CHANNELS, AddressedChannel
from tracker.notifications.health import sender_is_missing
from tracker.notifications.other_ways import PRESSING
from tracker.notifications.outbox import post

RECENT = timedelta(days=14)
MOST_FAILED = 20


def save_address(*, user: User, channel: str, address: str) -> Kept:
    """PUT of this account's address on a channel that has one each. Raises NotThere, or Wrong with what to change."""
    why_not = _addressed(channel).why_not(address)
    if why_not:
        raise Wrong(why_not, "address")
    row, created = ChannelAddress.objects.update_or_create(user=user, channel=channel, defaults={"address": address})
    return Kept(row, created=created, changed=True)


def delete_address(*, user: User, channel: str) -> None:
    """Nothing goes there any more; an alert under way looks for another road. Raises NotThere."""
    if not user.channel_addresses.filter(channel=_addressed(channel).name).delete()[0]:
        raise NotThere


def _addressed(channel: str) -> type[AddressedChannel]:
    found = CHANNELS.get(channel)
    if found is None or not issubclass(found, AddressedChannel) or not found.offered():
        raise NotThere
    return found


def test_channel(*, user: User, channel: str) -> dict[str, Any]:
    """Send a test this very moment and say truthfully what came of it: `{"channel", "ok", "detail"}`.

    An e-mail address that refused a message before is tried as well, and is good again if this one goes out. Raises
    Wrong for a channel that is unknown or not offered, and where there is nothing to send to.
    """
    if channel not in CHANNELS or not CHANNELS[channel].offered():
        raise Wrong(_("There is no such way to send a message."))
    refused = channel == "email" and user.email_is_refused
    devices = [None] if refused else CHANNELS[channel].devices_of(user)
    if not devices:
        raise Wrong(
            _("No browser of yours is set to get messages yet. Switch them on there first.")
            if channel == "push"
            else _("There is no address to send to yet. Set it first.")
        )
    words, at = messages.for_test(), timezone.now()
    notice = post(
        user=user, kind=words.kind, cause=f"test:{uuid7()}", subject=words.subject, body=words.body,
        link=words.link, at=at, silent=True,
    )  # fmt: skip
    assert notice is not None  # its cause is new
    rows = sender.send_now(notice, channel, devices)
    if refused and all(row.state == Delivery.SENT for row in rows):
        User.objects.filter(pk=user.pk).update(email_refused="", email_refused_at=None)
    return _result(channel, rows)


def _result(channel: str, rows: list[Delivery]) -> dict[str, Any]:
    sent = sum(row.state == Delivery.SENT for row in rows)
    reasons = "; ".join(sorted({row.reason for row in rows if row.reason}))
    detail = _("It did not go out. The answer was: %(reason)s") % {"reason": reasons or _("none")}
    if sent == len(rows):
        taken = {
            "email": _("The mail server took it. Look for it in your inbox, and among the junk."),
            "push": _("The push service took it. It should show on your device now."),
        }
        detail = taken.get(channel, _("The other side took it. It should show on your device now."))
    return {"channel": channel, "ok": sent == len(rows), "detail": detail}


def overview(*, user: User, at: datetime) -> dict[str, Any]:
    """`{"banner", "sender_ok", "channels", "failed"}` as docs/api.md says."""
    ways = [_way(user, name) for name in CHANNELS if CHANNELS[name].offered()]
    failed, sending = _failed(user, at), not sender_is_missing(at)
    return {"banner": _banner(sending, ways, failed), "sender_ok": sending, "channels": ways, "failed": failed}


def _way(user: User, name: str) -> dict[str, Any]:
    channel = CHANNELS[name]
    devices = channel.devices_of(user)
    address: str | None = user.email if name == "email" else None
    if issubclass(channel, AddressedChannel):
        address = user.channel_addresses.filter(channel=name).values_list("address", flat=True).first()
    wanted = address is not None if issubclass(channel, AddressedChannel) else channel.wanted_by(user, "alert")
    return {
        "channel": name,
        "wanted": wanted,
        "reachable": bool(devices),
        "address": address,
        "devices": sum(device is not None for device in devices),
        "refused_at": user.email_refused_at if name == "email" and user.email_is_refused else None,
        "down_since": ChannelState.objects.filter(channel=name).values_list("down_since", flat=True).first(),
    }


def _failed(user: User, at: datetime) -> list[dict[str, Any]]:
    brought = Delivery.objects.filter(notice=OuterRef("notice"), state=Delivery.SENT)
    rows = Delivery.objects.filter(
        notice__in=Notice.objects.visible_to(user), state=Delivery.FAILED, created_at__gte=at - RECENT
    ).exclude(notice__kind="test")
    rows = rows.annotate(brought=Exists(brought)).select_related("notice").order_by("-created_at", "-pk")
    return [
        {
            "id": str(row.notice_id), "kind": row.notice.kind, "urgency": row.notice.urgency or None,
            "subject": row.notice.subject, "created_at": row.notice.created_at, "channel": row.channel,
            "reason": row.reason, "brought": row.brought,
        }
        for row in rows[:MOST_FAILED]
    ]  # fmt: skip


def _banner(sending: bool, ways: list[dict[str, Any]], failed: list[dict[str, Any]]) -> dict[str, str] | None:
    """The gravest thing a person should know about messages, in one sentence."""
    if not sending:
        return {
            "kind": "no_sender",
            "sentence": _("Messages are not being sent right now. Look in here for anything new until they are."),
        }
    if not any(way["wanted"] and way["reachable"] for way in ways):
        return {
            "kind": "no_way",
            "sentence": _("No message can reach you: there is no working way to send one. Look at Settings."),
        }
    if any(row["urgency"] in PRESSING and row["kind"] == "alert" and not row["brought"] for row in failed):
        return {
            "kind": "failed",
            "sentence": _("A message to you could not be brought. You can read it here."),
        }
    return None


def unsubscribe(*, user: User, which: str) -> None:
    """Switch off reminders or the digest by mail (`which` of notifications.unsubscribing)."""
    with transaction.atomic():
        User.objects.filter(pk=user.pk).update(**{f"email_{which}": False})
