"""Every address of the URLconf × every method × everybody, cold and warm. Made from the URLconf, so none is forgotten."""

import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import transaction

from tests.gates.doors import (
    ALLAUTH,
    BY_LINK_ONLY,
    DOORS,
    HEIRS,
    LOCKED_OUT,
    OF_ONES_OWN,
    OPEN,
    OPERATOR,
    OWN_ONLY,
    STRANGERS,
    Door,
)  # fmt: skip
from tests.gates.world import MARK, World, alices_rows, all_patterns, make_world, methods_of

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def whole_world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Made once; every test's own transaction lies within this one, which is rolled back at the end."""
    with django_db_blocker.unblock():
        outer = transaction.atomic()
        outer.__enter__()
        yield make_world()
        transaction.set_rollback(True)
        outer.__exit__(None, None, None)


@pytest.fixture
def world(whole_world: World, db: None) -> World:
    return whole_world


class _Undo(Exception):
    pass


@contextmanager
def undone() -> Iterator[None]:
    """Whatever is done inside has not been."""
    try:
        with transaction.atomic():
            yield
            raise _Undo
    except _Undo:
        pass


def test_every_address_and_method_is_in_the_table() -> None:
    told = {(door.pattern, door.method) for door in DOORS}
    there = set()
    for pattern, callback in all_patterns():
        if pattern in OPEN | OF_ONES_OWN | BY_LINK_ONLY or pattern.startswith((ALLAUTH, OPERATOR)):
            continue
        assert hasattr(callback, "view_class"), f"{pattern} is in no table of tests/gates/doors.py"
        there |= {(pattern, method) for method in methods_of(callback)}
    assert there - told == set(), "not in the table of tests/gates/doors.py"
    assert told - there == set(), "in the table, but nobody answers there"


def test_the_open_addresses_are_there() -> None:
    there = {pattern for pattern, _callback in all_patterns()}
    assert (OPEN | OF_ONES_OWN | BY_LINK_ONLY) - there == set()


def ask(world: World, door: Door, role: str) -> Any:
    return world.clients[role].ask(
        door.method, door.address(world), door.content(world), content_type=door.content_type
    )


def text_of(answer: Any) -> str:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if answer.get("Content-Type") == "application/zip":  # else a leak would hide in what is packed
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            content = b"".join(archive.read(name) for name in archive.namelist())
    return content.decode(errors="replace") + str(answer.headers)


@pytest.mark.parametrize("door", DOORS, ids=lambda door: f"{door.method} {door.path}")
def test_everybody_at(world: World, door: Door) -> None:
    expected = {"owner": door.owner, "carer": door.carer, "viewer": door.viewer}
    expected |= dict.fromkeys(STRANGERS, door.stranger) | dict.fromkeys(LOCKED_OUT, 401)
    if door.pattern in {"api/tokens/", "api/calendar/"} and door.method == "POST":
        expected["stranger by session"] = 201
    expected["heir"] = HEIRS.get((door.pattern, door.method), expected["heir"])
    for warmth in ("cold", "warm") if door.method == "GET" else ("cold",):  # warm: after Alice was answered
        if warmth == "warm":
            with undone():
                ask(world, door, "owner")
        for role, status in expected.items():
            with undone():
                answer = ask(world, door, role)
                assert answer.status_code == status, (role, warmth, answer.content[:300])
                if role == "heir" and (door.pattern == "api/handovers/" or (door.pattern, door.method) in HEIRS):
                    continue  # the offer names the diary
                if role in (*STRANGERS, *LOCKED_OUT) or (role != "owner" and door.pattern in OWN_ONLY):
                    assert MARK.lower() not in text_of(answer).lower(), (role, warmth)
                if status >= 400:
                    assert set(answer.json()) == {"detail", "errors"}


@pytest.mark.parametrize(
    "door", [door for door in DOORS if door.method != "GET"], ids=lambda door: f"{door.method} {door.path}"
)
def test_who_may_not_write_changes_nothing(world: World, door: Door) -> None:
    before = alices_rows(world.cast)
    for role in ("viewer", *STRANGERS, *LOCKED_OUT):
        if role == "viewer" and door.viewer < 300 and "batch" not in door.path:
            continue
        if role == "heir" and (door.pattern, door.method) in HEIRS:
            continue
        ask(world, door, role)
    assert alices_rows(world.cast) == before


@pytest.mark.parametrize(
    "address", ["api/share-links/", "api/alerts/", "api/entries/", "api/people/", "api/export/?as=json"]
)
def test_the_mark_is_told_to_those_who_may_read_it(world: World, address: str) -> None:
    """The leak tests would pass on an empty diary: so the mark must show where it may."""
    assert world.clients["owner"].read(f"/{address}").status_code == 200
    if address.partition("?")[0] not in OWN_ONLY:
        assert MARK in text_of(world.clients["viewer"].read(f"/{address}"))
    if address != "api/share-links/":
        assert MARK in text_of(world.clients["owner"].read(f"/{address}"))


def test_pages_of_ones_own_and_the_doctors_door_tell_strangers_nothing(world: World) -> None:
    for pattern in sorted(OPEN | OF_ONES_OWN | BY_LINK_ONLY):
        address = "/" + sample(pattern, world)
        for role in (*STRANGERS, *LOCKED_OUT):
            for method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"):
                answer = world.clients[role].ask(method, address)
                assert MARK.lower() not in text_of(answer).lower(), (method, address, role)
                if pattern in BY_LINK_ONLY and pattern not in {"s/", "s/leave/"}:
                    assert answer.status_code >= 300, (method, address, role)


def sample(pattern: str, world: World) -> str:
    """An address of this pattern that names something of Alice's where it can."""
    if pattern.startswith("s/^chart/(?P<lump>"):
        return f"s/chart/{world.ids['lump']}/trend.svg"
    if pattern.startswith("s/^chart"):
        return "s/chart/overview.png"
    if pattern.startswith("s/^photo"):
        return f"s/photo/{world.ids['photo']}/thumb.jpg"
    pattern = pattern.replace("<str:token>", "x").replace("<slug:key>", "soon").replace("<slug:tone>", "dark")
    return pattern.replace("<str:name>", "1.eml").replace("<path:path>", f"lump/{world.ids['lump']}")
