"""What hostile and careless clients send: a clear refusal in one shape, never a 500, never a row."""

import json
import socket
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.cast import Cast, JSONClient, make_cast, new_id
from tracker.models import Entry

pytestmark = pytest.mark.django_db
AT = "2026-01-10T08:30:00+00:00"


def refused(answer: Any, status: int = 400) -> dict[str, list[str]]:
    assert answer.status_code == status, answer.content[:300]
    assert answer["Content-Type"] == "application/json"
    body = answer.json()
    assert set(body) == {"detail", "errors"}
    assert isinstance(body["detail"], str) and body["detail"]
    return dict(body["errors"])


def put(cast: Cast, raw: bytes, **kwargs: Any) -> Any:
    return cast.alice.token.ask("PUT", f"/api/entries/{new_id()}/", raw, **kwargs)


def body(cast: Cast, **keys: Any) -> dict[str, Any]:
    return {"lump": str(cast.lump.pk), "measured_at": AT, **keys}


RAW = {
    "NaN": b'{"length_mm": NaN}',
    "Infinity": b'{"length_mm": Infinity}',
    "-Infinity": b'{"length_mm": -Infinity}',
    "10^400": b'{"length_mm": 1e400}',
    "-10^400": b'{"length_mm": -1e400}',
    "10^400 in full": b'{"length_mm": 1' + b"0" * 400 + b"}",
    "ten thousand digits": b'{"length_mm": ' + b"9" * 10_000 + b"}",
    "2^63": b'{"pain": 9223372036854775808}',
    "NUL": b'{"note": "a\\u0000b"}',
    "NUL in a key": b'{"a\\u0000": 1}',
    "half a surrogate": b'{"note": "\\ud800"}',
    "half a surrogate in a key": b'{"\\udfff": 1}',
    "half a surrogate in a list": b'{"skin": ["\\ud800"]}',
    "deep lists": b'{"skin": ' + b"[" * 21 + b"]" * 21 + b"}",
    "very deep lists": b'{"skin": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "very deep objects": b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
    "deep and cut": b"[" * 100_000,
    "a key twice": b'{"pain": 1, "pain": 2}',
    "a key twice below": b'{"typed": {"length": "1", "length": "2"}}',
    "not JSON": b"pain=1",
    "cut": b'{"pain": 1, "no',
    "a list": b"[]",
    "a text": b'"x"',
    "null": b"null",
    "a number": b"1",
    "Latin-1": '{"note": "é"}'.encode("latin-1"),
    "UTF-16": '{"pain": 1}'.encode("utf-16"),
    "a BOM": b"\xef\xbb\xbf{}",
    "two objects": b"{}{}",
    "a comment": b'{"pain": 1 /* ouch */}',
    "single quotes": b"{'pain': 1}",
}


@pytest.mark.parametrize("raw", RAW.values(), ids=RAW.keys())
def test_a_body_that_is_no_json_object_of_ours(cast: Cast, raw: bytes) -> None:
    before = Entry.objects.count()
    refused(put(cast, raw))
    refused(cast.alice.token.ask("POST", "/api/entries/batch/", raw))
    assert Entry.objects.count() == before


@pytest.mark.parametrize("raw", [b"", b"  \n", b"{}"])
def test_an_empty_body_names_what_is_needed(cast: Cast, raw: bytes) -> None:
    assert refused(put(cast, raw)).keys() == {"lump", "measured_at"}


def test_nesting_of_twenty_is_read(cast: Cast) -> None:
    deep: Any = []
    for _level in range(18):
        deep = [deep]
    assert refused(put(cast, json.dumps(body(cast, skin=deep)).encode())).keys() == {"skin"}


WRONG: dict[str, list[Any]] = {
    "length_mm": [0, -1, 0.04, 500.1, 1e18, "21", True, [], {}, "NaN"],
    "redness_beyond_mm": [-0.1, 501],
    "pain": [-1, 11, 2.5, "3", True, [1], 10**15],
    "tenderness": [4, -1],
    "temperature_c": [29.9, 45.1, 98.6, "37"],
    "warmth": [0, 1, "yes", "true", []],
    "method": ["", "Ruler", "tape", 1, ["ruler"], {"a": 1}],
    "skin": ["ulcer", ["Ulcer"], [["ulcer"]], [None], ["ulcer"] * 101, {"ulcer": True}],
    "unwell": [["unwell"], 1],
    "note": [1, [], "x" * 20_001],
    "typed": ["21 mm", {"length": 21}, {"volume": "3"}, {"length": "x" * 41}, [], {"length": None}],
    "lump": [None, "", "x", 1, "0" * 32, "{" + "0" * 36 + "}", ["a"]],
    "measured_at": [
        None, "", "yesterday", 1736500000, "2026-01-10", "2026-01-10T08:30:00", "2026-01-10 08:30:00+00:00",
        "2026-02-30T08:30:00Z", "2026-13-01T08:30:00Z", "2026-01-10T24:00:00Z", "2026-01-10T08:30:60Z",
        "2026-01-10T08:30:00+25:00", "1899-12-31T23:59:59Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z",
        "20260110T083000Z", "2026-W02-6T08:30:00Z", "２０２６-01-10T08:30:00Z", "2025-02-29T08:30:00Z",
    ],
    "base_revision": [-1, "1", 1.5, 2**31],
    "colour": ["red"],
    "revision": [1],
    "photos": [[]],
}  # fmt: skip


@pytest.mark.parametrize("key", WRONG)
def test_a_wrong_value_is_refused_by_name(cast: Cast, key: str) -> None:
    pk = new_id()
    for value in WRONG[key]:
        answer = cast.alice.token.put_json(f"/api/entries/{pk}/", body(cast, **{key: value}))
        assert refused(answer).keys() == {key}, value
        if key not in ("lump", "measured_at"):
            batch = {"entries": [{"id": str(pk), **body(cast, **{key: value})}]}
            result = cast.alice.token.post_json("/api/entries/batch/", batch).json()["results"][0]
            assert (result["status"], list(result["errors"])) == (400, [key]), value
    assert not Entry.objects.filter(pk=pk).exists()


def test_every_wrong_key_is_named_at_once(cast: Cast) -> None:
    errors = refused(cast.alice.token.put_json(f"/api/entries/{new_id()}/", {"pain": 11, "colour": 1, "warmth": 3}))
    assert errors.keys() == {"pain", "colour", "warmth", "lump", "measured_at"}


def test_tomorrow_is_the_latest(cast: Cast) -> None:
    for days, good in ((0, True), (2, False), (30, False), (366, False)):
        at = (datetime.now(UTC) + timedelta(days=days)).isoformat()
        answer = cast.alice.token.put_json(f"/api/entries/{new_id()}/", body(cast, measured_at=at))
        assert (answer.status_code == 201) is good
    later = {"person": str(cast.person.pk), "name": "x", "site": "knee", "first_noticed_on": "2099-01-01"}
    assert refused(cast.alice.token.put_json(f"/api/lumps/{new_id()}/", later)).keys() == {"first_noticed_on"}


@pytest.mark.parametrize(
    ("key", "values"),
    [
        ("name", [None, "", "   ", "x" * 101, 5]),
        ("birth_year", [1899, 2**40, "1984", datetime.now(UTC).year + 1]),
        ("sex", ["f", ""]),
        ("conditions", ["diabetes", ["cough"]]),
        ("timezone", ["Mars/Olympus", "", "../../etc/passwd", "europe/london"]),
    ],
)
def test_a_person(cast: Cast, key: str, values: list[Any]) -> None:
    for value in values:
        answer = cast.alice.token.put_json(f"/api/people/{new_id()}/", {"name": "Sam", key: value})
        assert refused(answer).keys() == {key}, value


@pytest.mark.parametrize("text", ["0", "-1", "501", "9223372036854775808", "1e3", "ten", "", "1.5", "٣", "0x10", " 1"])
def test_limits(cast: Cast, text: str) -> None:
    for address in ("/api/entries/", "/api/people/", "/api/alerts/", "/api/tokens/"):
        assert refused(cast.alice.token.read(address, limit=text)).keys() == {"limit"}


ONE = "0" * 32


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "0",
        "1~",
        f"1~{ONE}",
        f"1~{ONE}.-1",
        f"1~{ONE}.{'9' * 17}",
        f"1~{'g' * 32}.1",
        "1\n",
        "é",
        "\x00",
        "1~" * 5000,
    ],
)
def test_cursors_and_pages_that_are_none_of_ours(cast: Cast, text: str) -> None:
    for key in ("since", "page"):
        assert refused(cast.alice.token.read("/api/entries/", **{key: text})).keys() == {key}


def test_a_forged_page_finds_only_ones_own(cast: Cast) -> None:
    for key in ("9" * 16, f"-{'9' * 16}", "0"):
        for way in "nb":
            for query in ({}, {"since": "1"}):
                answer = cast.bob.token.read("/api/entries/", page=f"{way}~{key}~{ONE}~", **query)
                assert {row["id"] for row in answer.json()["results"]} <= {str(cast.bobs_entry.pk)}
    for page in (f"n~{'9' * 17}~{ONE}~", f"x~1~{ONE}~", f"n~1~{ONE}", f"n~1~{ONE}~x", "n~1~1~"):
        assert refused(cast.bob.token.read("/api/entries/", page=page)).keys() == {"page"}


@pytest.mark.parametrize(
    "path",
    ["/api/nothing/", "/api/", "/api/entries/1/", "/api/entries/../people/", "/api/entries/%00/", "/api/entries/é/"],
)
def test_unknown_addresses(cast: Cast, path: str) -> None:
    for client in (cast.alice.token, cast.anonymous):
        for method in ("GET", "PUT", "POST", "DELETE"):
            refused(client.ask(method, path), 404)


@pytest.mark.parametrize("method", ["OPTIONS", "TRACE", "POST", "FOO"])
def test_a_method_that_is_not_there(cast: Cast, method: str) -> None:
    answer = cast.alice.token.ask(method, f"/api/entries/{cast.entry.pk}/")
    refused(answer, 405)
    assert set(answer["Allow"].split(", ")) == {"GET", "PUT", "PATCH", "DELETE", "HEAD"}


@pytest.mark.parametrize(
    "kind",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/xml",
        "json",
        "",
    ],
)
def test_another_content_type(cast: Cast, kind: str) -> None:
    for client in (cast.alice.token, cast.alice.client):
        path = f"/api/entries/{new_id()}/"
        refused(client.ask("PUT", path, json.dumps(body(cast)).encode(), content_type=kind), 415)


def test_a_content_type_with_a_charset_is_json_all_the_same(cast: Cast) -> None:
    raw = json.dumps(body(cast)).encode()
    assert put(cast, raw, content_type="Application/JSON; charset=utf-8").status_code == 201


def test_a_body_of_three_megabytes(cast: Cast) -> None:
    refused(put(cast, b'{"note": "' + b"x" * 3_000_000 + b'"}'), 413)
    refused(cast.alice.client.ask("PUT", f"/api/entries/{new_id()}/", b" " * 3_000_000), 413)


def test_more_than_five_hundred_entries_at_once(cast: Cast) -> None:
    entries = [{"id": str(new_id())}] * 501
    assert refused(cast.alice.token.post_json("/api/entries/batch/", {"entries": entries})).keys() == {"entries"}
    wrong: Any
    for wrong in ({}, {"entries": {}}, {"entries": 1}, {"entries": None}):
        assert refused(cast.alice.token.post_json("/api/entries/batch/", wrong)).keys() == {"entries"}
    assert cast.alice.token.post_json("/api/entries/batch/", {"entries": []}).json() == {"results": []}


def test_the_same_date_twice_is_two_entries_and_the_order_is_steady(cast: Cast) -> None:
    ids = [new_id() for _ in range(5)]
    for pk in ids:
        assert cast.alice.token.put_json(f"/api/entries/{pk}/", body(cast)).status_code == 201
    found, page = [], cast.alice.token.read("/api/entries/", limit=2).json()
    while True:
        found += [row["id"] for row in page["results"]]
        if page["next"] is None:
            break
        page = cast.alice.token.get(page["next"], headers=cast.alice.token.token_header).json()
    assert sorted(found) == sorted([*map(str, ids), str(cast.entry.pk)])


def test_ids_of_any_version_and_case(cast: Cast) -> None:
    for pk in (
        "c232ab00-9414-11ec-b3c8-9f6bdeced846", "00000000-0000-0000-0000-000000000000",
        "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF", "919108f7-52d1-4320-9bac-f847db4148a8",
    ):  # fmt: skip
        answer = cast.alice.token.put_json(f"/api/entries/{pk}/", {"id": pk, **body(cast)})
        assert answer.status_code == 201
        assert answer.json()["id"] == pk.lower()
    assert refused(cast.alice.token.put_json(f"/api/entries/{pk}/", {"id": str(new_id()), **body(cast)})).keys() == {
        "id"
    }


@pytest.mark.parametrize(
    "header", ["Token", "Token ", "Token x", "Bearer x", "Basic eDp5", "Token \x00", "Token " + "x" * 5000, "é"]
)
def test_a_header_that_signs_nobody_in(cast: Cast, header: str) -> None:
    answer = JSONClient().ask("GET", "/api/lumps/", headers={"Authorization": header})
    refused(answer, 401)
    assert answer["WWW-Authenticate"] == "Token"


def test_a_session_writes_only_with_its_csrf_token(cast: Cast) -> None:
    strict = JSONClient(enforce_csrf_checks=True)
    strict.force_login(cast.alice.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    path = f"/api/entries/{new_id()}/"
    without = strict.put_json(path, body(cast))
    refused(without, 403)
    assert "csrf" in without.json()["detail"].lower()
    token = strict.read("/api/me/").json()["csrf"]
    assert strict.ask("PUT", path, body(cast), headers={"X-CSRFToken": token}).status_code == 201
    refused(strict.ask("PUT", path, body(cast), headers={"X-CSRFToken": "x" * 64}), 403)


def test_an_accept_header_never_leads_to_a_406(cast: Cast) -> None:
    for accept in ("image/png", "text/html", "*/*;q=0", "x"):
        answer = cast.alice.token.ask("GET", "/api/lumps/", headers={"Accept": accept})
        assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")


@pytest.mark.django_db(transaction=True)
def test_a_body_cut_off_on_its_way_is_not_kept(live_server: Any) -> None:
    from tracker.actions.people import create_token
    from tracker.models import Photo

    cast = make_cast()
    _row, secret = create_token(user=cast.alice.user)
    entry = new_id()
    raw = json.dumps(body(cast)).encode()
    picture = b"\xff\xd8\xff\xe0" + b"\0" * 2000
    for path, kind, sent in (
        (f"/api/entries/{entry}/", "application/json", raw),
        (f"/api/photos/{new_id()}/?entry={cast.entry.pk}", "image/jpeg", picture),
    ):
        for part in (0, 10, len(sent) - 1):
            head = (
                f"PUT {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Token {secret}\r\n"
                f"Content-Type: {kind}\r\nContent-Length: {len(sent)}\r\nConnection: close\r\n\r\n"
            )
            assert _status(live_server.url, head.encode() + sent[:part]) == 400
    assert not Entry.objects.filter(pk=entry).exists()
    assert not Photo.objects.exists()


def _status(url: str, request: bytes) -> int:
    place = urlsplit(url)
    with socket.create_connection((place.hostname, place.port), timeout=20) as line:
        line.sendall(request)
        line.shutdown(socket.SHUT_WR)
        return int(line.makefile("rb").readline().split()[1])
