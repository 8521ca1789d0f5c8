"""/mail/: one's own mail and nobody else's, and a page that can do nothing."""

from pathlib import Path

import pytest
from django.core.mail import EmailMultiAlternatives
from django.test import Client

from tests.frontend.test_templates import faults
from tracker.actions.people import create_user
from tracker.notifications.mailbox import FolderBackend

HOSTILE = '<html><body style="color:red"><style>b{}</style><h1>Hello</h1><script>alert(1)</script><img src="http://x/y"></body>'


@pytest.fixture
def folder(tmp_path: Path, settings: object) -> Path:
    settings.MAIL_DIR, settings.MAIL_IN_FOLDER = tmp_path, True  # type: ignore[attr-defined]
    return tmp_path


@pytest.fixture
def cast(db: None, folder: Path) -> dict[str, Client]:
    clients = {}
    for name in ("alice", "bob"):
        client = Client()
        client.force_login(create_user(email=f"{name}@example.org", password="quiet-river-stone-44"))
        clients[name] = client
    letter = EmailMultiAlternatives("A note <b>", "Plain words & more", "d@example.org", ["alice@example.org"])
    letter.attach_alternative(HOSTILE, "text/html")
    FolderBackend().send_messages([letter])
    return clients


@pytest.fixture
def name(cast: dict[str, Client], folder: Path) -> str:
    return next(folder.glob("*.eml")).stem


def test_own_mail_is_listed_and_shown(cast: dict[str, Client], name: str) -> None:
    listed = cast["alice"].get("/mail/").content.decode()
    assert f"/mail/{name}" in listed and "A note &lt;b&gt;" in listed
    shown = cast["alice"].get(f"/mail/{name}").content.decode()
    assert "Plain words &amp; more" in shown and 'sandbox="' in shown
    assert "allow-scripts" not in shown and faults(shown) == set()


def test_a_stranger_sees_none_of_it(cast: dict[str, Client], name: str) -> None:
    assert name not in cast["bob"].get("/mail/").content.decode()
    for address in (f"/mail/{name}", f"/mail/{name}/page"):
        assert cast["bob"].get(address).status_code == 404
        assert Client().get(address).status_code == 302


def test_the_page_of_a_mail_can_do_nothing(cast: dict[str, Client], name: str) -> None:
    answer = cast["alice"].get(f"/mail/{name}/page")
    policy = answer["Content-Security-Policy"]
    assert "sandbox " in policy and "allow-scripts" not in policy and "default-src 'none'" in policy
    assert "unsafe" not in policy and "frame-ancestors 'self'" in policy
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    body = answer.content.decode()
    assert "<h1>Hello</h1>" in body
    assert not faults(body) & {"a style attribute", "a style element"}  # nothing for the policy to refuse and report


@pytest.mark.parametrize("odd", ["..", "x", "%2e%2e%2fsecrets", "a" * 300])
def test_odd_names(cast: dict[str, Client], odd: str) -> None:
    assert cast["alice"].get(f"/mail/{odd}").status_code == 404


def test_with_a_mail_server_there_is_no_such_page(cast: dict[str, Client], name: str, settings: object) -> None:
    settings.MAIL_IN_FOLDER = False  # type: ignore[attr-defined]
    for address in ("/mail/", f"/mail/{name}", f"/mail/{name}/page"):
        assert cast["alice"].get(address).status_code == 404
