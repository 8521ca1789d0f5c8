"""Mail that comes back, as real mail servers report it."""

import io
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from tests.notifications.cast import account, alert_of, lump_of, note
from tests.support.smtp import Mailbox
from tracker.actions import channels
from tracker.actions.bounces import read_report, take_bounce
from tracker.models import Delivery, PushSubscription, User
from tracker.notifications import outbox, sender

pytestmark = pytest.mark.django_db(transaction=True)

# as Postfix writes it; Exchange gives the headers alone
REPORT = """\
Return-Path: <>
From: MAILER-DAEMON@mx.example (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: diary@localhost
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
	boundary="4f2"

--4f2
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--4f2
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example
Arrival-Date: Mon,  1 Jun 2026 08:00:00 +0000 (UTC)

Final-Recipient: rfc822; {recipient}
Original-Recipient: rfc822;{recipient}
Action: {action}
Status: {status}
Remote-MTA: dns; mx.example
Diagnostic-Code: smtp; 550 {status} <{recipient}>: Recipient address rejected:
    User unknown

--4f2
Content-Description: Undelivered Message
Content-Type: {kind}

{headers}

--4f2--
"""


def _report(
    mail: Mailbox, *, status: str = "5.1.1", action: str = "failed", headers_only: bool = False, **more: str
) -> bytes:
    got = mail.received[-1]
    headers = "\n".join(f"{key}: {got.message[key]}" for key in ("From", "To", "Subject", "Message-ID"))
    fields = {
        "recipient": got.recipients[0],
        "status": status,
        "action": action,
        "kind": "text/rfc822-headers" if headers_only else "message/rfc822",
        "headers": headers if headers_only else headers + "\n\nthe body",
    }
    return REPORT.format(**(fields | more)).encode()


@pytest.mark.parametrize("headers_only", [False, True])
def test_a_dead_address_is_marked_and_the_alert_goes_to_the_phone(mail: Mailbox, headers_only: bool) -> None:
    alice = account("alice")
    User.objects.filter(pk=alice.pk).update(wants_push=False)
    PushSubscription.objects.create(user=alice, endpoint="https://fcm.googleapis.com/x", p256dh="x", auth="y")
    alice.refresh_from_db()
    outbox.post_alert(alert_of(lump_of(alice), "same_day"), at=timezone.now())
    sender.deliver()
    said = take_bounce(_report(mail, headers_only=headers_only))
    assert "marked" in said and "alice" not in said
    row = Delivery.objects.get(channel="email")
    assert row.state == "failed"
    assert "User unknown" in row.reason and "@" not in row.reason
    assert Delivery.objects.filter(channel="push", state="waiting").count() == 1
    alice.refresh_from_db()
    assert alice.email_is_refused
    take_bounce(_report(mail))
    assert Delivery.objects.count() == 2
    assert note(alice, kind="account").deliveries.filter(channel="email").count() == 0
    [way] = [way for way in channels.overview(user=alice, at=timezone.now())["channels"] if way["channel"] == "email"]
    assert way["refused_at"] is not None and way["reachable"] is False


@pytest.mark.parametrize("status", ["5.2.2", "5.7.1", "4.4.7", "5.3.4"])
def test_what_is_not_the_addresss_fault_fails_the_delivery_only(mail: Mailbox, status: str) -> None:
    alice = account("alice")
    note(alice)
    sender.deliver()
    take_bounce(_report(mail, status=status))
    alice.refresh_from_db()
    assert not alice.email_is_refused
    assert Delivery.objects.get().state == "failed"


def test_a_delay_or_a_letter_changes_nothing(mail: Mailbox) -> None:
    note(account("alice"))
    sender.deliver()
    letter = b"From: alice@example.org\nSubject: I am away\nAuto-Submitted: auto-replied\n\nUntil Monday."
    for raw in (_report(mail, action="delayed", status="4.4.1"), letter, b"", b"\xff\x00 nonsense"):
        assert "nothing was done" in take_bounce(raw)
    assert Delivery.objects.get().state == "sent"


def test_a_report_that_does_not_return_a_mail_of_ours_is_not_believed(mail: Mailbox) -> None:
    alice, bob = account("alice"), account("bob")
    note(bob)
    sender.deliver()
    good = _report(mail).decode()
    assert read_report(good.encode()) is not None
    ours = f"<{Delivery.objects.get().pk}@localhost>"
    for raw in (
        good.replace(ours, "<01234567-0123-7123-8123-012345678901@localhost>"),
        good.replace(ours, ours.replace("localhost", "elsewhere.example")),
        good.replace(f"Message-ID: {ours}", "X-Nothing: here"),
    ):
        assert "nothing was done" in take_bounce(raw.encode())
    take_bounce(good.replace("bob@", "alice@").encode())  # Bob's own mail cannot switch off Alice's
    for user in (alice, bob):
        user.refresh_from_db()
        assert not user.email_is_refused


def test_an_address_changed_since_is_not_marked(mail: Mailbox) -> None:
    alice = account("alice")
    note(alice)
    sender.deliver()
    User.objects.filter(pk=alice.pk).update(email="new@example.org")
    take_bounce(_report(mail))
    alice.refresh_from_db()
    assert not alice.email_is_refused


def test_a_test_that_arrives_lifts_the_mark(mail: Mailbox) -> None:
    alice = account("alice")
    note(alice)
    sender.deliver()
    take_bounce(_report(mail))
    alice.refresh_from_db()
    mail.mood = "refuse"
    assert channels.test_channel(user=alice, channel="email")["ok"] is False
    alice.refresh_from_db()
    assert alice.email_is_refused
    mail.mood = "accept"
    assert channels.test_channel(user=alice, channel="email")["ok"] is True
    alice.refresh_from_db()
    assert not alice.email_is_refused


def test_the_command_reads_a_pipe(mail: Mailbox, monkeypatch: Any) -> None:
    alice = account("alice")
    note(alice)
    sender.deliver()
    pipe = io.TextIOWrapper(io.BytesIO(_report(mail)))
    monkeypatch.setattr("sys.stdin", pipe)
    out = io.StringIO()
    call_command("bounce", stdout=out)
    assert "marked" in out.getvalue()


def test_mail_goes_back_to_the_address_for_it(mail: Mailbox, settings: Any) -> None:
    settings.EMAIL_BOUNCES = "bounces@diary.example"
    note(account("alice"))
    sender.deliver()
    [got] = mail.received
    assert got.sender == "bounces@diary.example"
    assert got.message["From"] == settings.DEFAULT_FROM_EMAIL
