"""Signing up, logging in, forgetting the password; and that nobody learns from any of it who has an account."""

import re
from typing import Any
from unittest import mock

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.contrib.auth import hashers
from django.core import mail
from django.test import Client

from tests.accounts.knocking import NEW_PASSWORD, is_in, later, link_in, log_in, reset, set_up_app, type_code
from tests.cast import PASSWORD, Cast
from tracker.models import Membership, User

STRANGE = "nobody@example.org"


def test_an_address_is_proved_before_anything_opens(db: None) -> None:
    client = Client()
    client.post("/accounts/signup/", {"email": "dora@example.org", "password1": PASSWORD})
    assert not is_in(client)
    other, answer = log_in("dora@example.org")
    assert not is_in(other)
    assert answer["Location"] == "/accounts/confirm-email/"
    assert not Membership.objects.exists()
    path = link_in(mail.outbox[0], "confirm-email")
    client.get(path)
    assert not is_in(client), "a mail program that looks at the link must prove nothing"
    client.post(path)
    assert is_in(log_in("dora@example.org")[0])
    assert Membership.objects.get(user__email="dora@example.org").role == Membership.OWNER


@pytest.mark.parametrize(
    "password", ["password123", "1234567890", "iloveyou123", "qwertyuiop", "dora@example", "short"]
)
def test_a_password_that_many_have_is_refused_here_without_asking_anybody(db: None, password: str) -> None:
    with mock.patch("socket.socket.connect", side_effect=AssertionError("asked somebody")):
        answer = Client().post("/accounts/signup/", {"email": "dora@example.org", "password1": password})
    assert answer.status_code == 200
    assert 'aria-invalid="true"' in answer.content.decode()
    assert not User.objects.filter(email="dora@example.org").exists()


def test_a_reset_does_not_go_round_the_second_step(cast: Cast) -> None:
    secret = set_up_app(cast.alice.client)
    assert reset(cast.alice.user.email, NEW_PASSWORD).status_code == 302
    assert not is_in(cast.alice.client), "whoever else was logged in is out"
    assert not is_in(log_in(cast.alice.user.email, PASSWORD)[0])
    client, answer = log_in(cast.alice.user.email, NEW_PASSWORD)
    assert answer["Location"].startswith("/accounts/2fa/authenticate/")
    assert not is_in(client)
    for way_round in ("/accounts/email/", "/accounts/2fa/", "/account/", "/accounts/password/change/", "/api/people/"):
        assert client.get(way_round).status_code in {302, 401}, way_round
    client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert not is_in(client)
    type_code(client, "/accounts/2fa/authenticate/", secret, after=60)
    assert is_in(client)


def test_a_reset_with_a_passkey_still_asks_for_the_passkey(cast: Cast) -> None:
    Authenticator.objects.create(
        user=cast.alice.user, type=Authenticator.Type.WEBAUTHN, data={"name": "key", "credential": {}}
    )
    reset(cast.alice.user.email, NEW_PASSWORD)
    client, answer = log_in(cast.alice.user.email, NEW_PASSWORD)
    assert answer["Location"].startswith("/accounts/2fa/authenticate/")
    assert not is_in(client)


def test_a_recovery_code_opens_once(cast: Cast) -> None:
    set_up_app(cast.alice.client)
    codes = RecoveryCodes.activate(cast.alice.user).get_unused_codes()
    for expected in (True, False):
        client, _answer = log_in(cast.alice.user.email)
        client.post("/accounts/2fa/authenticate/", {"code": codes[0]})
        assert is_in(client) is expected


def test_the_second_step_is_changed_only_by_whoever_proves_again(cast: Cast) -> None:
    set_up_app(cast.alice.client)
    with later(3600):
        for path in ("totp/deactivate/", "recovery-codes/generate/", "webauthn/add/"):
            answer = cast.alice.client.post(f"/accounts/2fa/{path}")
            assert answer["Location"].startswith(("/accounts/reauthenticate/", "/accounts/2fa/reauthenticate/")), path
    assert Authenticator.objects.filter(user=cast.alice.user, type=Authenticator.Type.TOTP).exists()


def _told(answer: Any, *addresses: str) -> tuple[Any, ...]:
    """All that an answer tells, but for what is random in it and the address that was asked for."""
    body = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", answer.content.decode())
    for address in addresses:
        body = body.replace(address, "ADDRESS")
    cookies = sorted(name for name in answer.cookies if name != "messages")
    return answer.status_code, answer.headers.get("Location"), sorted(answer.headers), cookies, body


def _work() -> Any:
    """Counts how often a password is hashed."""
    return mock.patch.object(hashers.MD5PasswordHasher, "encode", autospec=True, side_effect=_ENCODE)


_ENCODE = hashers.MD5PasswordHasher.encode


def test_a_wrong_log_in_tells_nothing_and_costs_the_same(cast: Cast) -> None:
    told, cost = [], []
    for address in (cast.alice.user.email, STRANGE):
        with _work() as hashed:
            answer = log_in(address, "a wrong password")[1]
        told.append(_told(answer, address))
        cost.append(hashed.call_count)
    assert told[0] == told[1]
    assert cost[0] == cost[1] == 1


def test_a_sign_up_tells_nothing_and_costs_the_same(cast: Cast) -> None:
    told, cost, letters = [], [], []
    for address in (cast.alice.user.email, STRANGE):
        mail.outbox.clear()
        with _work() as hashed:
            client = Client()
            answer = client.post("/accounts/signup/", {"email": address, "password1": NEW_PASSWORD})
        told.append((_told(answer, address), _told(client.get(answer["Location"]), address)))
        cost.append(hashed.call_count)
        letters.append([message.to for message in mail.outbox])
    assert told[0] == told[1]
    assert cost[0] == cost[1] == 1
    assert letters == [[[cast.alice.user.email]], [[STRANGE]]]
    assert is_in(log_in(cast.alice.user.email)[0]), "the password of the account is as it was"


def test_a_forgotten_password_tells_nothing_and_costs_the_same(cast: Cast) -> None:
    told, letters = [], []
    for address in (cast.alice.user.email, STRANGE):
        mail.outbox.clear()
        client = Client()
        answer = client.post("/accounts/password/reset/", {"email": address})
        told.append((_told(answer, address), _told(client.get(answer["Location"]), address)))
        letters.append([message.to for message in mail.outbox])
    assert told[0] == told[1]
    assert letters == [[[cast.alice.user.email]], [[STRANGE]]], "a letter goes out either way, so neither is quicker"
