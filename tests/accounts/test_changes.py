"""Whatever is changed about an account stands in its audit and goes out as a letter, in the same calm words."""

import smtplib
from pathlib import Path
from unittest import mock

import allauth
import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core import mail
from django.db import transaction
from django.test import Client

from frontend.accounts import CHANGES
from tests.accounts.knocking import NEW_PASSWORD, link_in, log_in, reset, set_up_app
from tests.cast import PASSWORD, Cast
from tracker.actions import audit
from tracker.models import AuditLine

TEMPLATES = Path(allauth.__file__).parent / "templates"
SUBJECT = "A change to your account"


@pytest.fixture
def alice(cast: Cast) -> Client:
    """Alice's browser, a moment after she logged in."""
    client, _answer = log_in(cast.alice.user.email)
    mail.outbox.clear()
    return client


def noted() -> list[str]:
    lines = AuditLine.objects.filter(deed__startswith="account.").exclude(deed="account.login")
    return list(lines.order_by("pk").values_list("deed", flat=True))


def told() -> list[tuple[str, str]]:
    """To whom letters about a change went, and what they say was done."""
    letters = [letter for letter in mail.outbox if letter.subject == SUBJECT]
    return [(letter.to[0], str(letter.body).splitlines()[0].partition(": ")[2]) for letter in letters]


def test_every_letter_of_allauths_about_a_change_has_its_words() -> None:
    there = {
        str(path.relative_to(TEMPLATES)).removesuffix("_message.txt")
        for path in TEMPLATES.rglob("*_message.txt")
        if "account/email/base_notification.txt" in path.read_text(encoding="utf-8")
    }
    assert len(there) > 10
    assert there == set(CHANGES)
    assert set(CHANGES.values()) <= set(audit.SENTENCES)


def test_a_new_password(cast: Cast, alice: Client) -> None:
    form = {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    alice.post("/accounts/password/change/", {**form, "oldpassword": "not this one"})
    assert (noted(), told()) == ([], [])
    alice.post("/accounts/password/change/", form, HTTP_USER_AGENT="Teapot & <Sons>")
    assert noted() == ["account.password_changed"]
    assert told() == [(cast.alice.user.email, "Changed the password.")]
    body = str(mail.outbox[0].body)
    assert "127.0.0.1, Teapot & <Sons>" in body and " UTC" in body and "set a new password now" in body
    assert not [word for word in ("lump", "health", "photo") if word in body.replace("Lump Diary", "").lower()]
    page = alice.get("/account/history/").content.decode()
    assert "Changed the password" in page


def test_a_forgotten_password(cast: Cast) -> None:
    reset(cast.alice.user.email, NEW_PASSWORD)
    assert "account.password_reset" in noted()
    assert told() == [(cast.alice.user.email, "Set a new password after forgetting the old one.")]


def test_another_address(cast: Cast, alice: Client) -> None:
    old, new = cast.alice.user.email, "alice.new@example.org"
    alice.post("/accounts/reauthenticate/", {"password": PASSWORD})
    alice.post("/accounts/email/", {"action_add": "", "email": new})
    assert noted() == [], "who asks for an address has not shown that it is theirs"
    alice.post(link_in(mail.outbox[-1], "confirm-email"))
    alice.post("/accounts/email/", {"action_primary": "", "email": new})
    assert noted() == ["account.email_confirmed", "account.email_changed"]
    assert told() == [(old, "Confirmed an e-mail address."), (old, "Changed the e-mail address.")]
    alice.post("/accounts/email/", {"action_remove": "", "email": old})
    assert not EmailAddress.objects.filter(email=old).exists()
    assert noted()[-1] == "account.email_removed"
    assert told()[-1] == (new, "Removed an e-mail address.")


def test_a_second_step(cast: Cast, alice: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transaction, "on_commit", lambda work: work())  # nothing is committed within a test
    secret = set_up_app(alice)
    alice.post("/accounts/2fa/recovery-codes/generate/")
    key = Authenticator.objects.create(
        user=cast.alice.user, type=Authenticator.Type.WEBAUTHN, data={"name": "key", "credential": {}}
    )
    alice.post(f"/accounts/2fa/webauthn/keys/{key.pk}/remove/")
    alice.post("/accounts/2fa/totp/deactivate/")
    assert noted() == ["account.app_added", "account.codes_made", "account.passkey_removed", "account.app_removed"]
    assert [what for _to, what in told()] == [
        "Added an authenticator app.", "Made new recovery codes.", "Removed a passkey.",
        "Removed the authenticator app.",
    ]  # fmt: skip
    assert secret not in "".join(str(letter.body) for letter in mail.outbox)


def test_logging_out_everywhere_else(cast: Cast, alice: Client) -> None:
    alice.post("/accounts/sessions/")
    assert len(noted()) <= 1
    before = noted()
    alice.post("/accounts/sessions/")
    assert noted() == before, "nobody else was logged in"
    log_in(cast.alice.user.email)
    alice.post("/accounts/sessions/")
    assert noted() == [*before, "account.sessions_ended"]


def test_a_letter_that_does_not_leave_fails_nothing(alice: Client) -> None:
    form = {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    with mock.patch("django.core.mail.EmailMessage.send", side_effect=smtplib.SMTPServerDisconnected):
        assert alice.post("/accounts/password/change/", form).status_code == 302
    assert noted() == ["account.password_changed"]
