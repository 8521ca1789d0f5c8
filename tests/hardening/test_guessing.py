"""Row H6: wrong log-ins under forged headers, and the owner who gets in all the same. `make hostile` sends all thousand."""

import os
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.conf import settings as live
from django.core import mail
from django.db import connections
from django.test import Client

from tests.support.valkey import Valkey
from tracker.actions.people import create_user
from tracker.models import User

PASSWORD = "a quiet lake at dusk"
TRIES = 1000 if os.environ.get("HOSTILE") else 120
TOO_MANY = "Too many wrong tries"
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def limits(settings: Any, valkey: Valkey) -> None:
    """As in real life: with limits, counted in one Redis for all."""
    settings.ACCOUNT_RATE_LIMITS = live.LOG_IN_LIMITS
    settings.CACHES = {
        **live.CACHES,
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": valkey.url},
    }


@pytest.fixture
def evaluated(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses whose password was looked at, once for each look."""
    looks: list[str] = []
    real = User.check_password

    def check(self: User, raw: str) -> bool:
        looks.append(self.email)
        return real(self, raw)

    monkeypatch.setattr(User, "check_password", check)
    return looks


@pytest.fixture
def alice() -> User:
    return create_user(email="alice@example.org", password=PASSWORD)


def log_in(client: Client, password: str, email: str = "alice@example.org", **headers: str) -> Any:
    return client.post("/accounts/login/", {"login": email, "password": password}, headers=headers)


def is_in(client: Client) -> bool:
    return client.get("/api/me/").status_code == 200


def forged(turn: int) -> dict[str, str]:
    """Headers that pretend to be somebody else each time."""
    address = f"203.0.{turn // 250}.{turn % 250}"
    return {
        "x-forwarded-for": address, "x-real-ip": address, "forwarded": f"for={address}", "client-ip": address,
        "true-client-ip": address, "cf-connecting-ip": address, "user-agent": f"robot {turn}",
    }  # fmt: skip


def burst(count: int, through: str = "") -> list[Any]:
    """So many wrong log-ins, eight at once; `through`: what the proxy in front appends to the forged header."""

    def one(turn: int) -> Any:
        headers = forged(turn)
        if through:
            headers["x-forwarded-for"] += f", {through.format(turn=turn)}"
        try:
            return log_in(Client(), f"wrong {turn}", **headers)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(one, range(count)))


def test_h6_of_many_wrong_log_ins_ten_are_evaluated_and_the_owners_own_device_gets_in(
    alice: User, evaluated: list[str]
) -> None:
    phone, laptop = Client(), Client()
    assert log_in(phone, PASSWORD).status_code == 302 and is_in(phone)
    phone.post("/accounts/logout/")
    assert not is_in(phone)
    evaluated.clear()
    answers = burst(TRIES)
    assert {answer.status_code for answer in answers} == {200}
    assert 1 <= len(evaluated) <= 10
    assert sum(TOO_MANY in answer.content.decode() for answer in answers) >= TRIES - 10
    assert log_in(laptop, PASSWORD).status_code == 200 and not is_in(laptop)  # a new device waits …
    assert log_in(phone, PASSWORD).status_code == 302 and is_in(phone)  # … and one that is known does not
    print(f"H6: {TRIES} wrong log-ins, {len(evaluated) - 1} evaluated")


def test_h6_a_reset_lets_the_owner_in_from_a_new_device(alice: User, evaluated: list[str]) -> None:
    burst(40)
    owner = Client()
    owner.post("/accounts/password/reset/", {"email": alice.email})
    words = str(mail.outbox[-1].body).split()
    address = next(word for word in words if "/accounts/password/reset/key/" in word)
    form = owner.get(address.removeprefix(live.PUBLIC_URL), follow=True).redirect_chain[-1][0]
    new = "another lake at another dusk"
    assert owner.post(form, {"password1": new, "password2": new}).status_code == 302
    fresh = Client()
    assert log_in(fresh, new).status_code == 302 and is_in(fresh)


def test_h6_behind_a_proxy_only_what_the_proxy_says_counts(alice: User, settings: Any, evaluated: list[str]) -> None:
    """One guesser cannot take another's address, nor do many together get more than ten tries at an account."""
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    burst(60, through="198.51.100.7")
    assert 1 <= len(evaluated) <= 10
    for turn in range(20):
        log_in(Client(), "wrong", email=f"nobody-{turn}@example.org", **{"x-forwarded-for": "198.51.100.7"})
    create_user(email="bob@example.org", password=PASSWORD)
    same, elsewhere = Client(), Client()
    log_in(same, PASSWORD, email="bob@example.org", **{"x-forwarded-for": "203.0.113.9, 198.51.100.7"})
    log_in(elsewhere, PASSWORD, email="bob@example.org", **{"x-forwarded-for": "198.51.100.8"})
    assert (is_in(same), is_in(elsewhere)) == (False, True)


def test_h6_a_burst_behind_one_shared_address_leaves_known_devices_alone(alice: User) -> None:
    """A proxy the operator forgot to name makes everybody one address: one diary so locked out everybody."""
    phone = Client()
    log_in(phone, PASSWORD)
    phone.post("/accounts/logout/")
    for turn in range(40):
        log_in(Client(), "wrong", email=f"nobody-{turn}@example.org")
    assert TOO_MANY in log_in(Client(), PASSWORD).content.decode()
    assert log_in(phone, PASSWORD).status_code == 302 and is_in(phone)


def test_h6_a_known_device_has_ten_tries_too_and_is_known_to_its_own_accounts_alone(
    alice: User, evaluated: list[str]
) -> None:
    create_user(email="bob@example.org", password=PASSWORD)
    bobs = Client()
    log_in(bobs, PASSWORD, email="bob@example.org")
    bobs.post("/accounts/logout/")
    evaluated.clear()
    for turn in range(30):
        log_in(bobs, f"wrong {turn}", email="bob@example.org")
    assert evaluated == ["bob@example.org"] * 10
    for turn in range(30):
        log_in(bobs, f"wrong {turn}")
    assert evaluated.count(alice.email) <= 10
    assert TOO_MANY in log_in(bobs, PASSWORD).content.decode()


def test_h6_who_shares_a_device_gets_no_new_tries_at_the_other_account_by_logging_in(
    alice: User, evaluated: list[str]
) -> None:
    create_user(email="bob@example.org", password=PASSWORD)
    tablet = Client()
    for email in (alice.email, "bob@example.org"):
        log_in(tablet, PASSWORD, email=email)
        tablet.post("/accounts/logout/")
    evaluated.clear()
    for _ in range(3):
        for turn in range(12):
            log_in(tablet, f"wrong {turn}")
        log_in(tablet, PASSWORD, email="bob@example.org")
        assert is_in(tablet)
        tablet.post("/accounts/logout/")
    assert evaluated.count(alice.email) <= 10


@pytest.mark.parametrize("value", ["", "x", "x:y:z", "eyJkZXZpY2UiOiJ4In0:1abc:forged"])
def test_h6_a_forged_cookie_is_a_strangers(value: str, alice: User, evaluated: list[str]) -> None:
    for turn in range(12):
        client = Client()
        client.cookies[live.DEVICE_COOKIE_NAME] = value
        log_in(client, f"wrong {turn}")
    assert len(evaluated) == 10


def test_the_cookie_says_no_address_and_scripts_cannot_read_it(alice: User) -> None:
    client = Client()
    log_in(client, PASSWORD)
    cookie = client.cookies[live.DEVICE_COOKIE_NAME]
    assert cookie["httponly"] and cookie["samesite"] == "Lax"
    assert "alice" not in cookie.value and str(alice.pk) not in cookie.value


def test_an_unknown_address_is_refused_in_the_same_words(alice: User) -> None:
    for turn in range(12):
        both = [log_in(Client(), f"wrong {turn}", email=email) for email in (alice.email, "nobody@example.org")]
        texts = {answer.content.decode().replace("nobody@", "alice@").split("<form")[0] for answer in both}
        assert len({answer.status_code for answer in both}) == 1 and len(texts) == 1
