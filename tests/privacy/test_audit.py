"""An audit that a person can read: who logged in, looked, changed, shared or took something; ids only."""

import ast
from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from tests.cast import PASSWORD, Cast
from tracker.actions import audit, sharing
from tracker.actions.seeing import SEEN
from tracker.models import AuditLine, User

ROOT = Path(__file__).resolve().parents[2]


def lines(client: Any) -> list[tuple[str, str]]:
    return [(each["deed"], each["by"]) for each in client.read("/api/audit/", limit="500").json()["results"]]


def test_changes_by_a_carer_links_and_exports_stand_in_the_owners_audit(cast: Cast) -> None:
    cast.carol.token.patch_json(f"/api/entries/{cast.entry.pk}/", {"note": "Zanzibar"})
    cast.carol.token.remove(f"/api/events/{cast.event.pk}/")
    made = sharing.create_share_link(user=cast.alice.user, lump_ids=[cast.lump.pk])
    sharing.open_share_link(token=made.token, passcode=made.passcode or "", viewer="Dr Zanzibar")
    cast.alice.token.read("/api/export/?as=json")
    found = lines(cast.alice.token)
    carol = cast.carol.user.email
    assert found[:5] == [
        ("export.made", "You"), ("link.opened", ""), ("link.made", "You"), ("event.deleted", carol),
        ("entry.changed", carol),
    ]  # fmt: skip
    assert lines(cast.carol.token)[:2] == [("event.deleted", "You"), ("entry.changed", "You")]
    assert {deed for client in (cast.bob, cast.victor) for deed, _by in lines(client.token)} <= {"token.made"}
    for row in AuditLine.objects.values():
        assert "zanzibar" not in str(row).lower() and "@" not in str(row)


def test_a_log_in_stands_there_and_a_wrong_password_does_not_log_in(db: None) -> None:
    user = User.objects.create_user("eve@example.org", PASSWORD)
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
    client = Client()
    client.post("/accounts/login/", {"login": user.email, "password": "not this one at all"})
    assert not AuditLine.objects.exists()
    client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    assert list(AuditLine.objects.values_list("deed", "actor")) == [("account.login", user.pk)]
    page = client.get("/account/history/").content.decode()
    assert "Logged in" in page and "You" in page


def test_every_deed_that_is_noted_here_has_its_words() -> None:
    calls = [
        (ast.unparse(call.func), call.args[0].value)
        for room in ("tracker", "api", "frontend")
        for path in (ROOT / room).rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and call.args and isinstance(call.args[0], ast.Constant)
    ]
    noted = {deed for name, deed in calls if name == "audit.note"}
    seen = {SEEN + str(what) for name, what in calls if name == "saw"}
    assert len(noted) > 15 and len(seen) == 3
    assert (noted | seen) - set(audit.SENTENCES) == set()


def asked(cast: Cast) -> bool:
    return User.objects.filter(pk=cast.alice.user.pk, erase_after__isnull=False).exists()


def test_erasing_is_asked_for_only_after_proving_who_one_is(cast: Cast) -> None:
    stale = Client()
    stale.force_login(cast.alice.user)
    assert "/accounts/reauthenticate/" in stale.post("/account/erase/")["Location"]
    assert not asked(cast)

    fresh = Client()
    fresh.post("/accounts/login/", {"login": cast.alice.user.email, "password": PASSWORD})
    fresh.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert b"Erase everything" in fresh.get("/account/erase/").content
    assert fresh.post("/account/erase/").status_code == 302
    assert asked(cast)
    assert b"Keep my account" in fresh.get("/account/").content
    assert b"Keep my account" in fresh.get("/account/erase/").content
    stale.post("/account/keep/")  # taking it back needs no more than being logged in
    assert not asked(cast)


@pytest.mark.parametrize("page", ["/account/history/", "/account/erase/"])
def test_strangers_are_sent_to_log_in(db: None, page: str) -> None:
    assert "/accounts/login/" in Client().get(page)["Location"]
    assert Client().post("/account/keep/").status_code == 302
