"""Everywhere one is logged in is listed, can be ended one by one or all at once, and is forgotten when it is over."""

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from tests.accounts.knocking import is_in, log_in
from tests.cast import Cast
from tracker import tasks
from tracker.models import AuditLine


def row_of(client: Client) -> UserSession:
    return UserSession.objects.get(session_key=client.session.session_key)


def end(client: Client, row: UserSession) -> int:
    return int(client.post(f"/account/sessions/{row.pk}/end/").status_code)


def test_everywhere_one_is_logged_in_is_listed_and_ended(cast: Cast) -> None:
    one, _answer = log_in(cast.alice.user.email)
    two, _answer = log_in(cast.alice.user.email)
    assert is_in(one) and is_in(two)
    page = one.get("/accounts/sessions/").content.decode()
    assert "this one" in page and "Log out everywhere else" in page
    one.post("/accounts/sessions/")
    assert is_in(one)
    assert not is_in(two)


def test_one_of_them_is_ended_and_the_others_stay(cast: Cast) -> None:
    one, two, three = (log_in(cast.alice.user.email)[0] for _ in range(3))
    page = one.get("/accounts/sessions/").content.decode()
    assert f"/account/sessions/{row_of(two).pk}/end/" in page
    assert f"/account/sessions/{row_of(one).pk}/end/" not in page, "this one has its own way out"
    row = row_of(two)
    assert end(one, row) == 302
    assert (is_in(one), is_in(two), is_in(three)) == (True, False, True)
    assert AuditLine.objects.filter(deed="account.sessions_ended", actor=cast.alice.user.pk).count() == 1
    assert end(one, row) == 404, "it is over"


def test_only_ones_own_and_only_by_post(cast: Cast) -> None:
    alice, _answer = log_in(cast.alice.user.email)
    bob, _answer = log_in(cast.bob.user.email)
    row = row_of(alice)
    assert end(bob, row) == 404
    assert end(alice, row) == 404, "the one that asks logs out instead"
    assert end(Client(), row) == 302
    assert Client(enforce_csrf_checks=True).post(f"/account/sessions/{row.pk}/end/").status_code == 403
    assert alice.get(f"/account/sessions/{row.pk}/end/").status_code == 405
    assert is_in(alice)


@pytest.mark.parametrize("over", ["logged out", "out of time"])
def test_address_and_browser_go_with_the_session(cast: Cast, over: str) -> None:
    UserSession.objects.all().delete()
    stays, goes = (log_in(cast.alice.user.email)[0] for _ in range(2))
    left = row_of(goes)
    if over == "logged out":
        goes.post("/accounts/logout/")
    else:
        Session.objects.filter(pk=left.session_key).update(expire_date=timezone.now() - timedelta(seconds=1))
    assert UserSession.objects.filter(pk=left.pk).exists()
    done = tasks.tidy()
    assert done is not None and done["sessions"] == 1
    assert list(UserSession.objects.all()) == [row_of(stays)]
    assert is_in(stays)
