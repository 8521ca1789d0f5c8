"""A diary that is erased between its gate and the write is answered as what is not there, and nothing is kept."""

from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError

from frontend.views.errors import server_error
from tests.cast import Cast, make_cast
from tests.gates.doors import DOORS
from tests.gates.test_everybody import ask, undone
from tests.gates.world import make_world
from tracker import tasks
from tracker.actions import sharing
from tracker.models import Person, ShareLink

NOTHING = "There is nothing here that you can see."


@pytest.mark.django_db
def test_at_every_address_that_takes_the_persons_next_number(monkeypatch: pytest.MonkeyPatch) -> None:
    world, take, met = make_world(), Person.next_change, list[str]()

    def late(person: UUID, count: int = 1) -> int:
        met.append(name)
        Person.objects.filter(pk=person).delete()
        return take(person, count)

    monkeypatch.setattr(Person, "next_change", staticmethod(late))
    for door in (door for door in DOORS if door.method != "GET"):
        name = f"{door.method} {door.pattern}"
        with undone():
            answer = ask(world, door, "owner")
            if name in met and door.pattern != "api/entries/batch/":
                assert (answer.status_code, answer.json()["detail"]) == (404, NOTHING), name
            elif name in met:
                assert {result["status"] for result in answer.json()["results"]} == {404}
    assert len(set(met)) >= 20, "the addresses that write"


@pytest.mark.django_db(transaction=True)
def test_where_only_the_end_of_the_transaction_sees_it(monkeypatch: pytest.MonkeyPatch, rf: Any) -> None:
    cast: Cast = make_cast()
    gate = sharing.lumps_to_share

    def late(**given: Any) -> Any:
        lumps = gate(**given)
        Person.objects.filter(pk=cast.person.pk).delete()
        return lumps

    monkeypatch.setattr(sharing, "lumps_to_share", late)
    answer = cast.alice.client.post_json("/api/share-links/", {"lumps": [str(cast.lump.pk)]})
    assert (answer.status_code, answer.json()) == (404, {"detail": NOTHING, "errors": {}})
    assert not ShareLink.objects.exists()
    with pytest.raises(IntegrityError) as seen:
        sharing.create_share_link(user=cast.alice.user, lump_ids=[cast.lump.pk])
    try:
        raise seen.value
    except IntegrityError:
        assert server_error(rf.get("/share/")).status_code == 404, "a page says so too"


def test_for_the_clock_it_is_done() -> None:
    def gone(_key: object) -> None:
        raise Person.DoesNotExist

    assert tasks._each(lambda _most: [1], gone, "Photo") == {"done": 1, "failed": 0}
