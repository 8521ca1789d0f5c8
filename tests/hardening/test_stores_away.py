"""Row H8: with the database or Redis away every door says so (503), and opens to nobody."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.conf import settings as live
from django.db import connection
from django.test import Client

from tests.gates.doors import DOORS
from tests.gates.test_everybody import text_of
from tests.gates.world import MARK, World, make_world
from tests.support.valkey import Valkey
from tracker.actions.sharing import create_share_link

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "a long enough password"
PAGES = ("/account/", "/mail/", "/accounts/sessions/", "/accounts/2fa/", "/operator/", "/s/view/", "/s/report.pdf")


@pytest.fixture
def world() -> World:
    made = make_world()
    for client in made.clients.values():
        client.raise_request_exception = False
    return made


def browser() -> Client:
    return Client(raise_request_exception=False)


@contextmanager
def database_away() -> Iterator[None]:
    """The real error of a real driver: it is asked for a database that is not there."""
    name = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = "/nowhere/at/all" if connection.vendor == "sqlite" else "nowhere_at_all"
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = name


def in_sentences(answer: Any) -> bool:
    """In our shape or on our page, with when to come back, and no word of Alice's or of the database's."""
    text = text_of(answer)
    told = "cannot reach its store" in text and answer["Retry-After"] == "60"
    return told and MARK.lower() not in text.lower() and "OperationalError" not in text and "Traceback" not in text


def test_h8_without_the_database_every_door_of_the_interface_is_503(world: World) -> None:
    doors = [door for door in DOORS if "{new}" not in door.path]
    asks = [(door, door.address(world), door.content(world)) for door in doors]
    for door, address, _body in asks:
        if door.method == "GET":
            world.clients["owner"].ask("GET", address)  # whatever is kept warm is warm now
    with database_away():
        for door, address, body in asks:
            for role in ("owner", "stranger by session", "ended"):
                answer = world.clients[role].ask(door.method, address, body, content_type=door.content_type)
                assert answer.status_code == 503 and in_sentences(answer), (door, role, answer.status_code)
            nobody = world.clients["anonymous"].ask(door.method, address, body, content_type=door.content_type)
            assert nobody.status_code in (401, 503), door
    print(f"H8: {len(asks) * 4} requests without a database, 0 with data")
    assert world.clients["owner"].read("/api/me/").status_code == 200


def test_h8_without_the_database_every_page_and_the_doctors_door_are_503(world: World) -> None:
    owner, doctor = browser(), browser()
    owner.force_login(world.cast.alice.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    made = create_share_link(user=world.cast.alice.user, lump_ids=[world.cast.lump.pk], passcode=False)
    assert doctor.post("/s/", {"token": made.token}).status_code == 303
    assert MARK in doctor.get("/s/view/").content.decode()
    with database_away():
        for address in PAGES:
            answer = (doctor if address.startswith("/s/") else owner).get(address)
            assert answer.status_code == 503 and in_sentences(answer), address
        for address, form in (
            ("/accounts/login/", {"login": "alice@example.org", "password": PASSWORD}),
            ("/s/", {"token": made.token}),
            ("/s/", {"token": "x" * 43}),
        ):
            answer = browser().post(address, form)
            assert answer.status_code == 503 and in_sentences(answer) and not answer.cookies, address
        assert browser().get("/healthz").status_code == 503
    assert doctor.get("/s/view/").status_code == 200


def test_h8_without_redis_nobody_logs_in_and_the_diary_goes_on(world: World, settings: Any, valkey: Valkey) -> None:
    settings.ACCOUNT_RATE_LIMITS = live.LOG_IN_LIMITS
    redis = {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": valkey.url}
    settings.CACHES = {**live.CACHES, "default": redis}
    valkey.stop()
    form = {"login": "alice@example.org", "password": PASSWORD}
    for password in (PASSWORD, "wrong"):
        client = browser()
        answer = client.post("/accounts/login/", form | {"password": password})
        assert answer.status_code == 503 and in_sentences(answer)
        assert client.get("/api/me/").status_code == 401
    assert MARK in world.clients["owner"].ask("GET", f"/api/lumps/{world.ids['lump']}/").content.decode()
    for role in ("stranger", "ended", "expired"):
        assert world.clients[role].ask("GET", f"/api/lumps/{world.ids['lump']}/").status_code == 404
