"""The main way through the interface, as a phone goes it."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.cast import Cast, new_id

pytestmark = pytest.mark.django_db


def entry_body(cast: Cast, **keys: object) -> dict[str, object]:
    return {"lump": str(cast.lump.pk), "measured_at": "2026-01-10T08:30:00+01:00", "length_mm": 21, **keys}


def test_a_lump_and_its_entries_are_kept_and_answered_in_the_keys_of_the_diary_file(cast: Cast) -> None:
    lump, entry = new_id(), new_id()
    made = cast.alice.token.put_json(
        f"/api/lumps/{lump}/",
        {
            "person": str(cast.person.pk),
            "name": "Knee",
            "site": "knee",
            "side": "left",
            "first_noticed_on": "2026-01-03",
        },
    )
    assert made.status_code == 201
    assert made.json() == {
        "id": str(lump), "person": str(cast.person.pk), "name": "Knee", "site": "knee", "side": "left", "depth": None,
        "status": None, "first_noticed_on": "2026-01-03", "noticed_after": None, "known_unchanged_over_a_year": None,
        "revision": 1,
    }  # fmt: skip
    answer = cast.alice.token.put_json(
        f"/api/entries/{entry}/",
        {"lump": str(lump), "measured_at": "2026-01-10T08:30:00+01:00", "length_mm": 21.04, "skin": [], "pain": 2},
    )
    assert answer.status_code == 201
    found = answer.json()
    assert found["measured_at"] == "2026-01-10T08:30:00+01:00"
    assert (found["length_mm"], found["skin"], found["unwell"], found["pain"]) == (21.0, [], None, 2)
    assert found["receipt"] == {"id": str(entry), "revision": 1, "photos": {}}
    assert found["advice"]["urgency"] in {"none", "routine"}
    again = cast.alice.token.read(f"/api/entries/{entry}/")
    assert {key: again.json()[key] for key in found if key != "advice"} == {
        key: found[key] for key in found if key != "advice"
    }


def test_pus_is_answered_with_same_day_advice_and_an_alert(cast: Cast) -> None:
    answer = cast.alice.token.put_json(
        f"/api/entries/{new_id()}/", entry_body(cast, discharge="pus", measured_at=datetime.now(UTC).isoformat())
    )
    advice = answer.json()["advice"]
    assert advice["urgency"] == "same_day"
    finding = next(each for each in advice["findings"] if each["rule"] == "infection.spreading")
    assert finding["words"] and finding["because"] and finding["source"]
    alerts = cast.alice.token.read("/api/alerts/").json()["results"]
    alert = next(each for each in alerts if each["rule"] == "infection.spreading")
    assert (alert["lump"], alert["urgency"], alert["state"]) == (str(cast.lump.pk), "same_day", "open")
    why = cast.alice.token.read(f"/api/alerts/{alert['id']}/why/").json()
    assert why["entries"] == [answer.json()["id"]] and len(why["fired"]) == 1 and why["holds"]
    assert why["threshold"] and why["source"] and why["grade"] and why["version"] == finding["version"]
    seen = cast.alice.token.post_json(f"/api/alerts/{alert['id']}/acknowledge/", {"how": "appointment"})
    assert seen.status_code == 200
    assert (seen.json()["state"], seen.json()["how"]) == ("acknowledged", "appointment")


def test_the_same_put_twice_is_one_row_and_one_revision(cast: Cast) -> None:
    path = f"/api/entries/{new_id()}/"
    body = entry_body(cast, skin=["ulcer", "broken"], temperature_c=36.8, typed={"length": "21 mm"})
    codes = [cast.alice.token.put_json(path, body) for _ in range(10)]
    assert [answer.status_code for answer in codes] == [201] + [200] * 9
    assert {answer.json()["revision"] for answer in codes} == {1}


def test_a_stale_change_is_refused_and_both_versions_can_be_read(cast: Cast) -> None:
    pk = new_id()
    path = f"/api/entries/{pk}/"
    cast.alice.token.put_json(path, entry_body(cast, note="first"))
    cast.carol.token.put_json(path, entry_body(cast, note="Carol's", base_revision=1))
    late = cast.alice.token.put_json(path, entry_body(cast, note="Alice's", base_revision=1))
    assert late.status_code == 409
    assert "2" in late.json()["errors"]["base_revision"][0]
    assert cast.alice.token.put_json(path, entry_body(cast, note="Alice's", base_revision=1)).status_code == 409
    versions = cast.alice.token.read(f"{path}revisions/").json()["results"]
    told = [(each["body"]["note"], each["current"], each["conflict"], each["number"]) for each in versions]
    assert told == [("Carol's", True, False, 2), ("Alice's", False, True, 1), ("first", False, False, 1)]


def test_patch_changes_what_it_names_and_nothing_else(cast: Cast) -> None:
    path = f"/api/entries/{new_id()}/"
    cast.alice.token.put_json(path, entry_body(cast, pain=3, note="kept"))
    answer = cast.alice.token.patch_json(path, {"pain": 5, "width_mm": 17})
    assert answer.status_code == 200
    found = answer.json()
    assert (found["pain"], found["width_mm"], found["length_mm"], found["note"]) == (5, 17.0, 21.0, "kept")
    assert (found["revision"], found["measured_at"]) == (2, "2026-01-10T08:30:00+01:00")
    assert cast.alice.token.patch_json(path, {"pain": None}).json()["pain"] is None
    assert cast.alice.token.patch_json(path, {"pain": 4, "base_revision": 1}).status_code == 409


@pytest.mark.parametrize("kind", ["people", "lumps", "entries", "events"])
def test_a_delete_can_be_taken_back(cast: Cast, kind: str) -> None:
    row = {"people": cast.person, "lumps": cast.lump, "entries": cast.entry, "events": cast.event}[kind]
    path = f"/api/{kind}/{row.pk}/"
    assert cast.alice.token.remove(path).status_code == 204
    assert cast.alice.token.read(path).status_code == 404
    assert cast.alice.token.remove(path).status_code == 204
    back = cast.alice.token.post_json(f"{path}restore/")
    assert back.status_code == 200
    assert back.json()["id"] == str(row.pk)
    assert cast.alice.token.read(path).status_code == 200


def test_a_batch_answers_in_order_and_a_bad_one_does_not_sink_the_rest(cast: Cast) -> None:
    good, other = new_id(), new_id()
    answer = cast.alice.token.post_json(
        "/api/entries/batch/",
        {
            "entries": [
                {"id": str(good), **entry_body(cast)},
                {"id": str(new_id()), **entry_body(cast, pain=11)},
                {"id": str(new_id()), **entry_body(cast, lump=str(cast.bobs_lump.pk))},
                {"id": str(other), **entry_body(cast, measured_at="2026-01-11T08:30:00+01:00")},
                {"id": "nonsense"},
            ]
        },
    )
    assert answer.status_code == 200
    results = answer.json()["results"]
    assert [each["status"] for each in results] == [201, 400, 404, 201, 400]
    assert "pain" in results[1]["errors"]
    assert results[0]["receipt"]["id"] == str(good)
    assert results[3]["receipt"]["id"] == str(other)
    assert results[0]["advice"]["urgency"] in {"none", "routine"}
    again = cast.alice.token.post_json("/api/entries/batch/", {"entries": [{"id": str(good), **entry_body(cast)}]})
    assert again.json()["results"][0]["status"] == 200


def test_me_tells_who_is_signed_in_and_takes_settings(cast: Cast) -> None:
    me = cast.alice.client.read("/api/me/").json()
    assert me["id"] == str(cast.alice.user.pk)
    assert me["csrf"]
    assert cast.alice.token.read("/api/me/").json()["csrf"] is None
    changed = cast.alice.token.patch_json("/api/me/", {"units": "in", "region": "us"}).json()
    assert (changed["units"], changed["region"], changed["theme"]) == ("in", "us", "auto")
    assert cast.alice.token.patch_json("/api/me/", {"region": None}).json()["region_chosen"] is False
    assert cast.alice.token.patch_json("/api/me/", {"email": "x@example.org"}).status_code == 400


def test_an_entry_of_years_ago_and_one_of_just_now(cast: Cast) -> None:
    soon = (datetime.now(UTC) + timedelta(minutes=5)).isoformat()
    for at, status in [("1900-01-01T00:00:00Z", 201), (soon, 201), ("1899-12-31T23:59:59Z", 400)]:
        answer = cast.alice.token.put_json(f"/api/entries/{new_id()}/", entry_body(cast, measured_at=at))
        assert answer.status_code == status, at
