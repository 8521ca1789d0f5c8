"""Pages, cursors, and how many queries a list takes."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import Cast, JSONClient, join, make_entry, make_event, make_lump, new_id
from tracker.models import Alert, Person, Reminder

pytestmark = pytest.mark.django_db
AT = "2026-01-10T08:30:00+00:00"


def follow(client: JSONClient, page: dict[str, Any], way: str = "next") -> list[dict[str, Any]]:
    pages = [page]
    while pages[-1][way]:
        pages.append(client.get(pages[-1][way], headers=client.token_header).json())
    return pages


def ids(page: dict[str, Any]) -> list[str]:
    return [row["id"] for row in page["results"]]


def test_entries_come_newest_first_and_pages_go_both_ways(cast: Cast) -> None:
    rows = [make_entry(cast.lump, days_ago=day) for day in range(2, 12)]
    expected = [str(cast.entry.pk), *(str(row.pk) for row in rows)]
    client = cast.alice.token
    pages = follow(client, client.read("/api/entries/", limit=3).json())
    assert [len(page["results"]) for page in pages] == [3, 3, 3, 2]
    assert [pk for page in pages for pk in ids(page)] == expected
    assert pages[0]["previous"] is None
    back = follow(client, pages[-1], "previous")
    assert [ids(page) for page in reversed(back)] == [ids(page) for page in pages]
    assert back[-1]["previous"] is None
    assert len({page["cursor"] for page in pages}) == 1


def test_a_new_entry_does_not_shift_the_pages(cast: Cast) -> None:
    for day in range(2, 8):
        make_entry(cast.lump, days_ago=day)
    client = cast.alice.token
    first = client.read("/api/entries/", limit=3).json()
    make_entry(cast.lump, days_ago=0)
    rest = follow(client, first)[1:]
    assert not set(ids(first)) & {pk for page in rest for pk in ids(page)}


@pytest.mark.parametrize("kind", ["people", "lumps", "entries", "events"])
def test_since_brings_what_changed_and_what_was_deleted(cast: Cast, kind: str) -> None:
    client = cast.alice.token
    cursor = client.read(f"/api/{kind}/").json()["cursor"]
    assert client.read(f"/api/{kind}/", since=cursor).json()["results"] == []
    row = {"people": cast.person, "lumps": cast.lump, "entries": cast.entry, "events": cast.event}[kind]
    patch = {
        "people": {"name": "New"},
        "lumps": {"name": "New"},
        "entries": {"note": "New"},
        "events": {"detail": "New"},
    }
    client.patch_json(f"/api/{kind}/{row.pk}/", patch[kind])
    changed = client.read(f"/api/{kind}/", since=cursor).json()
    assert ids(changed) == [str(row.pk)]
    assert "New" in changed["results"][0].values()
    assert client.read(f"/api/{kind}/", since=changed["cursor"]).json()["results"] == []
    client.remove(f"/api/{kind}/{row.pk}/")
    gone = client.read(f"/api/{kind}/", since=changed["cursor"]).json()["results"]
    assert gone == [{"id": str(row.pk), "deleted": True}]
    client.post_json(f"/api/{kind}/{row.pk}/restore/")
    back = client.read(f"/api/{kind}/", since=changed["cursor"]).json()["results"]
    assert [(each["id"], "deleted" in each) for each in back] == [(str(row.pk), False)]


def test_what_is_written_while_a_client_walks_the_pages_reaches_it_with_the_cursor(cast: Cast) -> None:
    client = cast.alice.token
    rows = {str(make_entry(cast.lump, days_ago=day).pk) for day in range(2, 9)} | {str(cast.entry.pk)}
    seen: dict[str, Any] = {}
    page = client.read("/api/entries/", limit=2).json()
    step = 0
    while True:
        seen |= {row["id"]: row for row in page["results"]}
        step += 1
        # a row of the first page changes, one of a later page goes, a new one comes in between
        if step == 2:
            client.patch_json(f"/api/entries/{cast.entry.pk}/", {"note": "meanwhile"})
            new = new_id()
            client.put_json(f"/api/entries/{new}/", {"lump": str(cast.lump.pk), "measured_at": AT})
            rows.add(str(new))
        if page["next"] is None:
            break
        page = client.get(page["next"], headers=client.token_header).json()
    for row in client.read("/api/entries/", since=page["cursor"]).json()["results"]:
        seen[row["id"]] = row
    assert set(seen) == rows
    assert seen[str(cast.entry.pk)]["note"] == "meanwhile"


def test_a_diary_one_was_just_let_into_comes_whole(cast: Cast) -> None:
    client = cast.bob.token
    cursor = client.read("/api/entries/").json()["cursor"]
    join(cast.bob.user, cast.person, "viewer")
    assert ids(client.read("/api/entries/", since=cursor).json()) == [str(cast.entry.pk)]


def test_a_diary_taken_back_from_the_bin_comes_whole(cast: Cast) -> None:
    client = cast.alice.token
    client.remove(f"/api/people/{cast.person.pk}/")
    cursor = client.read("/api/entries/").json()["cursor"]
    client.post_json(f"/api/people/{cast.person.pk}/restore/")
    assert ids(client.read("/api/entries/", since=cursor).json()) == [str(cast.entry.pk)]


def test_a_lump_taken_back_from_the_bin_brings_its_entries(cast: Cast) -> None:
    client = cast.alice.token
    client.remove(f"/api/lumps/{cast.lump.pk}/")
    assert client.read("/api/entries/").json()["results"] == []
    marks = {kind: client.read(f"/api/{kind}/").json()["cursor"] for kind in ("entries", "events")}
    client.post_json(f"/api/lumps/{cast.lump.pk}/restore/")
    assert ids(client.read("/api/entries/", since=marks["entries"]).json()) == [str(cast.entry.pk)]
    assert ids(client.read("/api/events/", since=marks["events"]).json()) == [str(cast.event.pk)]


def test_a_deleted_row_is_not_in_a_list_without_a_cursor(cast: Cast) -> None:
    cast.alice.token.remove(f"/api/entries/{cast.entry.pk}/")
    assert cast.alice.token.read("/api/entries/").json()["results"] == []


def queries(client: JSONClient, path: str, **query: Any) -> int:
    with CaptureQueriesContext(
        connection,
    ) as found:
        assert client.read(path, **query).status_code == 200
    return len(found)


LISTS = ["people", "lumps", "entries", "events", "alerts", "reminders", "share-links", "tokens"]


@pytest.mark.parametrize("kind", LISTS)
def test_a_list_takes_as_many_queries_for_forty_rows_as_for_two(cast: Cast, kind: str) -> None:
    client = cast.alice.token
    before = client.read("/api/entries/").json()["cursor"]
    _more(cast, 1)
    few = queries(client, f"/api/{kind}/")
    since_few = queries(client, f"/api/{kind}/", since=before) if kind in LISTS[:4] else 0
    _more(cast, 40)
    assert queries(client, f"/api/{kind}/") == few
    assert few <= 6
    if since_few:
        assert queries(client, f"/api/{kind}/", since=before) == since_few <= 7  # one of them for helpers alone


def _more(cast: Cast, count: int) -> None:
    from tracker.actions import people, sharing

    for number in range(count):
        person = Person.objects.create(name="P")
        Person.objects.filter(pk=person.pk).update(change=Person.next_change(person.pk))
        join(cast.alice.user, person, "carer", photos=True)
        lump = make_lump(cast.person)
        make_entry(lump, days_ago=number)
        make_event(lump, days_ago=number)
        Alert.objects.create(
            lump=lump, rule="persistent", version="1", urgency="routine", words="w", because="b", source="s",
            opened_at=datetime.now(UTC) - timedelta(minutes=number),
        )  # fmt: skip
        Reminder.objects.create(lump=lump, at="08:00", every=1, starts_on=datetime.now(UTC).date())
        sharing.create_share_link(user=cast.alice.user, lump_ids=[lump.pk], passcode=False)
        people.create_token(user=cast.alice.user)


def test_one_entry_costs_a_bounded_number_of_queries(cast: Cast) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as found:
            body = {"lump": str(cast.lump.pk), "measured_at": AT, "length_mm": 20}
            assert cast.alice.token.put_json(f"/api/entries/{new_id()}/", body).status_code == 201
        return len(found)

    cost()
    few = cost()
    for day in range(2, 60):
        make_entry(cast.lump, days_ago=day)
    assert cost() <= few + 4
