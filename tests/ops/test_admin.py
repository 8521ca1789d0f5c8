"""What an operator sees: numbers, for superusers alone, and nobody's words."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests.cast import Cast, make_cast
from tracker import clock
from tracker.admin import site
from tracker.models import ClockRun, Delivery, User
from tracker.notifications.outbox import post

pytestmark = pytest.mark.django_db
PAGES = ("", "tracker/clockrun/", "tracker/channelstate/", "tracker/delivery/")
SECRET = "Zanzibar"


@pytest.fixture
def cast() -> Cast:
    made = make_cast()
    post(
        user=made.alice.user, kind="test", cause=SECRET, subject=SECRET, body=SECRET, at=timezone.now(),
        person=made.person, lump=made.lump,
    )  # fmt: skip
    clock.run("scan", lambda: {"done": 12, "failed": 3})
    ClockRun.objects.update(started_at=timezone.now() - timedelta(seconds=90), finished_at=timezone.now())
    return made


def test_only_the_clock_and_the_outbox_stand_here() -> None:
    assert {model.__name__ for model in site._registry} == {"ClockRun", "ChannelState", "Delivery"}


def test_a_superuser_sees_numbers_and_nobodys_words(cast: Cast) -> None:
    operator = Client()
    operator.force_login(
        User.objects.create_superuser("op@example.org", "a quiet lake at dusk"),
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )
    pages = {page: operator.get(f"/operator/{page}") for page in PAGES}
    for page, answer in pages.items():
        assert answer.status_code == 200, page
        text = answer.content.decode()
        for word in (SECRET, "alice", str(cast.alice.user.pk), str(cast.lump.pk), "<img"):
            assert word not in text, (page, word)
    assert "90.0" in pages["tracker/clockrun/"].content.decode()
    counts = pages["tracker/delivery/"].content.decode()
    assert "email" in counts and "waiting" in counts
    row = Delivery.objects.get(channel="email")
    for deed in ("add/", f"{row.pk}/change/", f"{row.pk}/delete/", f"{row.pk}/history/"):
        assert operator.get(f"/operator/tracker/delivery/{deed}").status_code in {302, 403, 404}


@pytest.mark.parametrize("who", ["anonymous", "alice", "staff"])
def test_nobody_else_sees_anything(cast: Cast, who: str) -> None:
    client = cast.alice.client if who != "anonymous" else cast.anonymous
    if who == "staff":
        cast.alice.user.is_staff = True
        cast.alice.user.save()
    for page in PAGES:
        answer = client.get(f"/operator/{page}")
        if page or who != "staff":
            assert answer.status_code in {302, 403}, page
        else:
            assert b"clockrun" not in answer.content
