"""The pages answer, each under the strict policy, and with nothing inline in what is really sent."""

from pathlib import Path

import allauth
import pytest
from allauth.account.models import EmailAddress
from django.core import mail as outbox
from django.template.loader import get_template
from django.test import Client
from django.urls import reverse

from tests.frontend.test_templates import faults, words
from tracker.actions.people import create_user

PASSWORD = "quiet-river-stone-44"
PUBLIC = ["/", "/about/", "/help/", "/privacy/", "/accounts/login/", "/accounts/signup/", "/accounts/password/reset/",
          "/accounts/password/reset/done/", "/accounts/confirm-email/", "/accounts/inactive/", "/s/"]  # fmt: skip
OWN = ["/account/", "/mail/", "/accounts/email/", "/accounts/password/change/", "/accounts/logout/", "/accounts/2fa/",
       "/accounts/2fa/webauthn/", "/accounts/sessions/", "/accounts/reauthenticate/"]  # fmt: skip
FRESH = ["/accounts/2fa/totp/activate/", "/accounts/2fa/webauthn/add/"]  # only shortly after a password was typed


def check(response: object, status: int = 200) -> str:
    """The body of an answer, once status, policy and markup are as they must be."""
    assert response.status_code == status  # type: ignore[attr-defined]
    policy = response["Content-Security-Policy"]  # type: ignore[index]
    assert "default-src 'none'" in policy and "unsafe" not in policy
    body = str(response.content.decode())  # type: ignore[attr-defined]
    assert faults(body) == set()
    assert words(body) == set()
    return body


@pytest.fixture
def alice(db: None) -> Client:
    client = Client()
    user = create_user(email="alice@example.org", password=PASSWORD)
    assert client.post("/accounts/login/", {"login": user.email, "password": PASSWORD}).status_code == 302
    assert client.post("/accounts/reauthenticate/", {"password": PASSWORD}).status_code == 302
    return client


@pytest.mark.django_db
@pytest.mark.parametrize("address", PUBLIC)
def test_public_page(client: Client, address: str) -> None:
    check(client.get(address))


@pytest.mark.django_db
@pytest.mark.parametrize("address", [*OWN, *FRESH])
def test_own_page(alice: Client, client: Client, address: str) -> None:
    check(alice.get(address))
    assert client.get(address).status_code == 302


@pytest.mark.django_db
def test_a_link_to_confirm_is_offered_only_where_one_is_missing(alice: Client) -> None:
    offer = "Send the link again"
    assert offer not in check(alice.get("/accounts/email/"))
    owner = EmailAddress.objects.get(email="alice@example.org").user
    for new in ("new@example.org", "newer@example.org"):
        EmailAddress.objects.create(user=owner, email=new)
    assert check(alice.get("/accounts/email/")).count(offer) == 1


@pytest.mark.django_db
def test_landing_says_what_this_is_and_is_not(client: Client, alice: Client) -> None:
    body = check(client.get("/"))
    assert "not a diagnosis" in body and "/accounts/signup/" in body
    assert alice.get("/")["Location"] == "/app/"


def test_every_page_of_allauth_that_is_switched_on_is_ours() -> None:
    """Each template allauth would show comes from our folder, so that none shows its own words."""
    switched_off = ("phone", "openid", "socialaccount", "idp")
    theirs = Path(allauth.__file__).parent / "templates"
    bare = []
    for path in sorted(theirs.rglob("*.html")):
        name = str(path.relative_to(theirs))
        if any(word in name for word in switched_off) or "base" in path.name or "provider" in path.name:
            continue
        if "frontend/templates" not in str(getattr(get_template(name), "origin", "")):
            bare.append(name)
    assert bare == []


@pytest.mark.django_db
def test_password_managers_know_the_fields(client: Client, alice: Client) -> None:
    login, signup = check(client.get("/accounts/login/")), check(client.get("/accounts/signup/"))
    assert 'autocomplete="username"' in login and 'autocomplete="current-password"' in login
    assert 'autocomplete="new-password"' in signup and 'autocomplete="email"' in signup
    change = check(alice.get("/accounts/password/change/"))
    assert 'autocomplete="username"' in change and change.count('autocomplete="new-password"') == 2


@pytest.mark.django_db
def test_a_fault_in_a_form_is_said_and_tied_to_its_field(client: Client) -> None:
    body = check(client.post("/accounts/signup/", {"email": "dora@example.org", "password1": "short"}))
    assert 'aria-invalid="true"' in body and "id_password1_error" in body


@pytest.mark.django_db
def test_sign_up_to_first_page(client: Client, settings: object) -> None:
    answer = client.post("/accounts/signup/", {"email": "dora@example.org", "password1": PASSWORD}, follow=True)
    assert "Look in your mail" in check(answer)
    letter = outbox.outbox[0]
    assert words(str(letter.subject)) == set() == words(str(letter.body))
    address = next(word for word in letter.body.split() if "confirm-email" in word)
    assert "dora@example.org" in check(client.get(address))
    assert client.post(address)["Location"] == "/app/"
    assert client.get("/account/").status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/nothing/", "/mail/../secrets", "/accounts/nothing/"])
def test_not_found(client: Client, address: str) -> None:
    assert "nothing here that you can see" in check(client.get(address), 404)


def test_error_page_needs_no_request() -> None:
    from django.template.loader import render_to_string

    for status in (400, 403, 404, 500, 503):
        body = render_to_string("error.html", {"status": status, "sentence": "Something <went> wrong."})
        assert "Something &lt;went&gt; wrong." in body
        assert faults(body) == set() == words(body)


def test_elements_page_is_for_builders_only(client: Client, settings: object) -> None:
    assert client.get(reverse("look")).status_code == 404
    settings.DEBUG = True  # type: ignore[attr-defined]
    body = client.get(reverse("look")).content.decode()
    assert faults(body) == set()
    for word in ("advice", "stepper", "timeline", "bodymap", "empty"):
        assert f'class="{word}' in body
