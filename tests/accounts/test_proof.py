"""What matters asks again who holds the session: photos shared, diaries handed over, tokens made."""

from typing import Any

import pytest

from tests.accounts.knocking import later
from tests.cast import PASSWORD, Cast


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
