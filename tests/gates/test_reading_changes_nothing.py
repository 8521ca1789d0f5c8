"""GET and HEAD over every address leave the database as it was, sessions and visits aside."""

from typing import Any

import pytest
from django.apps import apps

from tests.gates.doors import ALLAUTH, DOORS
from tests.gates.test_everybody import sample
from tests.gates.world import all_patterns, make_world

pytestmark = pytest.mark.django_db
# sessions, and the logs of who has read what: of links, and of everything else
MAY_CHANGE = {"django_session", "usersessions_usersession", "tracker_visit", "tracker_auditline"}


def everything() -> dict[str, list[Any]]:
    models = apps.get_models(include_auto_created=True)
    return {
        model._meta.db_table: list(model._default_manager.order_by("pk").values())
        for model in models
        if model._meta.db_table not in MAY_CHANGE
    }


def test_reading_changes_nothing() -> None:
    world = make_world()
    addresses = {door.address(world) for door in DOORS if "{new}" not in door.path}
    # allauth's own log-out and the like answer GET with a page that asks first
    rest = [pattern for pattern, callback in all_patterns() if not hasattr(callback, "cls")]
    addresses |= {"/" + sample(each, world) for each in rest if "(?P<" not in each and "<int:" not in each}
    assert any(address.startswith("/" + ALLAUTH) for address in addresses)
    before = everything()
    for address in sorted(addresses):
        for role in ("owner", "stranger by session"):
            for method in ("GET", "HEAD"):
                answer = world.clients[role].ask(method, address)
                # nobody sends here, so the health page says so once the process is two minutes old
                assert answer.status_code < 500 or address == "/healthz", (method, address)
                if answer.streaming:
                    b"".join(answer.streaming_content)
    world.cast.alice.client.read("/api/me/")
    assert everything() == before
