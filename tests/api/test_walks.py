"""Walks through what changed: by `next` or from each page's cursor, and what happens on the way, nothing is missed."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from tests.cast import Cast, join, make_entry, make_lump
from tracker.actions import lumps, people
from tracker.models import Entry, Lump, Person

pytestmark = pytest.mark.django_db
both_ways = pytest.mark.parametrize("way", ["next", "cursor"])


def cursor_of(cast: Cast) -> str:
    cursor: str = cast.alice.token.read("/api/entries/").json()["cursor"]
    return cursor


def walk(cast: Cast, way: str, since: str, limit: int) -> Iterator[dict[str, Any]]:
    """The pages of what changed since, and what changed since the last."""
    client = cast.alice.token
    page = client.read("/api/entries/", since=since, limit=limit).json()
    while True:
        yield page
        if not page["next"]:
            break
        if way == "next":
            page = client.get(page["next"], headers=client.token_header).json()
        else:
            page = client.read("/api/entries/", since=page["cursor"], limit=limit).json()
    yield client.read("/api/entries/", since=page["cursor"], limit=500).json()


def told(pages: Iterator[dict[str, Any]]) -> set[str]:
    return {row["id"] for page in pages for row in page["results"]}


def some_entries(lump: Lump) -> set[str]:
    return {str(make_entry(lump, days_ago=day).pk) for day in range(1, 8)}


def beside(cast: Cast) -> Lump:
    """A lump of another diary of Alice's, which counts its changes by itself."""
    child = Person.objects.create(name="Child", change=1)
    join(cast.alice.user, child, "owner")
    return make_lump(child, "Other")


@both_ways
@pytest.mark.parametrize("limit", [1, 3, 50])
def test_what_changed_in_two_diaries(cast: Cast, way: str, limit: int) -> None:
    since, other = cursor_of(cast), beside(cast)
    made = some_entries(cast.lump) | some_entries(other)
    *pages, last = walk(cast, way, since, limit)
    assert told(iter(pages)) == made
    assert last["results"] == []


@both_ways
def test_a_lump_that_was_taken_back(cast: Cast, way: str) -> None:
    made = some_entries(cast.lump) | {str(cast.entry.pk)}
    since = cursor_of(cast)
    lumps.delete_lump(user=cast.alice.user, pk=cast.lump.pk)
    lumps.restore_lump(user=cast.alice.user, pk=cast.lump.pk)
    assert told(walk(cast, way, since, 3)) == made


@both_ways
def test_an_entry_written_while_its_page_is_read(cast: Cast, way: str) -> None:
    since, made = cursor_of(cast), some_entries(cast.lump)
    first_page = list(Entry.objects.filter(pk__in=made).order_by("change")[:3])
    done: list[str] = []

    def write(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if not done and sql.startswith("SELECT") and '"tracker_entry"."id" IN' in sql:
            done.append(sql)
            number = Person.next_change(cast.person.pk)
            Entry.objects.filter(pk=first_page[-1].pk).update(change=number)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(write):
        assert told(walk(cast, way, since, 3)) == made
    assert done


@both_ways
def test_a_diary_deleted_on_the_way_and_taken_back(cast: Cast, way: str) -> None:
    since, other = cursor_of(cast), beside(cast)
    made = some_entries(cast.lump) | some_entries(other)
    found: set[str] = set()
    for place, page in enumerate(pages := walk(cast, way, since, 3)):
        found |= told(iter([page]))
        if place == 0:
            people.delete_person(user=cast.alice.user, pk=other.person_id)
        elif not page["next"]:
            people.restore_person(user=cast.alice.user, pk=other.person_id)
            break
    found |= told(pages)
    assert found == made
