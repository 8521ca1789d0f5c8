"""The ground the rows stand on: servers of their own, an outbox emptied before each."""

import contextlib
from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.test import override_settings

from tests.notifications.cast import account, note
from tests.notifications.push_service import PushService
from tests.support.smtp import Mailbox
from tracker.models import ChannelState, Delivery, Lump, Notice, Person, PushSubscription, User
from tracker.notifications import bell
from tracker.notifications.channels import outward


@contextlib.contextmanager
def mailbox() -> Iterator[Mailbox]:
    """A mail server, and this process set to send to it."""
    server = Mailbox()
    server.start()
    backend = "django.core.mail.backends.smtp.EmailBackend"
    here = override_settings(EMAIL_BACKEND=backend, EMAIL_HOST="127.0.0.1", EMAIL_PORT=server.port, EMAIL_TIMEOUT=2)
    try:
        with here:
            yield server
    finally:
        server.mood, server.moods = "accept", []
        server.stop()


def patient(mail: Mailbox) -> str:
    """Its address for senders that wait as long as in life: on a busy machine an answer can take seconds, and one
    that comes after the sender hung up is a message sent twice."""
    return mail.url.replace("timeout=2", "timeout=10")


def fresh(notices: int) -> User:
    """An empty outbox but for so many notices to Alice."""
    Notice.objects.all().delete()
    ChannelState.objects.all().delete()
    for model in (Lump, Person, User):
        model.objects.all().delete()
    bell._quiet_until[0] = 0.0
    alice = account("alice")
    for _ in range(notices):
        note(alice)
    return alice


def all_sent() -> bool:
    return not Delivery.objects.exclude(state="sent").exists()


def lost_and_extra(mail: Mailbox) -> tuple[int, int]:
    """Deliveries that never came, and copies beyond the first."""
    copies = Counter(str(got.message["Message-ID"]) for got in mail.received)
    wanted = {f"<{pk}@localhost>" for pk in Delivery.objects.filter(channel="email").values_list("pk", flat=True)}
    assert set(copies) <= wanted, "a copy came under another Message-ID"
    return len(wanted - set(copies)), sum(copies.values()) - len(copies)


@contextlib.contextmanager
def push_service() -> Iterator[PushService]:
    """A push service on this machine, and senders that give up on silence after a second."""
    usual, outward.TIMEOUT = outward.TIMEOUT, (1, 1)
    service = PushService()
    try:
        with override_settings(PUSH_INSIDE=True, PUSH_HOSTS=["127.0.0.1", "localhost"]):
            yield service
    finally:
        outward.TIMEOUT = usual
        service.close()
        PushSubscription.objects.all().delete()


def sent_times() -> list[Any]:
    return list(Delivery.objects.filter(sent_at__isnull=False).values_list("sent_at", flat=True))
