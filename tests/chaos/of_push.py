"""The rows of web push: every answer a service may give, and what is never called."""

import socket
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from unittest import mock

import requests
import time_machine
from django.test import override_settings
from django.utils import timezone

from tests.chaos.ground import fresh, mailbox, push_service
from tests.chaos.table import Plan, Result
from tests.notifications.cast import alert_of, lump_of, note
from tests.notifications.push_service import PushService, b64
from tests.support.smtp import Mailbox
from tracker.actions.push import save_subscription
from tracker.models import Delivery, PushSubscription, User
from tracker.models.base import uuid7
from tracker.notifications import outbox, sender
from tracker.notifications.channels import outward, push

ANSWERS: tuple[int | str, ...] = (201, 404, 410, 413, 429, 500, "hang")
GONE = (404, 410)
SWEEP = timedelta(seconds=15)
BUSY = 5.0  # seconds that a busy machine may take on top
INSIDE = (
    "127.0.0.1", "127.8.8.8", "10.1.2.3", "172.16.0.9", "192.168.0.10", "169.254.169.254", "100.64.0.1", "0.0.0.0",
    "::1", "fe80::1", "fd12::1", "::ffff:127.0.0.1",
)  # fmt: skip


def _subscribe(service: PushService, alice: User, name: str) -> PushSubscription:
    device = service.device(name)
    kept = save_subscription(
        user=alice, pk=uuid7(), endpoint=device.endpoint, p256dh=device.p256dh, auth=b64(device.auth), label=name
    )
    row: PushSubscription = kept.row
    return row


def a9(_plan: Plan) -> Result:
    """An alert to somebody who has push alone, once for each answer; the clock goes on by the sweeps' fifteen seconds."""
    worst, told, gone, again, decrypted, held = timedelta(), [], 0, 0, 0, True
    for answer in ANSWERS:
        with mailbox() as mail, push_service() as service:
            outward.TIMEOUT = (0.3, 0.3)
            late = _until_mail(mail, service, answer)
            dead = PushSubscription.objects.filter(gone_at__isnull=False).exists()
            gone += dead
            if answer == 201:
                held = held and late is None and service.pushed[0].words["title"] == "Please read this today"
                decrypted = len(service.pushed)
                continue
            held = held and late is not None and dead == (answer in GONE)
            worst = max(worst, late or timedelta(days=9))
            told.append(f"{answer} {_minutes(late)}")
            if answer not in GONE:
                again += _mended(service)
    return Result(
        held and gone == len(GONE) and again == 4 and worst <= timedelta(minutes=15),
        f"201: {decrypted} decrypted, no mail; gone for good {gone} of 2; brought by push once it answers {again} of 4; "
        f"mail after: {', '.join(told)}; worst {_minutes(worst)}",
    )


def _until_mail(mail: Mailbox, service: PushService, answer: int | str) -> timedelta | None:
    """How long the clock ran until the mail came; None where push brought it and no mail did within half an hour."""
    alice = fresh(0)
    User.objects.filter(pk=alice.pk).update(wants_email=False)
    alice.refresh_from_db()
    _subscribe(service, alice, "phone")
    service.answers["phone"] = answer
    outbox.post_alert(alert_of(lump_of(alice), "same_day"), at=timezone.now())
    began = timezone.now()
    with time_machine.travel(began, tick=False) as clock:
        while timezone.now() - began < timedelta(minutes=30):
            sender.deliver()
            if mail.received:
                return timezone.now() - began
            clock.shift(SWEEP)
    return None


def _mended(service: PushService) -> bool:
    """Does push bring it after all, once the service answers?"""
    service.answers.clear()
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        sender.deliver()
    return len(service.pushed) == 1 and Delivery.objects.get(channel="push").state == Delivery.SENT


def a10(_plan: Plan) -> Result:
    """What goes with each push, how long a silent service is waited for, and addresses that are never called."""
    return _with_each_push((5, 10))


def a10_short(_plan: Plan) -> Result:
    """The same, with less patience."""
    return _with_each_push((0.3, 0.3))


def _with_each_push(patience: tuple[float, float]) -> Result:
    refused = sum(_refused(address) for address in INSIDE)
    with mailbox(), push_service() as service:
        alice = fresh(0)
        _subscribe(service, alice, "phone")
        other = _subscribe(service, alice, "tablet")
        PushSubscription.objects.filter(pk=other.pk).update(endpoint=other.endpoint.replace("127.0.0.1", "localhost"))
        note(alice)
        sender.deliver()
        ttl = min(int(got.headers["ttl"]) for got in service.pushed)
        matching = {got.device: got.claims["aud"] for got in service.pushed}
        audiences = {"phone": service.origin, "tablet": service.origin.replace("127.0.0.1", "localhost")}
        service.answers.update(phone="hang", tablet="hang")
        outward.TIMEOUT = patience
        note(alice)
        began = time.monotonic()
        sender.send_due("push")
        waited = time.monotonic() - began
    held = refused == len(INSIDE) and ttl >= push.DAY and matching == audiences and waited <= sum(patience) * 2 + BUSY
    return Result(
        held,
        f"{refused} of {len(INSIDE)} addresses inside refused, when set and when called; ttl {ttl // 3600} h; aud its own "
        f"service's for {len(matching)} of 2 devices; two silent services waited for {waited:.0f} s in all",
    )


def _refused(address: str) -> bool:
    """By the look at a subscription, and once more by the call itself."""
    found: list[Any] = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443))]
    with override_settings(PUSH_HOSTS=["push.example"]), mock.patch.object(socket, "getaddrinfo", return_value=found):
        looked = bool(push.refused_endpoint("https://push.example/x"))
        try:
            outward.Outward().post("https://push.example/x", data=b"")
        except requests.ConnectionError as error:
            return looked and "private network" in str(error)
    return False


def _minutes(span: timedelta | None) -> str:
    return "never" if span is None else f"{span.total_seconds() / 60:.2f} min"


ROWS: dict[str, Callable[[Plan], Result]] = {"A9": a9, "A10": a10}
