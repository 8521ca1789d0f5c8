"""What a browser does at the account pages, by real requests."""

import re
import time
from typing import Any

import time_machine
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core import mail
from django.test import Client

from tests.cast import PASSWORD

NEW_PASSWORD = "a much newer password"


def log_in(email: str, password: str = PASSWORD, client: Client | None = None) -> tuple[Client, Any]:
    """A client that has sent the log-in form, and the answer."""
    client = client or Client()
    return client, client.post("/accounts/login/", {"login": email, "password": password})


def is_in(client: Client) -> bool:
    """Does the interface take this client for somebody?"""
    return bool(client.get("/api/me/").status_code == 200)


def link_in(message: Any, part: str) -> str:
    """The path of the link with `part` in it."""
    found = re.search(rf"https?://[^/\s]+(/\S*{part}\S*)", message.body)
    assert found, message.body
    return found[1]


def reset(email: str, password: str) -> Any:
    """Forget the password, follow the letter, set another one; the last answer."""
    client = Client()
    mail.outbox.clear()
    client.post("/accounts/password/reset/", {"email": email})
    page = client.get(link_in(mail.outbox[0], "key"), follow=True)
    form = page.redirect_chain[-1][0]
    return client.post(form, {"password1": password, "password2": password})


def code_for(secret: str) -> str:
    """What an authenticator app shows now."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))


def set_up_app(client: Client, password: str = PASSWORD) -> str:
    """Prove who one is, scan the code, type what the app shows; the app's secret."""
    client.post("/accounts/reauthenticate/", {"password": password})
    page = client.get("/accounts/2fa/totp/activate/")
    secret = str(client.session["mfa.totp.secret"])
    assert secret in page.content.decode()
    answer = type_code(client, "/accounts/2fa/totp/activate/", secret)
    assert answer.status_code == 302, answer.content.decode()
    return secret


def type_code(client: Client, path: str, secret: str, after: int = 0) -> Any:
    """Type what the app shows so many seconds from now; the clock stands, for a code that turns meanwhile is refused."""
    with time_machine.travel(time.time() + after, tick=False):
        return client.post(path, {"code": code_for(secret)})


def later(seconds: int) -> Any:
    """So many seconds from now."""
    return time_machine.travel(time.time() + seconds, tick=True)
