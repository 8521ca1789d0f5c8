"""Logging in by the operator's own OpenID Connect server, set up by the environment alone."""

import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount
from django.conf import settings as django_settings
from django.core import mail
from django.test import Client

from ops.place import ROOT
from tests.accounts.identity_server import CLIENT, CODE, SECRET, IdentityServer, identity_server
from tests.accounts.knocking import is_in, link_in, set_up_app
from tests.cast import Cast
from tracker import settings as wiring
from tracker.models import Membership, User

LOGIN = "/accounts/oidc/own/login/"


@pytest.fixture
def server(db: None, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[IdentityServer]:
    with identity_server() as running:
        for name, value in {"OIDC_CLIENT_ID": CLIENT, "OIDC_CLIENT_SECRET": SECRET, "OIDC_NAME": "Our clinic"}.items():
            monkeypatch.setenv(name, value)
        settings.SOCIALACCOUNT_PROVIDERS = wiring._oidc(running.url)
        yield running


def come_back(client: Client, server: IdentityServer, code: str = CODE) -> Any:
    """Press the button, log in over there, be sent back."""
    gone = urlsplit(client.post(LOGIN)["Location"])
    asked = {key: values[0] for key, values in parse_qs(gone.query).items()}
    assert f"{gone.scheme}://{gone.netloc}" == server.url
    assert asked["client_id"] == CLIENT and asked["code_challenge_method"] == "S256"
    return client.get(f"{LOGIN}callback/", {"code": code, "state": asked["state"]}, follow=True)


def claims(email: str, *, verified: bool = True) -> dict[str, Any]:
    return {"sub": f"id of {email}", "email": email, "email_verified": verified, "name": "Dora"}


def test_the_button_is_there_only_where_it_is_set_up(server: IdentityServer, settings: Any) -> None:
    assert "Log in with Our clinic" in Client().get("/accounts/login/").content.decode()
    settings.SOCIALACCOUNT_PROVIDERS = {}
    assert "Our clinic" not in Client().get("/accounts/login/").content.decode()
    assert Client().post(LOGIN).status_code == 404


def test_an_address_vouched_for_comes_in_and_has_a_diary(server: IdentityServer) -> None:
    server.claims = claims("dora@example.org")
    for _turn in range(2):
        client = Client()
        come_back(client, server)
        assert is_in(client)
    assert Membership.objects.get(user__email="dora@example.org").role == Membership.OWNER
    assert not User.objects.get(email="dora@example.org").has_usable_password()


def test_an_address_nobody_vouched_for_is_proved_first(server: IdentityServer) -> None:
    server.claims = claims("dora@example.org", verified=False)
    client = Client()
    come_back(client, server)
    assert not is_in(client)
    client.post(link_in(mail.outbox[-1], "confirm-email"))
    assert is_in(client)


def test_it_opens_no_account_made_here_that_has_the_same_address(server: IdentityServer, cast: Cast) -> None:
    server.claims = claims(cast.alice.user.email)
    client = Client()
    come_back(client, server)
    assert not is_in(client)
    assert not SocialAccount.objects.exists()


def test_it_does_not_go_round_the_second_step(server: IdentityServer) -> None:
    server.claims = claims("dora@example.org")
    client = Client()
    come_back(client, server)
    user = User.objects.get(email="dora@example.org")
    user.set_password("a long enough password")
    user.save()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    set_up_app(client)
    other = Client()
    answer = come_back(other, server)
    assert answer.redirect_chain[-1][0].startswith("/accounts/2fa/authenticate/")
    assert not is_in(other)


@pytest.mark.parametrize("policy", ["invited", "closed"])
def test_it_makes_no_account_where_nobody_may_sign_up(server: IdentityServer, settings: Any, policy: str) -> None:
    settings.SIGNUP = policy
    server.claims = claims("dora@example.org")
    client = Client()
    assert "No new diaries here" in come_back(client, server).content.decode()
    assert not User.objects.exists()


def test_a_wrong_code_and_a_forged_state_open_nothing(server: IdentityServer) -> None:
    server.claims = claims("dora@example.org")
    client = Client()
    assert "That did not work" in come_back(client, server, code="guessed").content.decode()
    client.get(f"{LOGIN}callback/", {"code": CODE, "state": "guessed"})
    assert not is_in(client)
    assert not User.objects.exists()


def test_it_is_set_up_by_the_environment() -> None:
    told = {"OIDC_URL": "https://id.example.org/realm", "OIDC_CLIENT_ID": "diary", "SIGNUP": "invited"}
    words = "import tracker.settings as s; print(s.SOCIALACCOUNT_PROVIDERS, s.CONTENT_SECURITY_POLICY, s.SIGNUP)"

    def start(**more: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, **told, **more, "VAR_DIR": str(django_settings.VAR_DIR)}
        return subprocess.run([sys.executable, "-c", words], cwd=ROOT, env=environment, capture_output=True, text=True)

    assert "'https://id.example.org'" in start().stdout and "invited" in start().stdout
    assert "OIDC_CLIENT_ID must be set" in start(OIDC_CLIENT_ID="").stderr
    assert "SIGNUP must be" in start(SIGNUP="sometimes").stderr
