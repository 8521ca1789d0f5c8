"""ntfy, the channel that shows how a channel is added: one file, one line, one template, this test."""

import socket
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from tests.notifications.cast import account, alert_of, lump_of, note
from tests.notifications.ntfy_service import NtfyService
from tests.notifications.test_words import HEALTH
from tests.support.smtp import Mailbox
from tracker.actions import channels
from tracker.actions.errors import NotThere, Wrong
from tracker.models import Delivery, User
from tracker.notifications import outbox, sender
from tracker.notifications.channels import outward
from tracker.notifications.channels.ntfy import NtfyChannel

pytestmark = pytest.mark.django_db(transaction=True)
TOPIC = "quiet-heron-4417-lantern"


@pytest.fixture
def service(settings: Any, monkeypatch: Any) -> Iterator[NtfyService]:
    settings.PUSH_INSIDE, settings.NTFY_HOSTS = True, ["127.0.0.1"]
    monkeypatch.setattr(outward, "TIMEOUT", (1, 1))
    found = NtfyService()
    yield found
    found.close()


def _reader(service: NtfyService) -> User:
    alice = account("alice")
    channels.save_address(user=alice, channel="ntfy", address=f"{service.origin}/{TOPIC}")
    return alice


def test_a_message_is_published_neutral_and_in_one_copy(service: NtfyService, mail: Mailbox) -> None:
    alice = _reader(service)
    outbox.post_alert(alert_of(lump_of(alice), "same_day"), at=timezone.now())
    sender.deliver()
    [got] = service.published
    assert (got["topic"], got["priority"]) == (TOPIC, 4)
    assert got["title"] == "Please read this today"
    assert got["click"].endswith("/app/")  # not the page of a lump: the server of a topic reads along
    said = " ".join(str(got[key]) for key in ("title", "message", "click"))
    assert not HEALTH.search(said), said
    assert got["sequence_id"] == Delivery.objects.get(channel="ntfy").pk.hex
    assert len(mail.received) == 1


@pytest.mark.parametrize("trouble", [500, 429, 302, "drop", "hang"])
def test_trouble_is_tried_again_and_the_mail_goes_meanwhile(service: NtfyService, mail: Mailbox, trouble: Any) -> None:
    alice = _reader(service)
    service.answer = trouble
    note(alice)
    note(alice)
    sender.deliver()
    assert len(mail.received) == 2
    rows = Delivery.objects.filter(channel="ntfy")
    assert {row.state for row in rows} == {"waiting"}
    assert all(row.reason for row in rows)
    if trouble in ("drop", "hang"):
        assert service.knocks == 1  # one found out, the other waited, and nothing counts against either
        assert {row.attempts for row in rows} == {0}
    service.answer = 200
    with time_machine.travel(timezone.now() + timedelta(minutes=11 if trouble == 429 else 2)):
        sender.deliver()
    assert len(service.published) == 2


def test_a_server_that_stays_silent_for_a_day_has_visibly_failed(service: NtfyService, mail: Mailbox) -> None:
    alice = _reader(service)
    service.answer = "drop"
    note(alice)
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        sender.deliver()
        assert Delivery.objects.get(channel="ntfy").state == "failed"
        [failed] = channels.overview(user=alice, at=timezone.now())["failed"]
    assert (failed["channel"], failed["brought"]) == ("ntfy", True)


def test_a_topic_that_refuses_sends_the_alert_another_way(service: NtfyService, mail: Mailbox) -> None:
    alice = _reader(service)
    User.objects.filter(pk=alice.pk).update(wants_email=False)
    alice.refresh_from_db()
    service.answer = 403
    outbox.post_alert(alert_of(lump_of(alice), "emergency"), at=timezone.now())
    sender.deliver()
    sender.deliver()
    assert Delivery.objects.get(channel="ntfy").state == "failed"
    assert len(mail.received) == 1


def test_the_test_button_tells_the_truth(service: NtfyService, mail: Mailbox) -> None:
    alice = _reader(service)
    assert channels.test_channel(user=alice, channel="ntfy")["ok"] is True
    service.answer = "drop"
    told = channels.test_channel(user=alice, channel="ntfy")
    assert told["ok"] is False
    assert "127.0.0.1" in told["detail"]
    channels.delete_address(user=alice, channel="ntfy")
    with pytest.raises(Wrong):
        channels.test_channel(user=alice, channel="ntfy")
    with pytest.raises(NotThere):
        channels.delete_address(user=alice, channel="ntfy")


def test_an_address_taken_away_meanwhile_is_not_called(service: NtfyService, mail: Mailbox) -> None:
    alice = _reader(service)
    note(alice)
    channels.delete_address(user=alice, channel="ntfy")
    sender.deliver()
    assert service.knocks == 0
    assert Delivery.objects.get(channel="ntfy").state == "failed"


@pytest.mark.parametrize(
    "bad",
    [
        "https://evil.example/abcdefghijklmnop", "http://ntfy.sh/abcdefghijklmnop", "https://ntfy.sh/short",
        "https://ntfy.sh:8443/abcdefghijklmnop", "https://me@ntfy.sh/abcdefghijklmnop", "https://ntfy.sh/",
        "https://ntfy.sh/abcdefghijklmnop/more", "https://ntfy.sh/abcdefghijklmnop?x=1", "ntfy.sh/abcdefghijklmnop",
        "https://ntfy.sh:x/abcdefghijklmnop", "https://[/abcdefghijklmnop", "https://ntfy.sh.evil.example/abcdefghijklmnop",
    ],
)  # fmt: skip
def test_only_a_long_topic_of_an_allowed_server_is_taken(bad: str, settings: Any, monkeypatch: Any) -> None:
    settings.NTFY_HOSTS = ["ntfy.sh"]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **k: [(2, 1, 6, "", ("142.250.0.1", 443))])
    assert NtfyChannel.why_not("https://ntfy.sh/abcdefghijklmnop") == ""
    with pytest.raises(Wrong):
        channels.save_address(user=account("alice"), channel="ntfy", address=bad)


def test_without_the_operators_word_there_is_no_such_channel(settings: Any) -> None:
    alice = account("alice")
    with pytest.raises(NotThere):
        channels.save_address(user=alice, channel="ntfy", address=f"https://ntfy.sh/{TOPIC}")
    names = [way["channel"] for way in channels.overview(user=alice, at=timezone.now())["channels"]]
    assert names == ["email", "push"]
    with pytest.raises(Wrong, match="no such way"):
        channels.test_channel(user=alice, channel="ntfy")
    for nonsense in ("email", "push", "pigeon"):
        with pytest.raises(NotThere):
            channels.save_address(user=alice, channel=nonsense, address="x")
