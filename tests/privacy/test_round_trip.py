"""H11: what is exported comes back equal; into an empty account and a used one, once and again."""

import io
import json
import zipfile
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings

from tests.cast import Cast, JSONClient, Member, make_cast, make_entry, make_event, make_member
from tests.photos import pictures
from tests.photos.deeds import settled
from tests.privacy.diaries import diaries, without_null
from tracker.actions.erasing import ask_to_erase, erase_account
from tracker.actions.photo_work import process_photo
from tracker.models import Delivery, Notice, Person, Photo, Revision


def sent(client: JSONClient, body: Any, *, dry: bool = False) -> dict[str, Any]:
    raw, kind = (
        (body, "application/zip") if isinstance(body, bytes) else (json.dumps(body).encode(), "application/json")
    )
    answer = client.ask("POST", f"/api/import/?dry_run={int(dry)}", raw, content_type=kind)
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = answer.json()
    return found


def diary_of(client: JSONClient) -> dict[str, Any]:
    found: dict[str, Any] = client.read("/api/export/?as=json").json()
    return found


def count(body: dict[str, Any]) -> int:
    lumps = [lump for person in body["people"] for lump in person["lumps"]]
    return len(body["people"]) + len(lumps) + sum(len(lump["entries"]) + len(lump["events"]) for lump in lumps)


@pytest.fixture
def dana(db: Any) -> Member:
    return make_member("dana")


@settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=diaries)
def test_any_diary_comes_back_equal(dana: Member, body: dict[str, Any]) -> None:
    Person.objects.all().delete()
    told = sent(dana.token, body, dry=True)
    assert told == {"added": count(body), "changed": 0, "same": 0, "refused": []}
    assert not Person.objects.exists(), "a dry run wrote something"
    assert sent(dana.token, body) == told
    first = diary_of(dana.token)
    assert without_null(first) == without_null(body)
    assert sent(dana.token, first) == {"added": 0, "changed": 0, "same": count(body), "refused": []}
    Person.objects.all().delete()
    assert sent(dana.token, first)["added"] == count(body)
    assert diary_of(dana.token) == first


def exported(client: JSONClient) -> bytes:
    return b"".join(client.read("/api/export/").streaming_content)


def test_a_whole_archive_into_an_empty_account(db: None) -> None:
    cast = make_cast()
    make_entry(cast.lump, days_ago=0.5, note="half a day", unwell=["confused"], skin=[])
    make_event(cast.lump, kind="antibiotics_started", days_ago=1)
    photo = settled(cast.alice.user, cast.entry, pictures.jpeg())
    hidden = settled(cast.alice.user, cast.entry, pictures.jpeg())
    cast.alice.token.patch_json(f"/api/photos/{hidden.pk}/", {"never_share": True})
    before, archive = diary_of(cast.alice.token), exported(cast.alice.token)
    ask_to_erase(user=cast.alice.user, at=datetime.now(UTC) - timedelta(days=8))
    erase_account(pk=cast.alice.user.pk)

    dana = make_member("dana")
    told = sent(dana.token, archive, dry=True)
    assert told["refused"] == [] and told["added"] == count(before) + 2 and not Photo.objects.exists()
    assert sent(dana.token, archive) == told
    for pk in (photo.pk, hidden.pk):
        process_photo(pk=pk)
    after = diary_of(dana.token)
    for body in (before, after):  # photo bytes excepted: they are encoded anew
        for each in body["people"][0]["lumps"][0]["entries"]:
            for told_photo in each["photos"]:
                assert len(told_photo.pop("sha256")) == 64
    assert after == before
    assert Photo.objects.get(pk=hidden.pk).never_share and not Photo.objects.get(pk=photo.pk).never_share
    # old findings stand in the diary, and nobody gets a heap of mail for them
    assert dana.token.read("/api/alerts/").json()["results"]
    assert not Notice.objects.exclude(kind="account").filter(user=dana.user).exists() and not Delivery.objects.exists()
    assert sent(dana.token, exported(dana.token)) == {"added": 0, "changed": 0, "same": told["added"], "refused": []}


def test_into_a_used_account_it_changes_what_differs_and_keeps_the_earlier_version(cast: Cast) -> None:
    body = diary_of(cast.alice.token)
    entry = body["people"][0]["lumps"][0]["entries"][0]
    entry["note"] = "as the file has it"
    told = sent(cast.alice.token, body)
    assert (told["added"], told["changed"], told["refused"]) == (0, 1, [])
    cast.entry.refresh_from_db()
    assert cast.entry.note == "as the file has it" and cast.entry.revision == 2
    assert Revision.objects.filter(row=cast.entry.pk, number=1).count() == 1
    cast.alice.token.remove(f"/api/entries/{cast.entry.pk}/")
    assert sent(cast.alice.token, body)["changed"] == 1
    assert cast.alice.token.read(f"/api/entries/{cast.entry.pk}/").status_code == 200


def test_ids_of_somebody_else_are_refused_with_one_sentence_and_change_nothing(cast: Cast) -> None:
    alices = diary_of(cast.alice.token)
    whys = set()
    for client in (cast.bob.token, cast.carol.token, cast.victor.token):
        told = sent(client, alices)
        assert (told["added"], told["changed"], told["same"]) == (0, 0, 0)
        whys |= {each["why"] for each in told["refused"]}
    mine = diary_of(cast.bob.token)
    lump = alices["people"][0]["lumps"][0]
    mine["people"][0]["lumps"].append(lump)
    told = sent(cast.bob.token, mine)
    assert [each["path"] for each in told["refused"]] == ["people[0].lumps[1]"]
    fresh = {**lump, "id": "0198c1a0-0000-7000-8000-00000000aaaa"}
    mine["people"][0]["lumps"][1] = fresh
    told2 = sent(cast.bob.token, mine)
    assert {each["path"] for each in told2["refused"]} == {
        "people[0].lumps[1].entries[0]", "people[0].lumps[1].events[0]"
    }  # fmt: skip
    assert len(whys | {each["why"] for each in told["refused"] + told2["refused"]}) == 1
    assert diary_of(cast.alice.token) == alices


def test_a_bad_row_is_named_and_the_others_are_taken(cast: Cast) -> None:
    body = diary_of(cast.alice.token)
    lump = body["people"][0]["lumps"][0]
    at = "2026-01-10T08:30:00+00:00"
    lump["entries"] = [
        {"id": "0198c1a0-0000-7000-8000-000000000010", "measured_at": at, "pain": 11},
        {"id": "0198c1a0-0000-7000-8000-000000000011", "measured_at": at, "pain": 1},
        {"id": "0198c1a0-0000-7000-8000-000000000011", "measured_at": at, "pain": 2},
        {"id": "0198c1a0-0000-7000-8000-000000000012", "measured_at": "2099-01-10T08:30:00+00:00"},
        {"id": "0198c1a0-0000-7000-8000-000000000013", "measured_at": at, "note": "x" * 20_001},
        "not an entry",
    ]
    told = sent(cast.alice.token, body)
    base = "people[0].lumps[0].entries"
    assert {each["path"] for each in told["refused"]} == {
        f"{base}[0].pain", f"{base}[2].id", f"{base}[3].measured_at", f"{base}[4].note", f"{base}[5]",
    }  # fmt: skip
    assert told["added"] == 1


def _zip(**files: Any) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/").replace("_json", ".json"), content)
    return out.getvalue()


EMPTY = json.dumps({"format": "lump-diary/1", "people": []})
HOSTILE = {
    "nothing": b"",
    "not json": b"{",
    "a list": b"[]",
    "another format": b'{"format": "lump-diary/2", "people": []}',
    "no people": b'{"format": "lump-diary/1"}',
    "people twice": b'{"format": "lump-diary/1", "people": [], "people": []}',
    "not a number": b'{"format": "lump-diary/1", "people": [], "x": NaN}',
    "nested": b'{"format": "lump-diary/1", "people": ' + b"[" * 100_000,
    "a digit bomb": b'{"format": "lump-diary/1", "people": [' + b"9" * 5_000 + b"]",
    "too many rows": b'{"format": "lump-diary/1", "people": [' + b"{}," * 300_001 + b"{}]}",
    "half a zip": _zip(diary_json=EMPTY)[:-30],
    "no diary inside": _zip(other_json=EMPTY),
    "a bomb": _zip(diary_json=b" " * (33 * 2**20)),
    "latin": b'{"format": "lump-diary/1", "people": ["\xff"]}',
}


@pytest.mark.parametrize("name", list(HOSTILE))
def test_a_file_that_is_no_diary_is_refused_whole(cast: Cast, name: str) -> None:
    raw = HOSTILE[name]
    kind = "application/zip" if raw[:2] == b"PK" else "application/json"
    before = Person.objects.count()
    answer = cast.alice.token.ask("POST", "/api/import/", raw, content_type=kind)
    assert answer.status_code == 400, answer.content[:200]
    assert answer.json()["errors"]
    assert Person.objects.count() == before


def test_pictures_are_read_only_from_the_archives_own_folder(cast: Cast) -> None:
    body = diary_of(cast.alice.token)
    entry = body["people"][0]["lumps"][0]["entries"][0]
    new = "0198c1a0-0000-7000-8000-00000000000{}"
    wrong = ("../../etc/passwd", "photos/../diary.json", "/etc/passwd", "photos/none.jpg", "photos/text.jpg")
    entry["photos"] = [{"id": new.format(place), "file": name} for place, name in enumerate(wrong)]
    raw = _zip(diary_json=json.dumps(body), photos__text=b"x", **{"photos/text.jpg": b"GIF89a no picture of ours"})
    told = sent(cast.alice.token, raw)
    assert len(told["refused"]) == len(wrong) and not Photo.objects.exists()


def test_a_read_token_and_nobody_cannot_import(cast: Cast) -> None:
    made = cast.alice.client.post_json("/api/tokens/", {"name": "reader", "scope": "read"}).json()
    reader = JSONClient(token=made["token"])
    raw = json.dumps({"format": "lump-diary/1", "people": []}).encode()
    assert reader.ask("POST", "/api/import/", raw).status_code == 403
    assert JSONClient().ask("POST", "/api/import/", raw).status_code == 401
    guarded = Client(enforce_csrf_checks=True)
    guarded.force_login(cast.alice.user)
    assert guarded.post("/api/import/", raw, content_type="application/json").status_code == 403


@pytest.mark.parametrize("archive", [False, True])
def test_the_app_imports_by_its_session(cast: Cast, archive: bool) -> None:
    """A large body too: whatever looks for the token in a form must leave it unread."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.alice.user)
    csrf = {"X-CSRFToken": client.get("/api/me/").json()["csrf"]}
    text = json.dumps(diary_of(cast.alice.token)) + " " * 3 * 2**20
    raw, kind = (_zip(diary_json=text), "application/zip") if archive else (text.encode(), "application/json")
    answer = client.post("/api/import/", raw, content_type=kind, headers=csrf)
    assert answer.status_code == 200 and answer.json()["same"] == 4, answer.content
