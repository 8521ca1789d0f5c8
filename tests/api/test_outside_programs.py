"""What programs we have never seen may send: found by checks written from the interface's text alone."""

import base64
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.cast import Cast, new_id
from tracker.models import Entry, PushSubscription

pytestmark = pytest.mark.django_db
AT = "2026-01-10T08:30:00+00:00"
SERVICE = "https://fcm.googleapis.com/fcm/send/abc"
SPOILED: dict[str, tuple[Any, set[str]]] = {
    "NUL": ({"note": "a\x00b"}, {"note"}),
    "half a surrogate": ({"note": "\ud800"}, {"note"}),
    "two at once": ({"note": "\x00", "typed": {"length": "\x00"}}, {"note", "typed"}),
    "too large": ({"pain": 10**30}, {"pain"}),
    "too deep": ({"skin": [[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]}, {"skin"}),
    "a key that cannot be said": ({"\udfff\x00": 1}, set()),
}


def body(cast: Cast, **keys: Any) -> dict[str, Any]:
    return {"lump": str(cast.lump.pk), "measured_at": AT, **keys}


@pytest.mark.parametrize(("wrong", "named"), SPOILED.values(), ids=SPOILED.keys())
def test_what_no_diary_can_keep_is_refused_by_its_name(cast: Cast, wrong: dict[str, Any], named: set[str]) -> None:
    answer = cast.alice.token.put_json(f"/api/entries/{new_id()}/", body(cast, **wrong))
    assert answer.status_code == 400
    assert answer.json()["errors"].keys() == named


@pytest.mark.parametrize(("wrong", "named"), SPOILED.values(), ids=SPOILED.keys())
def test_it_sinks_none_of_the_others_in_a_batch(cast: Cast, wrong: dict[str, Any], named: set[str]) -> None:
    bad, good = new_id(), new_id()
    entries = [{"id": str(bad), **body(cast, **wrong)}, {"id": str(good), **body(cast)}]
    answer = cast.alice.token.post_json("/api/entries/batch/", {"entries": entries})
    results = answer.json()["results"]
    assert [(each["id"], each["status"]) for each in results] == [(str(bad), 400), (str(good), 201)]
    assert results[0]["errors"].keys() == (named or {""})


def test_what_is_no_entry_sinks_none_of_the_others_either(cast: Cast) -> None:
    good = str(new_id())
    entries: list[Any] = [5, None, "x", [], {}, {"id": "\ud800"}, {"id": good, **body(cast)}]
    results = cast.alice.token.post_json("/api/entries/batch/", {"entries": entries}).json()["results"]
    assert [(each["id"], each["status"]) for each in results] == [*([(None, 400)] * 6), (good, 201)]
    assert all(each["errors"] for each in results[:-1])


@pytest.mark.parametrize("wrong", [{"more": "\ud800"}, {"\ud800": 1}, {"entries\x00": []}])
def test_a_batch_with_more_than_entries_is_refused_whole(cast: Cast, wrong: dict[str, Any]) -> None:
    before = Entry.objects.count()
    answer = cast.alice.token.post_json(
        "/api/entries/batch/", {"entries": [{"id": str(new_id()), **body(cast)}], **wrong}
    )
    assert answer.status_code == 400
    assert Entry.objects.count() == before


def test_revision_nought_is_stale_too(cast: Cast) -> None:
    path = f"/api/entries/{new_id()}/"
    assert cast.alice.token.put_json(path, body(cast, base_revision=0)).status_code == 201
    assert cast.alice.token.put_json(path, body(cast, pain=1, base_revision=0)).status_code == 409
    assert cast.alice.token.read(path).json()["pain"] is None


def subscription() -> dict[str, Any]:
    """As `PushSubscription.toJSON()` says it."""
    point = (
        ec.generate_private_key(ec.SECP256R1()).public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    )
    keys = {"p256dh": base64.urlsafe_b64encode(point).decode().rstrip("="), "auth": "A" * 22}
    return {"endpoint": SERVICE, "expirationTime": None, "keys": keys}


def test_a_browsers_subscription_is_taken_as_the_browser_says_it(cast: Cast) -> None:
    pk, sent = new_id(), subscription()
    assert cast.alice.token.put_json(f"/api/push/{pk}/", sent).status_code == 201
    assert cast.alice.token.put_json(f"/api/push/{pk}/", {"endpoint": SERVICE, **sent["keys"]}).status_code == 200
    row = PushSubscription.objects.get(pk=pk)
    assert {"p256dh": row.p256dh, "auth": row.auth} == sent["keys"]


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"keys": None}, {"p256dh", "auth"}),
        ({"keys": {"auth": "A" * 22}}, {"p256dh"}),
        ({"auth": "A" * 22}, {"keys"}),
        ({"keys": {"auth": "A" * 22, "p256dh": "B", "more": "x"}}, {"keys"}),
        ({"keys": []}, {"keys"}),
        ({"expirationTime": "tomorrow"}, {"expirationTime"}),
    ],
)
def test_a_subscription_without_its_two_keys_once_is_refused(
    cast: Cast, change: dict[str, Any], named: set[str]
) -> None:
    answer = cast.alice.token.put_json(f"/api/push/{new_id()}/", {**subscription(), **change})
    assert answer.status_code == 400
    assert answer.json()["errors"].keys() == named
