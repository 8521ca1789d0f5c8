"""One sender and a mail server in every mood. Time is moved, never waited for."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from tests.notifications.cast import account, alert_of, lump_of, note, person_of
from tests.support.smtp import Mailbox
from tests.support.threads import at_once
from tracker.models import ChannelState, Delivery, Membership, User
from tracker.notifications import messages, outbox, sender
from tracker.notifications.sender import RETRY_MINUTES

pytestmark = pytest.mark.django_db(transaction=True)


def _states() -> Counter[str]:
    return Counter(Delivery.objects.values_list("state", flat=True))


def _ids(mail: Mailbox) -> list[str]:
    return [str(got.message["Message-ID"]) for got in mail.received]


def test_all_are_sent_once_over_one_connection(mail: Mailbox) -> None:
    alice = account("alice")
    for _ in range(30):
        note(alice)
    assert sender.deliver()["sent"] == 30
    assert sender.deliver().get("sent", 0) == 0
    assert len(set(_ids(mail))) == len(mail.received) == 30
    assert _states() == {"sent": 30}


def test_three_senders_at_once_send_each_once(mail: Mailbox) -> None:
    alice = account("alice")
    for _ in range(60):
        note(alice)

    at_once(3, lambda _turn: sender.deliver())
    assert len(set(_ids(mail))) == len(mail.received) == 60


def test_an_emergency_overtakes_what_waits(mail: Mailbox) -> None:
    alice = account("alice")
    for _ in range(25):
        note(alice)
    outbox.post_alert(alert_of(lump_of(alice), "emergency"), at=timezone.now())
    sender.deliver()
    assert mail.received[0].message["Subject"] == "Please read this now"


def test_while_the_server_is_away_one_probe_goes_and_its_return_releases_all(mail: Mailbox) -> None:
    alice = account("alice")
    for _ in range(45):
        note(alice)
    mail.stop()
    with time_machine.travel(timezone.now(), tick=False) as clock:
        sender.deliver()
        assert ChannelState.objects.get(channel="email").down_since is not None
        assert _states() == {"waiting": 45}
        for _ in range(10):
            clock.shift(timedelta(minutes=6))
            assert sender.deliver()["put_off"] == 1
        assert not Delivery.objects.filter(attempts__gt=0).exists()  # nothing counts against a message
        mail.start()
        clock.shift(timedelta(seconds=16))
        assert sender.deliver()["sent"] == 45
    assert ChannelState.objects.get(channel="email").down_since is None
    assert len(set(_ids(mail))) == len(mail.received) == 45


def test_no_two_senders_probe_in_the_same_turn(mail: Mailbox) -> None:
    note(account("alice"))
    mail.stop()
    with time_machine.travel(timezone.now(), tick=False) as clock:
        sender.deliver()
        clock.shift(timedelta(seconds=16))
        assert [sender.deliver().get("put_off", 0) for _ in range(3)] == [1, 0, 0]


def test_a_message_refused_for_now_waits_longer_each_time_and_visibly_fails(mail: Mailbox) -> None:
    note(account("alice"))
    mail.mood = "busy"
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for minutes in RETRY_MINUTES:
            assert sender.deliver()["put_off"] == 1
            clock.shift(timedelta(minutes=minutes, seconds=-1))
            assert sender.deliver().get("put_off", 0) == 0
            clock.shift(timedelta(seconds=1))
        assert sender.deliver()["failed"] == 1
    row = Delivery.objects.get()
    assert row.state == "failed"
    assert "451" in row.reason
    assert mail.attempts == len(RETRY_MINUTES) + 1
    assert sum(RETRY_MINUTES) <= 24 * 60


def test_a_message_refused_for_good_fails_at_once_and_marks_no_address(mail: Mailbox) -> None:
    alice, bob = account("alice"), account("bob")
    note(alice)
    note(bob)
    mail.moods = ["refuse"]
    sender.deliver()
    assert _states() == {"failed": 1, "sent": 1}
    assert User.objects.filter(email_refused_at__isnull=False).count() == 0  # the text was refused, not the address
    assert mail.attempts == 2


def test_a_server_that_hangs_costs_one_wait_and_loses_nothing(mail: Mailbox) -> None:
    alice = account("alice")
    for _ in range(5):
        note(alice)
    mail.mood = "hang"
    sender.deliver()
    assert mail.attempts == 1
    assert _states() == {"waiting": 5}
    mail.mood = "accept"
    with time_machine.travel(timezone.now() + timedelta(seconds=20)):
        assert sender.deliver()["sent"] == 5
    assert len(set(_ids(mail))) == len(mail.received) == 5


def test_a_message_the_server_chokes_on_holds_up_no_other(mail: Mailbox) -> None:
    alice = account("alice")
    for _ in range(6):
        note(alice)
    mail.moods = ["accept", "accept", "drop"]
    assert sender.deliver() == {"sent": 5, "put_off": 1, "rerouted": 0}
    row = Delivery.objects.get(state="waiting")
    assert row.attempts == 1
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        sender.deliver()
    assert len(set(_ids(mail))) == 6


def test_a_line_that_drops_on_every_message_is_the_channels_fault(mail: Mailbox) -> None:
    alice = account("alice")
    for _ in range(6):
        note(alice)
    mail.mood = "drop"
    sender.deliver()
    assert mail.attempts == 1
    assert not Delivery.objects.filter(attempts__gt=0).exists()
    mail.mood = "accept"
    with time_machine.travel(timezone.now() + timedelta(seconds=20)):
        sender.deliver()
    assert len(set(_ids(mail))) == len(mail.received) == 6


def test_a_claim_that_died_runs_out_and_keeps_its_message_id(mail: Mailbox) -> None:
    note(account("alice"))
    batch, _token = sender.claim("email", timezone.now(), 20)
    assert len(batch) == 1
    assert sender.claim("email", timezone.now(), 20)[0] == []
    assert sender.deliver().get("sent", 0) == 0
    with time_machine.travel(timezone.now() + sender.LEASE + timedelta(seconds=1)):
        assert sender.deliver()["sent"] == 1
    assert _ids(mail) == [f"<{batch[0].pk}@localhost>"]


def test_whoever_was_shut_out_since_the_posting_gets_nothing(mail: Mailbox) -> None:
    alice, carol = account("alice"), account("carol")
    member = Membership.objects.create(person=person_of(alice), user=carol, role="carer", email=carol.email)
    lump = lump_of(alice)
    alert = alert_of(lump)
    for user in (alice, carol):
        outbox.post_to([user], messages.for_alert(alert), alert, cause="both", at=timezone.now())
    member.ended_at = timezone.now()
    member.save()
    sender.deliver()
    assert [got.recipients for got in mail.received] == [("alice@example.org",)]
    assert Delivery.objects.get(notice__user=carol).state == "dropped"


def test_nothing_is_sent_about_what_was_deleted(mail: Mailbox) -> None:
    alice = account("alice")
    lump = lump_of(alice)
    outbox.post_alert(alert_of(lump), at=timezone.now())
    lump.deleted_at = timezone.now()
    lump.save()
    sender.deliver()
    assert mail.received == []
    assert _states() == {"dropped": 1}


def test_one_that_cannot_be_built_holds_up_no_other(mail: Mailbox, monkeypatch: Any) -> None:
    alice = account("alice")
    bad = note(alice)
    note(alice)
    from tracker.notifications.channels import email as channel

    build = channel.message_for

    def breaks(delivery: Delivery) -> Any:
        if delivery.notice_id == bad.pk:
            raise RuntimeError("my secret words")
        return build(delivery)

    monkeypatch.setattr(channel, "message_for", breaks)
    assert sender.deliver()["sent"] == 1
    row = Delivery.objects.get(state="waiting")
    assert row.attempts == 1
    assert "secret" not in row.reason


def test_a_mark_that_fails_is_tried_again(mail: Mailbox, monkeypatch: Any) -> None:
    from django.db import OperationalError

    note(account("alice"))
    marks = sender._ended
    faults = iter([OperationalError("database is locked")])

    def once(state: str, reason: str) -> dict[str, object]:
        for fault in faults:
            raise fault
        return marks(state, reason)

    monkeypatch.setattr(sender, "_ended", once)
    sender.deliver()
    assert _states() == {"sent": 1}
    assert len(mail.received) == 1
