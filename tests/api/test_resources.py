"""Reminders, links, photos, trend, tokens, exports, health: each thing once through the interface."""

import csv
import hashlib
import io
import json
import zipfile
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from PIL import Image

from tests.cast import Cast, make_entry, new_id
from tracker.models import Lump
from tracker.notifications import sender

pytestmark = pytest.mark.django_db


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (80, 60), (180, 120, 90)).save(out, "JPEG")
    return out.getvalue()


def test_a_reminder(cast: Cast) -> None:
    path = f"/api/reminders/{new_id()}/"
    body = {"lump": str(cast.lump.pk), "at": "08:30", "days": ["fri", "mon"]}
    made = cast.alice.token.put_json(path, body)
    assert made.status_code == 201
    assert (made.json()["at"], made.json()["days"], made.json()["every"]) == ("08:30", ["mon", "fri"], None)
    assert made.json()["next_at"]
    assert cast.alice.token.put_json(path, body).status_code == 200
    assert cast.alice.token.put_json(path, {**body, "every": 2}).json()["errors"].keys() == {"days"}
    assert len(cast.victor.token.read("/api/reminders/").json()["results"]) == 1
    assert cast.alice.token.remove(path).status_code == 204
    assert cast.alice.token.read("/api/reminders/").json()["results"] == []


def test_a_link_is_told_once_and_ended_at_once(cast: Cast) -> None:
    ends = (datetime.now(UTC) + timedelta(days=7)).isoformat()
    made = cast.alice.token.post_json("/api/share-links/", {"lumps": [str(cast.lump.pk)], "expires_at": ends})
    assert made.status_code == 201
    told = made.json()
    assert told["url"].endswith(f"/s/#{told['token']}") and len(told["token"]) == 43
    assert len(told["passcode"]) == 6
    listed = cast.alice.token.read("/api/share-links/")
    assert told["token"] not in listed.content.decode()
    (link,) = listed.json()["results"]
    assert (link["id"], link["live"], link["passcode"], link["visits"]) == (told["id"], True, True, 0)
    assert cast.carol.token.read("/api/share-links/").json()["results"] == []
    assert cast.alice.token.read(f"/api/share-links/{told['id']}/visits/").json()["results"] == []
    assert cast.alice.token.remove(f"/api/share-links/{told['id']}/").status_code == 204
    assert cast.alice.token.read("/api/share-links/").json()["results"][0]["live"] is False
    late = (datetime.now(UTC) + timedelta(days=91)).isoformat()
    refused = cast.alice.token.post_json("/api/share-links/", {"lumps": [str(cast.lump.pk)], "expires_at": late})
    assert refused.json()["errors"].keys() == {"expires_at"}
    by_carer = cast.carol.token.post_json("/api/share-links/", {"lumps": [str(cast.lump.pk)]})
    assert by_carer.status_code == 403


def test_a_photo_is_received_whole_or_not_at_all(cast: Cast) -> None:
    data, pk = picture(), new_id()
    path = f"/api/photos/{pk}/?entry={cast.entry.pk}"
    digest = hashlib.sha256(data).hexdigest()

    def send(body: bytes, kind: str = "image/jpeg", **headers: str) -> Any:
        return cast.alice.token.ask("PUT", path, body, content_type=kind, headers=headers)

    assert send(data, **{"X-Content-SHA256": "0" * 64}).json()["errors"].keys() == {"X-Content-SHA256"}
    assert send(b"").status_code == 400
    assert send(b"<svg>", "image/svg+xml").status_code == 415
    assert send(b"<html>not a picture").status_code == 415
    assert send(data, **{"X-Taken-At": "yesterday"}).json()["errors"].keys() == {"X-Taken-At"}
    assert cast.alice.token.read(f"/api/photos/{pk}/").status_code == 404
    made = send(data, **{"X-Content-SHA256": digest, "X-Taken-At": "2026-01-10T08:30:20+01:00"})
    assert made.status_code == 201
    assert made.json()["received_sha256"] == digest
    assert made.json()["taken_at"] == "2026-01-10T08:30:20+01:00"
    assert send(data).status_code == 200
    assert send(picture() + b"\0").status_code == 409
    assert cast.alice.token.read(f"/api/photos/{pk}/").json()["state"] in {"processing", "ready"}
    receipt = cast.alice.token.read(f"/api/entries/{cast.entry.pk}/").json()["receipt"]
    assert receipt["photos"] == {str(pk): digest}
    listed = cast.alice.token.read("/api/entries/").json()["results"][0]
    assert listed["receipt"]["photos"] == {str(pk): digest}
    assert cast.victor.token.read(f"/api/photos/{pk}/").status_code == 404
    assert cast.victor.token.read(f"/api/entries/{cast.entry.pk}/").json()["receipt"]["photos"] == {}


def test_a_photos_file_is_404_until_it_is_ready_and_then_a_clean_jpeg(cast: Cast) -> None:
    from tracker.actions.photo_work import process_photo

    pk = new_id()
    cast.alice.token.ask("PUT", f"/api/photos/{pk}/?entry={cast.entry.pk}", picture(), content_type="image/jpeg")
    path = f"/api/photos/{pk}/file/"
    before = cast.alice.token.read(path, size="thumb").status_code
    process_photo(pk=pk)
    ready = cast.alice.token.read(path, size="thumb")
    assert before in {404, 200}
    assert ready.status_code == 200
    assert ready["Content-Type"] == "image/jpeg"
    assert ready.content[:2] == b"\xff\xd8"
    assert "no-store" in ready["Cache-Control"]
    assert ready["X-Content-Type-Options"] == "nosniff"
    assert cast.alice.token.read(path, size="huge").status_code == 400
    assert cast.alice.token.remove(f"/api/photos/{pk}/").status_code == 204
    assert cast.alice.token.read(path, size="thumb").status_code == 404
    assert cast.alice.token.post_json(f"/api/photos/{pk}/restore/").status_code == 200
    assert cast.alice.token.read(path, size="thumb").status_code == 200


def test_the_trend_tells_growth_series_and_band_and_draws_them(cast: Cast) -> None:
    for week in range(10):
        make_entry(cast.lump, days_ago=80 - 7 * week, length_mm=round(20 * 1.02**week, 1), method="caliper")
    trend = cast.alice.token.read(f"/api/lumps/{cast.lump.pk}/trend/").json()
    assert trend["growth"]["readings"] == 11
    assert trend["growth"]["low"] < trend["growth"]["percent_per_month"] < trend["growth"]["high"]
    assert len(trend["series"]) == 11
    assert trend["band_axis"] == "length"
    assert all(point["low"] <= point["middle"] <= point["high"] for point in trend["band"])
    svg = cast.alice.token.read(f"/api/lumps/{cast.lump.pk}/trend.svg")
    assert (svg.status_code, svg["Content-Type"]) == (200, "image/svg+xml")
    assert b"<svg" in svg.content
    png = cast.alice.token.read(f"/api/lumps/{cast.lump.pk}/trend.png")
    assert png.content[:8] == b"\x89PNG\r\n\x1a\n"


def test_the_trend_of_a_lump_without_readings(cast: Cast) -> None:
    cast.alice.token.remove(f"/api/entries/{cast.entry.pk}/")
    trend = cast.alice.token.read(f"/api/lumps/{cast.lump.pk}/trend/").json()
    assert (trend["growth"]["readings"], trend["series"], trend["band"]) == (0, [], None)
    assert cast.alice.token.read(f"/api/lumps/{cast.lump.pk}/trend.svg").status_code == 200


def test_a_token_reads_or_writes_and_ends_and_cannot_make_more(cast: Cast) -> None:
    from tests.cast import JSONClient
    from tracker.models import AccessToken

    made = cast.alice.client.post_json("/api/tokens/", {"name": "scales", "scope": "read"}).json()
    reader = JSONClient(token=made["token"])
    assert reader.read("/api/lumps/").status_code == 200
    refused = reader.patch_json(f"/api/lumps/{cast.lump.pk}/", {"name": "x"})
    assert refused.status_code == 403
    assert "read" in refused.json()["detail"]
    assert cast.alice.token.post_json("/api/tokens/", {"name": "more"}).status_code == 403
    listed = cast.alice.token.read("/api/tokens/")
    assert made["token"] not in listed.content.decode()
    assert {each["name"] for each in listed.json()["results"]} == {"tests", "scales"}
    AccessToken.objects.filter(name="scales").update(created_at=datetime.now(UTC) - timedelta(days=3))
    reader.read("/api/me/")
    assert AccessToken.objects.get(name="scales").last_used_on == datetime.now(UTC).date()
    assert cast.bob.token.remove(f"/api/tokens/{made['id']}/").status_code == 404
    assert cast.alice.client.remove(f"/api/tokens/{made['id']}/").status_code == 204
    gone = reader.read("/api/lumps/")
    assert gone.status_code == 401
    assert gone["WWW-Authenticate"] == "Token"


def test_members_come_and_go(cast: Cast) -> None:
    path = f"/api/people/{cast.person.pk}/members/"
    made = cast.alice.token.post_json(path, {"email": "Dora@Example.org", "role": "viewer"})
    assert made.status_code == 201
    assert (made.json()["email"], made.json()["photos"]) == ("dora@example.org", False)
    assert len(cast.alice.token.read(path).json()["results"]) == 4
    assert {each["role"] for each in cast.victor.token.read(path).json()["results"]} == {"owner", "viewer"}
    assert len(cast.victor.token.read(path).json()["results"]) == 2
    assert cast.carol.token.remove(f"{path}{made.json()['id']}/").status_code == 403
    assert cast.alice.token.remove(f"{path}{made.json()['id']}/").status_code == 204
    assert cast.carol.token.post_json(path, {"email": "eve@example.org", "role": "carer"}).status_code == 403
    mine = next(each["id"] for each in cast.victor.token.read(path).json()["results"] if each["you"])
    assert cast.victor.token.remove(f"{path}{mine}/").status_code == 204
    assert cast.victor.token.read(f"/api/lumps/{cast.lump.pk}/").status_code == 404


def test_the_export_is_a_diary_file_of_ones_own_people_only(cast: Cast) -> None:
    answer = cast.alice.token.read("/api/export/?as=json")
    diary = json.loads(answer.content)
    assert diary["format"] == "lump-diary/1"
    assert [person["id"] for person in diary["people"]] == [str(cast.person.pk)]
    (lump,) = diary["people"][0]["lumps"]
    assert lump["entries"][0]["id"] == str(cast.entry.pk)
    assert lump["events"][0]["kind"] == "examined"
    carols = json.loads(cast.carol.token.read("/api/export/?as=json").content)
    assert str(cast.person.pk) not in json.dumps(carols)


def test_entries_as_a_table_hold_no_formula(cast: Cast) -> None:
    make_entry(cast.lump, note='=HYPERLINK("http://evil")', skin=[], warmth=True)
    answer = cast.alice.token.read(f"/api/people/{cast.person.pk}/entries.csv")
    rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode())))
    assert len(rows) == 2
    assert {row["note"] for row in rows} == {"", '\'=HYPERLINK("http://evil")'}
    assert {row["skin"] for row in rows} == {"", "none"}
    assert {row["warmth"] for row in rows} == {"", "yes"}
    none = cast.alice.token.read(f"/api/people/{cast.person.pk}/entries.csv", lumps=str(cast.bobs_lump.pk))
    assert len(b"".join(none.streaming_content).splitlines()) == 1


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t"])
def test_no_sign_begins_a_formula_in_a_note_or_a_name(cast: Cast, sign: str) -> None:
    evil = f"{sign}1+cmd|' /C calc'!A0"
    Lump.objects.filter(pk=cast.lump.pk).update(name=evil)
    make_entry(cast.lump, note=evil)
    answer = cast.alice.token.read(f"/api/people/{cast.person.pk}/entries.csv")
    archive = b"".join(cast.alice.token.read("/api/export/").streaming_content)
    tables = b"".join(answer.streaming_content), zipfile.ZipFile(io.BytesIO(archive)).read("entries.csv")
    for table in tables:
        rows = list(csv.DictReader(io.StringIO(table.decode(), newline="")))
        assert {row["lump_name"] for row in rows} == {f"'{evil}"}
        assert {row["note"] for row in rows} == {"", f"'{evil}"}


def test_push_is_refused_where_the_address_is_no_push_service(cast: Cast) -> None:
    body = {"endpoint": "https://127.0.0.1/x", "p256dh": "BAAA", "auth": "AAAA"}
    answer = cast.alice.token.put_json(f"/api/push/{new_id()}/", body)
    assert answer.status_code == 400
    assert answer.json()["errors"].keys() == {"endpoint"}
    assert len(cast.alice.client.read("/api/push/key/").json()["key"]) == 87


def test_health_tells_numbers_and_nobodys_data(cast: Cast) -> None:
    sender.deliver()  # a process is forgiven for two minutes only, and tests may run for longer
    answer = cast.anonymous.read("/healthz")
    assert answer.status_code == 200
    assert answer.json()["database"] == "ok"
    assert "@" not in answer.content.decode()


def test_the_document_and_its_page_are_open_and_need_nothing_from_elsewhere(cast: Cast) -> None:
    document = cast.anonymous.read("/api/schema/").json()
    assert document["openapi"].startswith("3.1")
    assert "/api/entries/{id}/" in document["paths"] or "/api/entries/{pk}/" in document["paths"]
    page = cast.anonymous.read("/api/docs/")
    assert page.status_code == 200
    text = page.content.decode()
    assert "/api/entries/batch/" in text
    assert "http://" not in text.replace('xmlns="http://', "") and "https://" not in text
    assert "<script" not in text and "style=" not in text
