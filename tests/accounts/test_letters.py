"""Links in letters lead to the diary's own address, whatever address the request that caused them came by."""

import re
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from tests.accounts.knocking import log_in
from tests.cast import PASSWORD, Cast

FORGED = "127.0.0.1:6666"  # always among the allowed
NEW = "somebody.new@example.org"


@pytest.fixture
def forger(cast: Cast, settings: Any) -> Client:
    """A client that asks by another allowed address."""
    settings.PUBLIC_URL = "https://diary.example"
    mail.outbox.clear()
    return Client(headers={"host": FORGED})


def link() -> str:
    """The one link of the one letter."""
    (letter,) = mail.outbox
    assert FORGED not in letter.message().as_string()
    (found,) = re.findall(r"https?://\S+", str(letter.body))
    return str(found)


def test_a_new_password(cast: Cast, forger: Client) -> None:
    forger.post("/accounts/password/reset/", {"email": cast.alice.user.email})
    assert link().startswith("https://diary.example/accounts/password/reset/key/")


def test_no_such_account(forger: Client) -> None:
    forger.post("/accounts/password/reset/", {"email": NEW})
    assert link() == "https://diary.example/accounts/signup/"


def test_an_account_that_is_there_already(cast: Cast, forger: Client) -> None:
    forger.post("/accounts/signup/", {"email": cast.alice.user.email, "password1": PASSWORD})
    assert link() == "https://diary.example/accounts/password/reset/"


def test_a_new_account(forger: Client) -> None:
    forger.post("/accounts/signup/", {"email": NEW, "password1": PASSWORD})
    assert link().startswith("https://diary.example/accounts/confirm-email/")


def test_another_address_of_an_account(cast: Cast, forger: Client) -> None:
    log_in(cast.alice.user.email, client=forger)
    forger.post("/accounts/reauthenticate/", {"password": PASSWORD})
    mail.outbox.clear()
    forger.post("/accounts/email/", {"action_add": "", "email": NEW})
    assert link().startswith("https://diary.example/accounts/confirm-email/")
