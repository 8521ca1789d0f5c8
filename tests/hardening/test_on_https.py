"""Row H1, and what a browser is told where the diary is served over HTTPS: a process of its own, with such settings."""

import json
import os
import subprocess
from typing import Any

import pytest
from django.test import Client

from ops.place import PYTHON, ROOT
from tests.support.environment import FORGOTTEN
from tracker.actions.people import create_user
from tracker.actions.sharing import create_share_link
from tracker.models import Lump, Membership

PASSWORD = "a quiet lake at dusk"

ASK = """
import importlib, io, json, os, django
django.setup()
from django.core.management import call_command
import tracker.settings as module
checked = io.StringIO()
call_command("check", deploy=True, fail_level="WARNING", stdout=checked, stderr=checked)
def values(**environment):
    os.environ.update(environment)
    importlib.reload(module)
    names = [name for name in dir(module) if name.startswith(("SECURE", "SESSION_COOKIE", "CSRF_COOKIE"))]
    names += ["HTTPS", "PUBLIC_URL", "ALLOWED_HOSTS", "SHARE_COOKIE_NAME", "DEVICE_COOKIE_NAME", "MESSAGE_STORAGE"]
    return {name: getattr(module, name) for name in names}
found = {
    "https": values(),
    "year": values(HSTS_SECONDS="31536000", HSTS_SUBDOMAINS="0", HSTS_PRELOAD="0"),
    "proxied": values(TRUSTED_PROXIES="1"),
    "named": values(ALLOWED_HOSTS="www.diary.example, diary.lan"),
    "http": values(PUBLIC_URL="http://localhost:8000", HSTS_SECONDS="", TRUSTED_PROXIES=""),
    "everywhere": values(HOST="0.0.0.0", ALLOWED_HOSTS="::,[::],diary.lan"),
    "one": values(HOST="192.0.2.7", ALLOWED_HOSTS=""),
}
print(json.dumps({"settings": found, "checked": checked.getvalue()}))
"""


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a process makes of the environment: its settings, and what Django's own checks say."""
    var = tmp_path_factory.mktemp("https")
    (var / "static").mkdir()
    # Playwright's variable, of this process alone, is a fault by itself to Django's checks
    left = {*FORGOTTEN, "DATABASE_URL", "DJANGO_ALLOW_ASYNC_UNSAFE"}
    clean = {name: value for name, value in os.environ.items() if name not in left}
    own = {"VAR_DIR": str(var), "ENV_FILE": "", "PUBLIC_URL": "https://diary.example"}
    done = subprocess.run([str(PYTHON), "-c", ASK], cwd=ROOT, env=clean | own, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    answers: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answers


@pytest.fixture
def found(started: dict[str, Any], settings: Any, db: None) -> dict[str, Any]:
    """Answers and cookies of a diary with those settings."""
    for name, value in started["settings"]["https"].items():
        setattr(settings, name, value)
    user = create_user(email="alice@example.org", password=PASSWORD)
    lump = Lump.objects.create(person=Membership.objects.get(user=user).person, name="Back", site="knee")
    made = create_share_link(user=user, lump_ids=[lump.pk])
    client = Client(headers={"host": "diary.example"})
    told, cookies = {}, {}
    asks: list[tuple[str, str, str, dict[str, Any] | None]] = [
        ("landing", "GET", "/", None),
        ("log-in page", "GET", "/accounts/login/", None),
        ("log in", "POST", "/accounts/login/", {"login": user.email, "password": PASSWORD}),
        ("diary", "GET", "/app/", None),
        ("interface", "GET", "/api/me/", None),
        ("unknown", "GET", "/nothing/", None),
        ("unknown in the interface", "GET", "/api/nothing/", None),
        ("a wrong method", "POST", "/about/", None),
        ("the door", "GET", "/s/", None),
        ("the door opened", "POST", "/s/", {"token": made.token, "passcode": made.passcode}),
        ("the report", "GET", "/s/view/", None),
    ]
    for name, method, path, data in asks:
        answer = (client.post if method == "POST" else client.get)(path, data, secure=True)
        told[name] = {"status": answer.status_code, **{key.lower(): value for key, value in answer.items()}}
        cookies.update({key: cookie for key, cookie in answer.cookies.items() if cookie.value})
    plain = client.get("/")
    told["http"] = {"status": plain.status_code, **{key.lower(): value for key, value in plain.items()}}
    return {"told": told, "cookies": cookies}


def test_h1_django_finds_nothing_to_warn_of(started: dict[str, Any]) -> None:
    assert "no issues (0 silenced)" in started["checked"]


def test_every_cookie_is_bound_to_this_host(found: dict[str, Any]) -> None:
    cookies = found["cookies"]
    assert set(cookies) == {"__Host-session", "__Host-csrftoken", "__Host-device", "__Host-share"}
    for name, cookie in cookies.items():
        assert (cookie["secure"], cookie["path"], cookie["domain"]) == (True, "/", ""), name
        assert cookie["samesite"] == "Lax", name
        assert bool(cookie["httponly"]) is (name != "__Host-csrftoken"), name


def test_every_answer_carries_the_headers(found: dict[str, Any]) -> None:
    told = found["told"]
    statuses = {name: answer["status"] for name, answer in told.items()}
    assert statuses == {
        "http": 301, "landing": 200, "log-in page": 200, "log in": 302, "diary": 200, "interface": 200, "unknown": 404,
        "unknown in the interface": 404, "a wrong method": 405, "the door": 200, "the door opened": 303, "the report": 200,
    }  # fmt: skip
    assert told["http"]["location"] == "https://diary.example/"
    for name, answer in told.items():
        assert answer["cross-origin-resource-policy"] == "same-origin", name
        assert "camera=(self)" in answer["permissions-policy"], name
        assert answer["x-content-type-options"] == "nosniff", name
        assert answer["cross-origin-opener-policy"] == "same-origin", name
        assert answer["referrer-policy"] in ("same-origin", "no-referrer"), name
        if name == "http":
            continue
        assert answer["strict-transport-security"] == "max-age=3600; includeSubDomains; preload", name
        assert "'unsafe" not in answer["content-security-policy"], name
        assert "frame-ancestors 'none'" in answer["content-security-policy"], name
        # the app's shell, the same for everybody, is kept by the phone
        assert ("no-cache" if name == "diary" else "no-store") in answer["cache-control"], name


def test_what_the_operator_can_switch(started: dict[str, Any]) -> None:
    year, proxied, http = (started["settings"][name] for name in ("year", "proxied", "http"))
    hsts = ("SECURE_HSTS_SECONDS", "SECURE_HSTS_INCLUDE_SUBDOMAINS", "SECURE_HSTS_PRELOAD")
    assert [year[name] for name in hsts] == [31536000, False, False]
    # X-Forwarded-Proto is anybody's to send: it is believed where a proxy is named, and there alone
    assert "SECURE_PROXY_SSL_HEADER" not in year
    assert proxied["SECURE_PROXY_SSL_HEADER"] == ["HTTP_X_FORWARDED_PROTO", "https"]
    assert (http["SECURE_HSTS_SECONDS"], http["SESSION_COOKIE_SECURE"], http["SESSION_COOKIE_NAME"]) == (
        0,
        False,
        "session",
    )


def test_more_host_names_are_more(started: dict[str, Any]) -> None:
    """The diary's own name, and the one by which a container asks itself whether it is well, stay."""
    usual, named = (started["settings"][which]["ALLOWED_HOSTS"] for which in ("https", "named"))
    assert {"localhost", "diary.example"} <= set(usual)
    assert named == [*usual, "www.diary.example", "diary.lan"]


def test_listening_everywhere_is_no_host_name(started: dict[str, Any]) -> None:
    everywhere, one = (started["settings"][which]["ALLOWED_HOSTS"] for which in ("everywhere", "one"))
    assert {"localhost", "diary.lan"} <= set(everywhere) and not {"0.0.0.0", "::", "[::]"} & set(everywhere)
    assert "192.0.2.7" in one
