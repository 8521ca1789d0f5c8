"""A diary that is erased between its gate and the write is answered as what is not there, and nothing is kept.

Only where that is certain. A key that the database finds wrong may as well be a fault of ours: that is never taken for
"not there", which a phone would believe, but is a 500, after which it asks again.
"""

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction

from frontend.views.errors import server_error
from tests.cast import Cast, join, make_cast, make_lump, new_id
from tests.gates.doors import DOORS
from tests.gates.test_everybody import ask, undone
from tests.gates.world import make_world
from tracker import tasks
from tracker.actions import entries, sharing
from tracker.models import Entry, Lump, Person, ShareLink

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


@pytest.mark.django_db
def test_in_a_batch_only_the_lump_that_is_gone_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    cast, take = make_cast(), Person.next_change
    child = Person.objects.create(name="Child")
    join(cast.alice.user, child, "owner")
    gone = make_lump(child, "Other")

    def late(person: UUID, count: int = 1) -> int:
        Person.objects.filter(pk=person, name="Child").delete()
        return take(person, count)

    monkeypatch.setattr(Person, "next_change", staticmethod(late))
    keys = [new_id() for _ in range(3)]
    entries = [
        {"id": str(pk), "lump": str(lump.pk), "measured_at": "2026-01-10T08:30:00+00:00", "length_mm": 20}
        for pk, lump in zip(keys, (cast.lump, gone, cast.lump), strict=True)
    ]
    answer = cast.alice.token.post_json("/api/entries/batch/", {"entries": entries})
    assert [result["status"] for result in answer.json()["results"]] == [201, 404, 201]
    assert set(Entry.objects.filter(pk__in=keys).values_list("pk", flat=True)) == {keys[0], keys[2]}


@pytest.mark.django_db(transaction=True)
def test_where_only_the_end_of_the_transaction_sees_it_nothing_is_kept_and_it_is_asked_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cast: Cast = make_cast()
    cast.alice.client.raise_request_exception = False
    gate = sharing.lumps_to_share

    def late(**given: Any) -> Any:
        lumps = gate(**given)
        Person.objects.filter(pk=cast.person.pk).delete()
        return lumps

    wanted = {"lumps": [str(cast.lump.pk)]}
    with monkeypatch.context() as patched:
        patched.setattr(sharing, "lumps_to_share", late)
        assert cast.alice.client.post_json("/api/share-links/", wanted).status_code == 500
    assert not ShareLink.objects.exists()
    Person.objects.filter(pk=cast.person.pk).delete()  # here the rollback had brought it back, else it would be gone
    answer = cast.alice.client.post_json("/api/share-links/", wanted)
    assert (answer.status_code, answer.json()["detail"]) == (404, NOTHING)


def key_to_nobody(cast: Cast) -> None:
    Entry.objects.filter(pk=cast.entry.pk).update(author_id=new_id())


def key_to_what_goes(cast: Cast) -> None:
    """Rows still refer to it."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM tracker_lump")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("fault", [key_to_nobody, key_to_what_goes])
def test_a_wrong_key_of_our_own_is_a_fault_of_ours(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, rf: Any, fault: Callable[[Cast], None]
) -> None:
    cast = make_cast()
    cast.alice.token.raise_request_exception = False

    def wrong(**_given: Any) -> None:
        with transaction.atomic():
            fault(cast)

    monkeypatch.setattr(entries, "delete_entry", wrong)
    with caplog.at_level(logging.ERROR):
        assert cast.alice.token.remove(f"/api/entries/{cast.entry.pk}/").status_code == 500
    assert "Internal Server Error" in caplog.text
    try:
        wrong()
    except IntegrityError:
        assert server_error(rf.get("/share/")).status_code == 500, "a page says so too"
    else:
        pytest.fail("the database saw nothing wrong")


@pytest.mark.parametrize("gone", [Person.DoesNotExist, Lump.DoesNotExist])
def test_for_the_clock_it_is_done(gone: type[Exception]) -> None:
    def work(_key: object) -> None:
        raise gone

    assert tasks._each(lambda _most: [1], work, "Photo") == {"done": 1, "failed": 0}


@pytest.mark.django_db(transaction=True)
def test_an_erasing_that_cannot_be_done_has_failed_and_is_named(caplog: pytest.LogCaptureFixture) -> None:
    """A table that hangs on the person, of which this process knows nothing: a newer version's."""
    cast = make_cast()
    Person.objects.filter(pk=cast.person.pk).update(deleted_at=datetime(2020, 1, 1, tzinfo=UTC))
    kind = Person._meta.pk.db_type(connection)
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TABLE newer (person_id {kind} REFERENCES tracker_person (id) DEFERRABLE INITIALLY DEFERRED)"
        )
        cursor.execute("INSERT INTO newer SELECT id FROM tracker_person WHERE deleted_at IS NOT NULL")
    try:
        counts = tasks.tidy() or {}
        assert (counts["erased"], counts["failed"]) == (0, 1)
        assert f"Erasing {cast.person.pk}: IntegrityError" in caplog.text
        assert Person.objects.filter(pk=cast.person.pk).exists()
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE newer")
