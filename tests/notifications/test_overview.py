"""What a person is told of the ways to them: the banner, what failed, and what became of each message."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from tests.cast import JSONClient
from tests.notifications.cast import account, alert_of, lump_of, note, person_of
from tests.support.smtp import Mailbox
from tracker.actions import push as browsers
from tracker.models import ChannelState, Delivery, Membership, Notice, PushSubscription, User
from tracker.notifications import outbox, sender

pytestmark = pytest.mark.django_db(transaction=True)


def _device(user: User, name: str = "phone") -> PushSubscription:
    return PushSubscription.objects.create(
        user=user, endpoint=f"https://fcm.googleapis.com/{name}", p256dh="x", auth="y", label=name
    )


def _client(user: User) -> JSONClient:
    client = JSONClient()
    client.force_login(user)
    return client


def _banner(user: User) -> str | None:
    user.refresh_from_db()
    found: Any = _client(user).read("/api/channels/").json()["banner"]
    return found["kind"] if found else None


def test_nobody_sending_for_two_minutes_is_said_on_top(mail: Mailbox) -> None:
    alice = account("alice")
    assert _banner(alice) == "no_sender"  # nobody ever did
    sender.deliver()
    assert _banner(alice) is None
    with time_machine.travel(timezone.now() + timedelta(seconds=119), tick=False):
        assert _banner(alice) is None
    with time_machine.travel(timezone.now() + timedelta(seconds=121), tick=False):
        assert _banner(alice) == "no_sender"
        sender.deliver()
        assert _banner(alice) is None


def test_an_account_that_nothing_reaches_is_told(mail: Mailbox) -> None:
    alice = account("alice")
    sender.deliver()
    User.objects.filter(pk=alice.pk).update(email_refused=alice.email, email_refused_at=timezone.now())
    assert _banner(alice) == "no_way"
    _device(alice)
    assert _banner(alice) is None
    User.objects.filter(pk=alice.pk).update(wants_push=False)
    assert _banner(alice) == "no_way"


def test_an_alert_that_no_way_brought_is_said_and_stands_there(mail: Mailbox) -> None:
    alice = account("alice")
    mail.mood = "refuse"
    note(alice)
    sender.deliver()
    assert _banner(alice) is None  # a small thing: it stands in the list
    outbox.post_alert(alert_of(lump_of(alice), "same_day"), at=timezone.now())
    sender.deliver()
    assert _banner(alice) == "failed"
    found = _client(alice).read("/api/channels/").json()
    assert [row["kind"] for row in found["failed"]] == ["alert", "account"]
    assert "550" in found["failed"][0]["reason"] and "@" not in found["failed"][0]["reason"]
    told = _client(alice).read("/api/notices/?failed=1").json()["results"]
    assert {row["deliveries"][0]["state"] for row in told} == {"failed"}
    with time_machine.travel(timezone.now() + timedelta(days=15)):
        sender.deliver()
        assert _banner(alice) is None


def test_a_message_can_be_read_with_what_became_of_it(mail: Mailbox) -> None:
    alice = account("alice")
    _device(alice)
    note(alice)
    sender.send_due("email")
    [row] = _client(alice).read("/api/notices/").json()["results"]
    assert row["body"] == "Something small.\n\nAnd why."
    states = {each["channel"]: (each["state"], each["device"]) for each in row["deliveries"]}
    assert states == {"email": ("sent", None), "push": ("waiting", "phone")}
    assert _client(alice).read("/api/notices/?failed=1").json()["results"] == []
    assert _client(alice).read("/api/notices/?failed=2").status_code == 400


def test_messages_about_a_diary_end_with_the_right_to_see_it(mail: Mailbox) -> None:
    alice, carol = account("alice"), account("carol")
    member = Membership.objects.create(person=person_of(alice), user=carol, role="carer", email=carol.email, told=True)
    note(carol)
    outbox.post(
        user=carol, kind="alert", cause="c", subject="s", body="b", at=timezone.now(), person=person_of(alice)
    )  # fmt: skip
    assert len(_client(carol).read("/api/notices/").json()["results"]) == 2
    assert _client(alice).read("/api/notices/").json()["results"] == []
    Membership.objects.filter(pk=member.pk).update(ended_at=timezone.now())
    assert [row["kind"] for row in _client(carol).read("/api/notices/").json()["results"]] == ["account"]


def test_a_calendar_is_made_by_hand_and_ended(settings: Any) -> None:
    client = _client(account("alice"))
    assert client.read("/api/calendar/").json() == {"there": False, "created_at": None}
    made = client.post_json("/api/calendar/")
    assert made.status_code == 201
    assert client.get(made.json()["url"].removeprefix(settings.PUBLIC_URL)).status_code == 200
    assert client.read("/api/calendar/").json()["there"] is True
    assert "url" not in client.read("/api/calendar/").json()
    assert client.remove("/api/calendar/").status_code == 204
    assert client.remove("/api/calendar/").status_code == 404


@pytest.mark.parametrize("how", ["removed", "taken by another account"])
def test_an_alert_waiting_for_a_browser_that_goes_is_sent_another_way(mail: Mailbox, how: str) -> None:
    alice = account("alice")
    User.objects.filter(pk=alice.pk).update(wants_email=False)
    alice.refresh_from_db()
    device = _device(alice)
    outbox.post_alert(alert_of(lump_of(alice), "same_day"), at=timezone.now())
    assert Delivery.objects.get().channel == "push"
    if how == "removed":
        browsers.delete_subscription(user=alice, pk=device.pk)
    else:
        bobs = PushSubscription(pk=device.pk, user=account("bob"))
        browsers._take_over([device], bobs)
    sender.deliver()
    assert len(mail.received) == 1


def test_a_browser_under_a_new_id_keeps_what_waits_for_it(mail: Mailbox) -> None:
    alice = account("alice")
    old = _device(alice)
    note(alice)
    new = PushSubscription(user=alice, endpoint=old.endpoint, p256dh="x2", auth="y2")
    browsers._take_over([old], new)
    new.save()
    assert list(PushSubscription.objects.values_list("p256dh", flat=True)) == ["x2"]
    assert Delivery.objects.get(channel="push").device_id == new.pk


def test_a_channel_that_is_down_is_said(mail: Mailbox) -> None:
    alice = account("alice")
    note(alice)
    mail.stop()
    sender.deliver()
    [email, _push] = _client(alice).read("/api/channels/").json()["channels"]
    assert email["down_since"] is not None
    assert ChannelState.objects.get(channel="email").reason
    assert Notice.objects.get().deliveries.get().attempts == 0
