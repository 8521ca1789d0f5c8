"""What matters asks again who holds the session: photos shared, diaries handed over, tokens made."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests.accounts.knocking import later, set_up_app
from tests.cast import PASSWORD, Cast
from tracker.models import ShareLink, User


def deeds(cast: Cast) -> dict[str, tuple[str, dict[str, Any]]]:
    people = f"/api/people/{cast.person.pk}/"
    return {
        "a link with photos": ("/api/share-links/", {"lumps": [str(cast.lump.pk)], "photos": True}),
        "somebody who sees photos": (
            f"{people}members/", {"email": "new@example.org", "role": "viewer", "photos": True},
        ),
        "a diary handed over": (f"{people}handover/", {"email": "new@example.org"}),
        "a token": ("/api/tokens/", {"name": "sheet"}),
    }  # fmt: skip


@pytest.mark.parametrize("deed", ["a link with photos", "somebody who sees photos", "a diary handed over", "a token"])
def test_a_session_that_proved_itself_long_ago_is_asked_again(cast: Cast, deed: str) -> None:
    path, body = deeds(cast)[deed]
    with later(3600):
        answer = cast.alice.client.post_json(path, body)
        assert answer.status_code == 403
        assert answer.json()["errors"] == {"reauthenticate": ["/accounts/reauthenticate/"]}
        cast.alice.client.post("/accounts/reauthenticate/", {"password": "not the password"})
        assert cast.alice.client.post_json(path, body).status_code == 403
        cast.alice.client.post("/accounts/reauthenticate/", {"password": PASSWORD})
        assert cast.alice.client.post_json(path, body).status_code == 201


def test_what_matters_less_asks_nothing(cast: Cast) -> None:
    with later(3600):
        body = {"lumps": [str(cast.lump.pk)]}
        assert cast.alice.client.post_json("/api/share-links/", body).status_code == 201


def test_a_token_was_made_by_somebody_who_proved_themself(cast: Cast) -> None:
    path, body = deeds(cast)["a link with photos"]
    assert cast.alice.token.post_json(path, body).status_code == 201


def test_a_stranger_is_not_told_that_a_proof_would_help(cast: Cast) -> None:
    with later(3600):
        for deed in ("a link with photos", "somebody who sees photos", "a diary handed over"):
            path, body = deeds(cast)[deed]
            assert cast.bob.client.post_json(path, body).status_code == 404, deed


def me(cast: Cast) -> tuple[bool, bool]:
    """What the app goes by: is a second step there (else it asks for one before photos are shared), and is one offered."""
    told = cast.alice.client.read("/api/me/").json()
    return told["second_step"], told["offer_second_step"]


def test_a_second_step_is_offered_after_the_first_week_and_not_before(cast: Cast) -> None:
    offer = b"One more lock for your diary"
    for days, offered in ((0, False), (6.9, False), (7.1, True)):
        User.objects.filter(pk=cast.alice.user.pk).update(date_joined=timezone.now() - timedelta(days=days))
        assert me(cast) == (False, offered), days
        assert (offer in cast.alice.client.get("/account/").content) is offered, days
    set_up_app(cast.alice.client)
    assert me(cast) == (True, False)
    assert offer not in cast.alice.client.get("/account/").content


def test_a_link_made_without_a_word_on_it_lasts_a_fortnight_and_shows_no_photos(cast: Cast) -> None:
    cast.alice.token.post_json("/api/share-links/", {"lumps": [str(cast.lump.pk)]})
    link = ShareLink.objects.get()
    assert abs(link.expires_at - link.created_at - timedelta(days=14)) < timedelta(minutes=1)
    assert not link.photos
