"""Every key that names something of somebody's: a stranger's id is not there, null is refused. Made from the bodies."""

from typing import Any

import pytest

from api.fields import Id, Ids
from api.shapes import alerts, care, diary, people, sharing
from api.shapes.base import Body
from tests.cast import Cast, new_id
from tests.gates.world import alices_rows, picture
from tracker.models import LadderStep

pytestmark = pytest.mark.django_db
AT = "2026-01-10T08:30:00+00:00"


def cases(cast: Cast) -> dict[tuple[str, str], tuple[str, str, dict[str, Any]]]:
    """(body, key) -> method, address, a body that is good but for that key, which names something of Alice's."""
    lump = str(cast.lump.pk)
    return {
        ("LumpBody", "person"): (
            "PUT", f"/api/lumps/{new_id()}/", {"person": str(cast.person.pk), "name": "x", "site": "knee"},
        ),
        ("EntryBody", "lump"): ("PUT", f"/api/entries/{new_id()}/", {"lump": lump, "measured_at": AT}),
        ("EventBody", "lump"): ("PUT", f"/api/events/{new_id()}/", {"lump": lump, "at": AT, "kind": "mri"}),
        ("ReminderBody", "lump"): ("PUT", f"/api/reminders/{new_id()}/", {"lump": lump, "at": "08:30", "every": 1}),
        ("LinkBody", "lumps"): ("POST", "/api/share-links/", {"lumps": [lump]}),
    }  # fmt: skip


def foreign_keys() -> set[tuple[str, str]]:
    found = set()
    for module in (alerts, care, diary, people, sharing):
        for shape in vars(module).values():
            if isinstance(shape, type) and issubclass(shape, Body) and shape.__name__.endswith("Body"):
                found |= {(shape.__name__, name) for name, key in shape().fields.items() if isinstance(key, Id | Ids)}
    return found - {("BatchEntryBody", "id"), ("BatchEntryBody", "lump")}  # below


def test_every_foreign_key_has_a_case(cast: Cast) -> None:
    assert foreign_keys() == set(cases(cast))


@pytest.mark.parametrize("which", sorted(foreign_keys()), ids=".".join)
def test_a_strangers_id_is_not_there_and_null_is_refused(cast: Cast, which: tuple[str, str]) -> None:
    method, address, body = cases(cast)[which]
    key = which[1]
    before = alices_rows(cast)
    mine = cast.bob.token.ask(method, address, body)
    assert mine.status_code == 404
    assert mine.json()["errors"].keys() == {key}
    nobodys = cast.bob.token.ask(method, address, {**body, key: [str(new_id())] if key == "lumps" else str(new_id())})
    assert (nobodys.status_code, nobodys.json()) == (404, mine.json())
    wrong: Any
    for wrong in (None, "", 7, "x", {}, [], True):
        refused = cast.bob.token.ask(method, address, {**body, key: wrong})
        assert refused.status_code == 400
        assert refused.json()["errors"].keys() == {key}
    assert cast.victor.token.ask(method, address, body).status_code == 403
    assert alices_rows(cast) == before
    assert cast.alice.token.ask(method, address, body).status_code == 201


def test_a_ladder_with_a_strangers_member_is_not_there_and_changes_nothing(cast: Cast) -> None:
    address = f"/api/people/{cast.bobs_person.pk}/ladder/"
    carol = cast.person.memberships.get(user=cast.carol.user)
    for member in (str(carol.pk), str(new_id())):
        answer = cast.bob.token.put_json(address, {"steps": [{"member": member, "same_day_minutes": 5}]})
        assert answer.status_code == 404
        assert answer.json()["errors"].keys() == {"steps"}
    bad: list[Any] = [[], [{}], [{"member": None}], [{"member": str(carol.pk), "same_day_minutes": -1}], "x", [7]]
    for wrong in bad:
        assert cast.bob.token.put_json(address, {"steps": wrong}).status_code == 400
    assert not LadderStep.objects.exists()


def test_a_batch_may_name_a_strangers_lump_and_gets_nothing(cast: Cast) -> None:
    before = alices_rows(cast)
    for lump in (str(cast.lump.pk), str(new_id())):
        entry = {"id": str(new_id()), "lump": lump, "measured_at": AT}
        answer = cast.bob.token.post_json("/api/entries/batch/", {"entries": [entry]})
        assert answer.json()["results"][0]["status"] == 404
    assert alices_rows(cast) == before


@pytest.mark.parametrize("kind", ["lumps", "entries", "events"])
def test_a_strangers_row_cannot_be_taken_over_by_naming_ones_own_parent(cast: Cast, kind: str) -> None:
    row = {"lumps": cast.lump, "entries": cast.entry, "events": cast.event}[kind]
    bodies = {
        "lumps": {"person": str(cast.bobs_person.pk), "name": "x", "site": "knee"},
        "entries": {"lump": str(cast.bobs_lump.pk), "measured_at": AT},
        "events": {"lump": str(cast.bobs_lump.pk), "at": AT, "kind": "mri"},
    }
    before = alices_rows(cast)
    assert cast.bob.token.put_json(f"/api/{kind}/{row.pk}/", bodies[kind]).status_code == 404
    batch = {"entries": [{"id": str(cast.entry.pk), **bodies["entries"]}]}
    assert cast.bob.token.post_json("/api/entries/batch/", batch).json()["results"][0]["status"] == 404
    assert alices_rows(cast) == before


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("/api/lumps/", "person"), ("/api/entries/", "lump"), ("/api/events/", "lump"), ("/api/alerts/", "lump"),
        ("/api/reminders/", "lump"),
    ],
)  # fmt: skip
def test_a_filter_by_a_strangers_id_finds_nothing(cast: Cast, address: str, key: str) -> None:
    alices = str(cast.person.pk if key == "person" else cast.lump.pk)
    assert cast.bob.token.read(address, **{key: alices}).json()["results"] == []
    for wrong in ("", "null", "1", "x' OR 1=1 --"):
        assert cast.bob.token.read(address, **{key: wrong}).json()["errors"].keys() == {key}


def test_a_photo_of_a_strangers_entry(cast: Cast) -> None:
    def send(entry: str) -> Any:
        return cast.bob.token.ask("PUT", f"/api/photos/{new_id()}/?entry={entry}", picture(), content_type="image/jpeg")

    assert send(str(cast.entry.pk)).status_code == 404
    assert send(str(new_id())).json() == send(str(cast.entry.pk)).json()
    assert send("null").status_code == 400
    assert (
        cast.bob.token.ask("PUT", f"/api/photos/{new_id()}/", picture(), content_type="image/jpeg").status_code == 400
    )


def test_a_cursor_of_somebody_elses_opens_nothing(cast: Cast) -> None:
    cursor = cast.alice.token.read("/api/entries/").json()["cursor"]
    found = cast.bob.token.read("/api/entries/", since=cursor).json()["results"]
    assert {row["id"] for row in found} == {str(cast.bobs_entry.pk)}


@pytest.mark.parametrize("kind", ["lumps", "entries", "events"])
def test_a_person_under_the_id_of_a_strangers_row_shows_and_harms_nothing(cast: Cast, kind: str) -> None:
    """Ids are made by clients, so Bob may give his child the id of Alice's lump."""
    row = {"lumps": cast.lump, "entries": cast.entry, "events": cast.event}[kind]
    patch = {"lumps": {"name": "y"}, "entries": {"note": "y"}, "events": {"detail": "y"}}[kind]
    path, child = f"/api/{kind}/{row.pk}/", f"/api/people/{row.pk}/"
    assert cast.bob.token.put_json(child, {"name": "Child"}).status_code == 201
    assert cast.bob.token.put_json(child, {"name": "Other"}).status_code == 200
    assert cast.alice.token.patch_json(path, patch).status_code == 200
    bodies = [each["body"] for each in cast.bob.token.read(f"{child}revisions/").json()["results"]]
    assert [body["name"] for body in bodies] == ["Other", "Child"]
    assert len(cast.alice.token.read(f"{path}revisions/").json()["results"]) == 2
