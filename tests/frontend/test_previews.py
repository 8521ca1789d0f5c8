"""Every message can be looked at, in light and in dark, and nothing is forgotten."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as house
from django.test import Client

from frontend.views.previews import ACCOUNT_MAILS, lift_styles
from tests.frontend.test_templates import faults
from tracker.actions.people import create_user
from tracker.notifications import messages, previews

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice() -> Client:
    client = Client()
    client.force_login(create_user(email="alice@example.org", password="quiet-river-stone-44"))
    return client


def test_every_kind_of_message_has_a_sample(monkeypatch: Any) -> None:
    kinds = {name for name in messages.__all__ if name.startswith("for_")}
    assert kinds
    called = set()
    for name in kinds:
        real = getattr(messages, name)

        def counted(*args: Any, _name: str = name, _real: Any = real) -> Any:
            called.add(_name)
            return _real(*args)

        monkeypatch.setattr(messages, name, counted)
    keys = [sample.key for sample in previews.samples()]
    assert len(keys) == len(set(keys))
    assert kinds - called == set(), "a message without a sample in tracker/notifications/previews.py"
    there = {path.name for path in (Path(house.BASE_DIR) / "frontend/templates/account/email").glob("*_message.txt")}
    assert there - {f"{name}_message.txt" for name in ACCOUNT_MAILS} <= {"base_message.txt"}


def test_each_is_shown_whole(alice: Client) -> None:
    listed = alice.get("/mail/preview/").content.decode()
    for sample in previews.samples():
        assert f"/mail/preview/{sample.key}/" in listed
        page = alice.get(f"/mail/preview/{sample.key}/").content.decode()
        assert sample.notice.subject in page
        assert faults(page) == set()
        for tone in ("light", "dark"):
            frame = alice.get(f"/mail/preview/{sample.key}/{tone}/")
            text = frame.content.decode()
            nonce = re.search(r"'nonce-([\w-]+)'", frame["Content-Security-Policy"])
            assert nonce is not None
            assert text.count(f'<style nonce="{nonce[1]}">') == text.count("<style") == 2
            assert "style=" not in text.replace("<style", "")
            assert "unsafe" not in frame["Content-Security-Policy"]
            assert frame["X-Frame-Options"] == "SAMEORIGIN"


def test_a_style_lifted_keeps_its_rank() -> None:
    head = "<html><head><style>.a { color: red !important }</style></head>"
    html = head + '<p class="a" style="color:blue">x</p><b style="b:c">y</b>'
    lifted = lift_styles(html, "dark", "n")
    assert '<p class="a i0">x</p><b class="i1">y</b>' in lifted
    assert ".i0.i0.i0 { color:blue }" in lifted


def test_only_somebody_signed_in_or_who_builds_may_look(alice: Client, settings: Any) -> None:
    pages = ("/mail/preview/", "/mail/preview/soon/")
    for page in pages:
        assert Client().get(page).status_code == 302
    assert Client().get("/mail/preview/soon/dark/").status_code == 404
    assert Client().get("/look/mail/").status_code == 404
    for odd in ("/mail/preview/nonsense/", "/mail/preview/soon/pink/", "/mail/preview/nonsense/dark/"):
        assert alice.get(odd).status_code == 404
    settings.DEBUG = True
    assert Client().get("/look/mail/").status_code == 302
    for page in (*pages, "/mail/preview/soon/dark/"):
        assert Client().get(page).status_code == 200
