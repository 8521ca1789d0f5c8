"""The journey of the first issue, by other programs' means: HTTP with a token, the commands, the mail folder.

Real processes under the supervisor: web, worker, beat, Valkey. A lump grows 9 % a month, then there is pus; the answer
says so, a mail arrives, and Dr Lee opens the link and sees the plot.
"""

import email
import email.policy
import json
import re
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any

import pytest

from tests.photos import pictures
from tests.support.stack import Stack, running_stack

ALICE, PASSWORD = "alice@example.org", "a quiet lake at dusk"


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with running_stack(tmp_path_factory.mktemp("house")) as running:
        yield running


@pytest.fixture(scope="module")
def token(stack: Stack) -> str:
    stack.manage("create_user", ALICE, text=PASSWORD + "\n")
    printed = stack.manage("create_token", ALICE)
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}\n", printed)
    return printed.strip()


class Client:
    """Another program: JSON and a token."""

    def __init__(self, stack: Stack, token: str) -> None:
        self.stack, self.token = stack, token

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        data = body if isinstance(body, bytes) else None if body is None else json.dumps(body).encode()
        given = {"Authorization": f"Token {self.token}", "Content-Type": "application/json"}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        request = urllib.request.Request(self.stack.url + path, data=data, method=method, headers=given)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, _read(answer)
        except urllib.error.HTTPError as error:
            return error.code, _read(error)


def _read(answer: Any) -> Any:
    data = answer.read()
    return json.loads(data) if "json" in answer.headers.get("Content-Type", "") and data else data


@pytest.fixture(scope="module")
def call(stack: Stack, token: str) -> Client:
    return Client(stack, token)


@pytest.fixture(scope="module")
def lump(call: Client) -> str:
    """A lump of Alice's with eight entries, 9 % a month, a week apart, and the answer to each."""
    status, people = call("GET", "/api/people/")
    assert status == 200
    pk = str(uuid.uuid4())
    body = {"person": people["results"][0]["id"], "name": "Lower back", "site": "lower_back", "side": "left"}
    status, made = call("PUT", f"/api/lumps/{pk}/", body)
    assert (status, made["revision"]) == (201, 1)
    start = datetime.now(UTC) - timedelta(days=57)
    for week in range(8):
        size = round(20 * 1.09 ** (week * 7 / 30.4), 1)
        entry = {"lump": pk, "measured_at": (start + timedelta(days=7 * week)).isoformat(), "length_mm": size,
                 "width_mm": round(size * 0.8, 1), "method": "ruler", "pain": 1, "redness": 0}  # fmt: skip
        status, answer = call("PUT", f"/api/entries/{uuid.uuid4()}/", entry)
        assert status == 201, answer
        assert answer["receipt"] == {"id": answer["id"], "revision": 1, "photos": {}}
    return pk


def test_pus_is_answered_at_once_and_a_mail_arrives(call: Client, lump: str, stack: Stack) -> None:
    pk = str(uuid.uuid4())
    entry = {"lump": lump, "measured_at": datetime.now(UTC).isoformat(), "length_mm": 24, "discharge": "pus"}
    status, answer = call("PUT", f"/api/entries/{pk}/", entry)
    assert status == 201
    assert answer["advice"]["urgency"] == "same_day"
    assert "infection.spreading" in {finding["rule"] for finding in answer["advice"]["findings"]}
    assert call("PUT", f"/api/entries/{pk}/", entry)[0] == 200
    mail = _mail_with(stack.var / "mail", "pus")
    assert mail["To"] == ALICE
    assert not re.search(r"pus|lump|infect|pain", mail["Subject"], re.IGNORECASE)
    assert {part.get_content_type() for part in mail.walk()} >= {"text/plain", "text/html"}


def _mail_with(folder: Path, word: str) -> Any:
    end = time.monotonic() + 30
    while time.monotonic() < end:
        for path in folder.glob("*.eml"):
            mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            text = mail.get_body(("plain",))
            if text is not None and word in text.get_content():
                return mail
        time.sleep(0.2)
    raise AssertionError(f"no mail with {word!r} in {list(folder.glob('*'))}")


def test_the_trend_and_its_picture(call: Client, lump: str) -> None:
    status, trend = call("GET", f"/api/lumps/{lump}/trend/")
    assert status == 200 and trend["growth"]["readings"] >= 8
    assert trend["growth"]["low"] <= trend["growth"]["percent_per_month"] <= trend["growth"]["high"]
    for form, head in (("svg", b"<?xml"), ("png", b"\x89PNG")):
        status, picture = call("GET", f"/api/lumps/{lump}/trend.{form}")
        assert status == 200 and picture.startswith(head)


def test_a_photo_is_cleaned_by_the_worker(call: Client, lump: str) -> None:
    entry, pk = str(uuid.uuid4()), str(uuid.uuid4())
    call("PUT", f"/api/entries/{entry}/", {"lump": lump, "measured_at": datetime.now(UTC).isoformat()})
    data = pictures.planted_jpeg()
    status, answer = call("PUT", f"/api/photos/{pk}/?entry={entry}", data, Content_Type="image/jpeg")
    assert status == 201, answer
    end = time.monotonic() + 30
    while (state := call("GET", f"/api/photos/{pk}/")[1])["state"] == "processing":
        assert time.monotonic() < end
        time.sleep(0.1)
    assert state["state"] == "ready"
    status, picture = call("GET", f"/api/photos/{pk}/file/?size=full")
    assert status == 200 and picture.startswith(b"\xff\xd8") and pictures.SECRET not in picture


def test_dr_lee_opens_the_link_and_sees_the_plot(call: Client, lump: str, stack: Stack) -> None:
    status, made = call("POST", "/api/share-links/", {"lumps": [lump], "passcode": True})
    assert status == 201 and re.fullmatch(r"\d{6}", made["passcode"])
    assert made["url"].endswith(f"/s/#{made['token']}")
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    form = urllib.parse.urlencode({"token": made["token"], "passcode": made["passcode"], "viewer": "Dr Lee"})
    with browser.open(f"{stack.url}/s/", form.encode()) as page:
        text = page.read().decode()
        assert page.url.endswith("/s/view/")
    source = re.search(r'src="(/s/chart/[^"]+)"', text)
    assert source is not None and "Lower back" in text
    with browser.open(stack.url + source.group(1)) as plot:
        assert b"<svg" in plot.read()
    status, visits = call("GET", f"/api/share-links/{made['id']}/visits/")
    assert status == 200 and {visit["what"] for visit in visits["results"]} == {"opened", "page"}
    assert call("DELETE", f"/api/share-links/{made['id']}/")[0] == 204
    with pytest.raises(urllib.error.HTTPError) as gone:
        browser.open(f"{stack.url}/s/view/")
    assert gone.value.code == 404


def test_no_token_passcode_or_health_word_in_what_the_processes_print(stack: Stack, token: str) -> None:
    assert token not in stack.output
    assert not re.search(r"\bpus\b|infect|redness|lump[^ _]*@|" + re.escape(ALICE), stack.output, re.IGNORECASE)
