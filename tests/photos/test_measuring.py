"""Measure your measuring, through the interface: sets kept once, an error in words, and a growth engine that knows it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.cast import Cast, make_cast, make_entry, make_lump, new_id
from tracker.history import history_of
from tracker.models import Lump, MeasuringTrial

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def path(cast: Cast) -> str:
    return f"/api/people/{cast.person.pk}/measuring/"


def body(**more: Any) -> dict[str, Any]:
    return {"id": str(new_id()), "method": "ruler", "by": "self", "readings": [20, 24, 17, 22]} | more


def test_a_set_is_kept_once_told_in_words_and_deleted(cast: Cast) -> None:
    first = body(at="2026-01-10T08:30:00+01:00")
    assert cast.alice.token.read(path(cast)).json() == {"trials": [], "methods": []}
    answers = [cast.carol.token.post_json(path(cast), first) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [201, 200, 200]
    kept = {**first, "readings": [20.0, 24.0, 17.0, 22.0]}
    assert answers[0].json() == answers[2].json() == kept
    other = body(by="other", readings=[25, 29, 22, 28], at="2026-01-10T09:30:00+01:00")
    assert cast.alice.token.post_json(path(cast), other).status_code == 201
    told = cast.victor.token.read(path(cast)).json()
    assert [trial["by"] for trial in told["trials"]] == ["other", "self"]
    (own,) = told["methods"]
    assert (own["method"], own["sets"], own["readings"]) == ("ruler", 1, 4)
    assert own["low_percent"] < own["error_percent"] < own["high_percent"]
    assert own["error_percent"] > own["usual_percent"] and own["shift_percent"] > 0
    sentences = " ".join(own["sentences"])
    assert "of your readings (ruler) is off by about 10 %" in sentences and "2 mm a month" in sentences
    assert len(own["sentences"]) == 4
    assert cast.alice.token.remove(f"{path(cast)}{first['id']}/").status_code == 204
    assert cast.alice.token.remove(f"{path(cast)}{first['id']}/").status_code == 404
    assert cast.alice.token.read(path(cast)).json()["methods"] == []  # the second person's alone tells nothing


@pytest.mark.parametrize(
    "wrong",
    [
        {"readings": [20]}, {"readings": [20] * 11}, {"readings": [20, 0]}, {"readings": [20, "21"]}, {"readings": [20, True]},
        {"readings": [20, 501]}, {"readings": None}, {"method": "scan"}, {"method": None}, {"by": "me"}, {"id": "x"},
        {"id": None}, {"at": "2026-01-10"}, {"at": "2199-01-10T00:00:00Z"}, {"more": 1},
    ],
)  # fmt: skip
def test_what_is_no_set_is_refused_by_name(cast: Cast, wrong: dict[str, Any]) -> None:
    answer = cast.alice.token.post_json(path(cast), body(**wrong))
    assert answer.status_code == 400 and answer.json()["errors"].keys() == wrong.keys()
    assert not MeasuringTrial.objects.exists()


def test_another_set_or_another_person_under_the_same_id(cast: Cast) -> None:
    sent = body()
    assert cast.alice.token.post_json(path(cast), sent).status_code == 201
    assert cast.alice.token.post_json(path(cast), {**sent, "readings": [20, 20]}).status_code == 409
    assert cast.bob.token.post_json(f"/api/people/{cast.bobs_person.pk}/measuring/", sent).status_code == 404
    assert cast.bob.token.remove(f"/api/people/{cast.bobs_person.pk}/measuring/{sent['id']}/").status_code == 404
    assert cast.victor.token.remove(f"{path(cast)}{sent['id']}/").status_code == 403
    assert MeasuringTrial.objects.count() == 1


def test_a_hundred_sets_are_enough(cast: Cast) -> None:
    MeasuringTrial.objects.bulk_create(
        MeasuringTrial(person=cast.person, method="ruler", by="self", readings=[20.0, 21.0]) for _ in range(100)
    )
    answer = cast.alice.token.post_json(path(cast), body())
    assert answer.status_code == 400 and "hundred" in answer.json()["detail"]


def test_the_growth_engine_knows_it_at_once_and_for_this_person_alone(cast: Cast) -> None:
    """A lump that seems to grow fast in usual hands: in rough ones it is no longer so sure, and the alert is closed."""
    lump = make_lump(cast.person, "Grows", first_noticed_on=datetime.now(UTC).date())
    for week, mm in enumerate([20, 21, 20, 22, 21, 23, 22, 24, 23]):
        make_entry(lump, days_ago=63 - 7 * week, length_mm=mm, method="ruler")
    latest = make_entry(lump, days_ago=0, length_mm=25.0, method="ruler")
    before = cast.alice.token.read(f"/api/lumps/{lump.pk}/trend/").json()["growth"]
    cast.alice.token.patch_json(f"/api/entries/{latest.pk}/", {"pain": 1})
    opened = rules_open(cast, lump)
    assert "growth.rapid" in opened
    for _ in range(4):
        cast.alice.token.post_json(path(cast), body(readings=[20, 30, 14, 25, 17, 27]))
    after = cast.alice.token.read(f"/api/lumps/{lump.pk}/trend/").json()["growth"]
    assert after["p_rapid"] < before["p_rapid"]
    assert "growth.rapid" not in rules_open(cast, lump)
    assert history_of(lump).own_errors[0][0] == "ruler" and history_of(lump).own_errors[0][1] > 1.5
    assert history_of(cast.bobs_lump).own_errors == ()


def rules_open(cast: Cast, lump: Lump) -> set[str]:
    alerts = cast.alice.token.read("/api/alerts/", lump=str(lump.pk)).json()["results"]
    return {alert["rule"] for alert in alerts if alert["state"] != "closed"}


def test_a_diary_file_knows_nothing_of_it(cast: Cast) -> None:
    """So a replay says what it said."""
    before = cast.alice.token.read("/api/export/?as=json").json()
    cast.alice.token.post_json(path(cast), body(at=(datetime.now(UTC) - timedelta(days=1)).isoformat()))
    assert cast.alice.token.read("/api/export/?as=json").json() == before
