"""Web push against a service that decrypts, and that answers everything a real one may answer."""

import socket
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from tests.notifications.cast import account, alert_of, lump_of, note
from tests.notifications.push_service import PushService
from tests.support.smtp import Mailbox
from tracker.actions import channels
from tracker.actions import push as deeds
from tracker.actions.errors import NotThere, Wrong
from tracker.models import Delivery, PushSubscription, User
from tracker.models.base import uuid7
from tracker.notifications import outbox, sender
from tracker.notifications.channels import outward, push, vapid

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def service(settings: Any) -> Iterator[PushService]:
    settings.PUSH_INSIDE, settings.PUSH_HOSTS = True, ["127.0.0.1", "localhost"]
    found = PushService()
    yield found
    found.close()


def _subscribe(service: PushService, user: User, name: str) -> PushSubscription:
    device = service.device(name)
    kept = deeds.save_subscription(
        user=user, pk=uuid7(), endpoint=device.endpoint, p256dh=device.p256dh, auth=push_auth(device), label=name
    )
    row: PushSubscription = kept.row
    return row


def _switch(user: User, **fields: bool) -> None:
    User.objects.filter(pk=user.pk).update(**fields)
    user.refresh_from_db()


def push_auth(device: Any) -> str:
    from tests.notifications.push_service import b64

    return b64(device.auth)


def _of(name: str) -> Delivery:
    return Delivery.objects.get(device__label=name)


def test_a_message_arrives_readable_neutral_and_with_a_day_to_live(service: PushService, mail: Mailbox) -> None:
    alice = account("alice")
    _subscribe(service, alice, "phone")
    lump = lump_of(alice)
    [notice] = outbox.post_alert(alert_of(lump, "same_day"), at=timezone.now())
    sender.deliver()
    [got] = service.pushed
    assert got.words["title"] == "Please read this today"
    assert got.words["tag"] == str(notice.pk)
    assert got.words["path"] == f"/app/lumps/{lump.pk}"
    assert int(got.headers["ttl"]) >= 24 * 3600
    assert got.headers["urgency"] == "high"
    assert got.headers["topic"] == notice.pk.hex
    assert got.headers["content-encoding"] == "aes128gcm"
    assert len(mail.received) == 1


def test_each_device_gets_claims_of_its_own(service: PushService, mail: Mailbox) -> None:
    alice = account("alice")
    _subscribe(service, alice, "phone")
    other = _subscribe(service, alice, "tablet")
    PushSubscription.objects.filter(pk=other.pk).update(endpoint=other.endpoint.replace("127.0.0.1", "localhost"))
    note(alice)
    sender.deliver()
    assert {got.claims["aud"] for got in service.pushed} == {
        service.origin,
        service.origin.replace("127.0.0.1", "localhost"),
    }
    assert all(got.claims["sub"].startswith(("mailto:", "https:")) for got in service.pushed)


def test_every_answer_is_acted_on_and_a_silent_service_holds_up_nobody(
    service: PushService, mail: Mailbox, monkeypatch: Any
) -> None:
    monkeypatch.setattr(outward, "TIMEOUT", (1, 1))
    alice = account("alice")
    answers = {"fine": 201, "missing": 404, "gone": 410, "large": 413, "often": 429, "broken": 500, "moved": 302}
    for name, answer in answers.items():
        _subscribe(service, alice, name)
        service.answers[name] = answer
    mute = _subscribe(service, alice, "mute")
    # of another vendor: a service that is silent is left alone for the rest of a pass
    PushSubscription.objects.filter(pk=mute.pk).update(endpoint=mute.endpoint.replace("127.0.0.1", "localhost"))
    service.answers["mute"] = "hang"
    note(alice)
    sender.deliver()

    assert _of("fine").state == "sent"
    for name in ("missing", "gone"):
        assert _of(name).state == "failed"
        assert PushSubscription.objects.get(label=name).gone_at is not None
    for name, counted in (("large", 1), ("broken", 1), ("moved", 1), ("mute", 0)):  # silence is not the message's fault
        row = _of(name)
        assert (row.state, row.attempts) == ("waiting", counted), name
        assert row.next_try_at <= timezone.now() + timedelta(minutes=1)
    often = _of("often")
    assert often.next_try_at >= timezone.now() + timedelta(minutes=9)  # the service asked for ten
    assert "elsewhere" not in service.knocks  # no redirect is followed
    assert len(mail.received) == 1

    service.answers.clear()
    service.answers["mute"] = "hang"
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        sender.deliver()
    assert {_of(name).state for name in ("large", "often", "broken", "moved")} == {"sent"}
    note(alice)
    gone = Delivery.objects.filter(device__label__in=("missing", "gone"))
    assert gone.count() == 2  # only those of the first notice


def test_an_alert_that_push_does_not_bring_goes_by_mail_within_15_minutes(service: PushService, mail: Mailbox) -> None:
    alice = account("alice")
    _switch(alice, wants_email=False)
    _subscribe(service, alice, "phone")
    service.answers["phone"] = 500
    outbox.post_alert(alert_of(lump_of(alice), "same_day"), at=timezone.now())
    note(alice)  # what is not pressing respects the switch
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _ in range(60):
            sender.deliver()
            if mail.received:
                break
            clock.shift(timedelta(seconds=15))
        assert [str(got.message["Subject"]) for got in mail.received] == ["Please read this today"]
        clock.shift(timedelta(hours=1))
        sender.deliver()
    assert len(mail.received) == 1


def test_an_alert_to_a_device_that_is_gone_goes_by_mail_at_once(service: PushService, mail: Mailbox) -> None:
    alice = account("alice")
    _switch(alice, wants_email=False)
    _subscribe(service, alice, "phone")
    service.answers["phone"] = 410
    outbox.post_alert(alert_of(lump_of(alice), "emergency"), at=timezone.now())
    sender.deliver()
    sender.deliver()
    assert len(mail.received) == 1
    outbox.post_alert(alert_of(lump_of(alice), "emergency"), at=timezone.now())  # no device is left to fail by now
    note(alice)  # what is not pressing respects the switch
    sender.deliver()
    assert len(mail.received) == 2


def test_a_mail_address_that_is_refused_sends_the_alert_to_the_phone(service: PushService, mail: Mailbox) -> None:
    alice = account("alice")
    _switch(alice, wants_push=False)
    _subscribe(service, alice, "phone")
    mail.mood = "refuse"
    outbox.post_alert(alert_of(lump_of(alice), "soon"), at=timezone.now())
    sender.deliver()
    sender.deliver()
    assert len(service.pushed) == 1
    assert Delivery.objects.get(channel="email").state == "failed"


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.1.2.3", "10.0.0.5", "172.16.3.4", "192.168.1.1", "169.254.169.254", "0.0.0.0",
        "100.64.0.1", "::1", "fe80::1", "fd00::1", "::ffff:127.0.0.1",
    ],
)  # fmt: skip
def test_no_push_service_inside_a_network_is_called(address: str, settings: Any, monkeypatch: Any) -> None:
    settings.PUSH_HOSTS = [address, "push.example.org"]

    def resolve(*_args: Any, **_kwargs: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    literal = f"[{address}]" if ":" in address else address
    assert push.refused_endpoint(f"https://{literal}/x")
    assert push.refused_endpoint("https://push.example.org/x")


def test_only_push_services_are_called(monkeypatch: Any, settings: Any) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **k: [(2, 1, 6, "", ("142.250.0.1", 443))])
    for good in ("https://fcm.googleapis.com/fcm/send/x", "https://wns2-am3p.notify.windows.com/w/?t=x"):
        assert push.refused_endpoint(good) == ""
    for bad in (
        "https://example.org/x", "http://fcm.googleapis.com/x", "https://fcm.googleapis.com:8443/x",
        "https://user@fcm.googleapis.com/x", "https://evilpush.apple.com.example.org/x", "https://localhost/x", "",
        "https://xnotify.windows.com/", "file:///etc/passwd",
    ):  # fmt: skip
        assert push.refused_endpoint(bad), bad


def test_a_subscription_is_checked_and_moves_with_the_browser(service: PushService) -> None:
    alice, bob = account("alice"), account("bob")
    row = _subscribe(service, alice, "phone")
    device = service.devices["phone"]
    good = {"endpoint": device.endpoint, "p256dh": device.p256dh, "auth": push_auth(device)}
    again = deeds.save_subscription(user=alice, pk=row.pk, label="phone", **good)
    assert (again.created, again.changed) == (False, False)
    with pytest.raises(NotThere):
        deeds.save_subscription(user=bob, pk=row.pk, **good)
    for field, bad in (("endpoint", "https://example.org/"), ("p256dh", "AAAA"), ("auth", "AAAA")):
        with pytest.raises(Wrong):
            deeds.save_subscription(user=alice, pk=uuid7(), **(good | {field: bad}))
    deeds.save_subscription(user=bob, pk=uuid7(), **good)
    assert list(PushSubscription.objects.values_list("user_id", flat=True)) == [bob.pk]
    with pytest.raises(NotThere):
        deeds.delete_subscription(user=alice, pk=PushSubscription.objects.get().pk)
    deeds.delete_subscription(user=bob, pk=PushSubscription.objects.get().pk)
    assert not PushSubscription.objects.exists()


def test_the_test_button_tells_the_truth(service: PushService, mail: Mailbox) -> None:
    alice = account("alice")
    with pytest.raises(Wrong):
        channels.test_channel(user=alice, channel="push")
    with pytest.raises(Wrong):
        channels.test_channel(user=alice, channel="pigeon")
    assert channels.test_channel(user=alice, channel="email")["ok"] is True
    assert str(mail.received[0].message["Subject"]) == "A test from your diary"
    mail.mood = "busy"
    result = channels.test_channel(user=alice, channel="email")
    assert result["ok"] is False
    assert "451" in result["detail"]
    mail.mood = "accept"
    mail.stop()
    assert channels.test_channel(user=alice, channel="email")["ok"] is False
    _subscribe(service, alice, "phone")
    assert channels.test_channel(user=alice, channel="push") == {
        "channel": "push",
        "ok": True,
        "detail": "The push service took it. It should show on your device now.",
    }
    assert not Delivery.objects.filter(state__in=("waiting", "claimed")).exists()


def test_the_servers_key_is_made_once_and_kept_to_itself(settings: Any, tmp_path: Any) -> None:
    settings.VAPID_KEY_FILE = tmp_path / "secrets" / "vapid.pem"
    first = vapid.public_key()
    assert len(first) == 87
    assert vapid.public_key() == first
    assert settings.VAPID_KEY_FILE.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in settings.VAPID_KEY_FILE.parent.iterdir()] == ["vapid.pem"]
