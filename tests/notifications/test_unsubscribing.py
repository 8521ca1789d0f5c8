"""List-Unsubscribe (RFC 2369, RFC 8058): one click, no log-in, and nothing else."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.signing import Signer
from django.test import Client
from django.utils import timezone

from tests.notifications.cast import account, alert_of, lump_of, note
from tests.support.smtp import Mailbox
from tracker.models import Delivery, User
from tracker.notifications import messages, outbox, sender, unsubscribing

pytestmark = pytest.mark.django_db(transaction=True)


def _path(user: User, kind: str) -> str:
    return unsubscribing.address(user.pk, kind).removeprefix("http://localhost:8000")


def _headers(mail: Mailbox) -> dict[str, str]:
    sender.deliver()
    found = mail.received[-1].message
    return {key: str(found[key]).replace("\n", "").replace(" ", "") for key in found.keys() if "Unsubscribe" in key}  # noqa: SIM118


@pytest.mark.parametrize("kind", ["reminder", "follow_up", "digest"])
def test_a_reminder_can_be_unsubscribed_by_one_click_over_https(kind: str, mail: Mailbox, settings: Any) -> None:
    settings.HTTPS, settings.PUBLIC_URL = True, "https://diary.example"
    alice = account("alice")
    note(alice, kind=kind)
    found = _headers(mail)
    assert found["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert re.fullmatch(r"<https://diary\.example/unsubscribe/[\w:-]+/>", found["List-Unsubscribe"])
    path = found["List-Unsubscribe"][1:-1].removeprefix("https://diary.example")
    answer = Client(enforce_csrf_checks=True).post(path, {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    alice.refresh_from_db()
    assert alice.email_digest is (kind != "digest")
    assert alice.email_reminders is (kind == "digest")
    assert alice.wants_email


def test_over_plain_http_one_click_is_not_promised(mail: Mailbox) -> None:
    note(account("alice"), kind="reminder")
    assert set(_headers(mail)) == {"List-Unsubscribe"}


def test_an_alert_cannot_be_unsubscribed(mail: Mailbox) -> None:
    alice = account("alice")
    User.objects.filter(pk=alice.pk).update(email_reminders=False, email_digest=False)
    outbox.post_alert(alert_of(lump_of(alice), "soon"), at=timezone.now())
    note(alice, kind="account")
    assert _headers(mail) == {}
    assert len(mail.received) == 2


def test_looking_changes_nothing_and_a_press_does(settings: Any) -> None:
    alice, bob = account("alice"), account("bob")
    client, path = Client(enforce_csrf_checks=True), _path(alice, "reminder")
    for _ in range(3):
        assert "Stop reminders by mail?" in client.get(path).content.decode()
        assert client.head(path).status_code == 200
    alice.refresh_from_db()
    assert alice.email_reminders
    page = client.post(path).content.decode()
    assert "alice" not in page
    for user in (alice, bob):
        user.refresh_from_db()
    assert (alice.email_reminders, alice.email_digest, bob.email_reminders) == (False, True, True)
    assert client.post(path).status_code == 200  # a second press is one
    assert not client.cookies


def test_a_token_of_another_make_is_not_there() -> None:
    alice = account("alice")
    good = _path(alice, "reminder").split("/")[2]
    forged = [
        good[:-1] + ("A" if good[-1] != "A" else "B"),
        "d" + good[1:],  # of another list
        Signer(salt="something.else").sign("r" + alice.pk.hex),  # of another purpose
        "x", "r" + alice.pk.hex,
    ]  # fmt: skip
    for token in forged:
        for method in ("get", "post"):
            assert getattr(Client(), method)(f"/unsubscribe/{token}/").status_code == 404, token
    User.objects.filter(pk=alice.pk).update(is_active=False)
    assert Client().post(f"/unsubscribe/{good}/").status_code == 404
    alice.refresh_from_db()
    assert alice.email_reminders


def test_what_is_switched_off_is_not_sent_not_even_what_was_waiting(mail: Mailbox) -> None:
    alice = account("alice")
    note(alice, kind="reminder")
    Client().post(_path(alice, "reminder"))
    alice.refresh_from_db()
    assert note(alice, kind="reminder").deliveries.count() == 0
    note(alice, kind="digest")
    sender.deliver()
    assert [str(got.message["Subject"]) for got in mail.received] == ["A note from your diary"]
    assert Delivery.objects.filter(state="dropped").count() == 1


def test_the_letter_holds_one_link() -> None:
    alice = account("alice")
    for kind in ("reminder", "digest", "account", "test"):
        notice = note(alice, kind=kind, at=timezone.now() + timedelta(minutes=1))
        letter = messages.letter(notice)
        assert letter.html.count("http") == 1
        assert letter.text.count("http") == 1
