"""What is too large, too deep or no address of ours, at the pages; tests/api/test_hostile.py tries the interface."""

import io
from typing import Any

import pytest
from django.test import Client

from tests.sharing.conftest import Diary
from tracker.actions.sharing import create_share_link

pytestmark = pytest.mark.django_db

PLACES = ("/s/", "/s/plan/", "/accounts/login/", "/accounts/signup/", "/about/", "/nothing/", "/unsubscribe/x/")
ODD = (
    "/%00", "/%ff", "/..%2f..%2fetc/passwd", "/static/../../etc/passwd", "/static/..%2f..%2ftracker/settings.py",
    "/s/photo/../../etc/passwd", "/app/../../etc/passwd", "/mail/..%2f..%2fsecrets%2fsecret_key", "/.env", "/.git/config",
    "/a" * 1000, "/s/chart/x/size.svg", "/operator/login/", "/api//entries/", "//example.net/", "/\\example.net",
    "/accounts/login/?next=//example.net/", "/mail/preview/%00/", "/calendar/%00.ics", "/unsubscribe/%F0%9F/",
    "/card.pdf?paper=%00", "/card.pdf?paper=../../etc/passwd", "/s/?token=x", "/api/entries/?limit=NaN",
    "/api/entries/?limit=9223372036854775808", "/api/entries/?since=%00", "/?x=" + "y" * 5000,
)  # fmt: skip


@pytest.mark.parametrize("place", PLACES)
def test_a_body_larger_than_any_form_of_ours_is_refused_unread(place: str) -> None:
    large = b"x" * 2_100_000
    for kind in ("application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json"):
        answer = Client(raise_request_exception=False).post(place, large, content_type=kind)
        assert answer.status_code == 413, (kind, answer.status_code)
        assert b"more than we take" in answer.content and "no-store" in answer["Cache-Control"]


def test_a_file_where_none_is_asked_for_is_refused_before_it_lies_on_the_disk() -> None:
    answer = Client(raise_request_exception=False).post("/s/", {"token": io.BytesIO(b"x" * 2_100_000)})
    assert answer.status_code == 413


@pytest.mark.parametrize("path", ODD)
def test_an_odd_address_is_a_page_of_ours_and_never_a_fault(path: str) -> None:
    for method in ("GET", "HEAD", "POST"):
        answer = Client(raise_request_exception=False).generic(method, path)
        assert answer.status_code < 500, (method, answer.status_code)
        assert "example.net" not in answer.get("Location", "").split("?")[0], answer["Location"]
        told = answer.content if not answer.streaming else b""
        assert b"root:" not in told and b"SECRET_KEY" not in told and b"Traceback" not in told


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost:8000@evil.example", "localhost\r\nX: y", "localhost,evil.example", ""]
)
def test_another_host_is_refused(host: str) -> None:
    answer = Client(raise_request_exception=False).post(
        "/accounts/password/reset/", {"email": "alice@example.org"}, headers={"host": host}
    )
    assert answer.status_code == 400


WRONG: list[tuple[str, Any]] = [
    ("token", ["\x00", "é" * 300, "x" * 100_000, "' OR 1=1 --", "../../x"]),
    ("viewer", ["\x00\x00", "x" * 100_000, "\u202e\ufeff", "'; DROP TABLE x; --"]),
    ("passcode", ["\x00", "x" * 100_000, "٣٣٣٣٣٣", "-1", "NaN"]),
]


@pytest.mark.parametrize(("field", "values"), WRONG)
def test_odd_words_at_the_doctors_door(field: str, values: list[str], diary: Diary) -> None:
    for value in values:
        made = create_share_link(user=diary.owner, lump_ids=[diary.lump.pk])
        form = {"token": made.token, "passcode": "no", "viewer": "x", field: value}
        assert Client(raise_request_exception=False).post("/s/", form).status_code in (403, 404)
