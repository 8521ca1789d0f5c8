"""A store that is away, a client run wild, and many writers at once."""

from typing import Any

import pytest
from django.db import OperationalError, connection
from redis.exceptions import ConnectionError as RedisAway

from tests.cast import Cast, JSONClient, make_cast, make_entry, new_id
from tests.support.threads import at_once, meanwhile
from tracker.models import Entry

AT = "2026-01-10T08:30:00+00:00"


def away(*_args: Any, **_kwargs: Any) -> Any:
    raise OperationalError("could not connect to server: postgres://secret@host")


@pytest.mark.django_db
@pytest.mark.parametrize("error", [OperationalError("secret"), RedisAway("secret")])
def test_a_store_that_is_away_is_503_and_opens_nothing(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail(*_args: Any, **_kwargs: Any) -> Any:
        raise error

    for target in ("api.views.entries.entries.log_entry", "api.auth._mark_used"):
        with monkeypatch.context() as patch:
            patch.setattr(target, fail)
            body = {"lump": str(cast.lump.pk), "measured_at": AT}
            answer = cast.alice.token.put_json(f"/api/entries/{new_id()}/", body)
        assert answer.status_code == 503
        assert answer["Retry-After"] == "60"
        assert set(answer.json()) == {"detail", "errors"}
        assert "secret" not in answer.content.decode()


@pytest.mark.django_db
def test_a_database_that_is_away_lets_nobody_in(cast: Cast) -> None:
    with connection.execute_wrapper(away):
        for client in (cast.alice.token, cast.anonymous):
            answer = client.read("/api/lumps/")
            assert answer.status_code in {401, 503}
            assert b"results" not in answer.content
        assert cast.alice.token.read("/api/lumps/").status_code == 503
        assert cast.anonymous.read("/healthz").status_code == 503


@pytest.mark.django_db
def test_a_client_run_wild_waits_and_nobody_else_does(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    from api import throttling
    from api.views.base import Door

    monkeypatch.setattr(Door, "throttle_classes", [throttling.PerAccount])
    monkeypatch.setattr(throttling, "WRITES", 3)
    monkeypatch.setattr("api.throttling.time.time", lambda: 1_000_000_030.0)
    codes = [cast.alice.token.patch_json("/api/me/", {"units": "cm"}).status_code for _ in range(5)]
    assert codes == [200, 200, 200, 429, 429]
    answer = cast.alice.token.patch_json("/api/me/", {})
    assert set(answer.json()) == {"detail", "errors"}
    assert 1 <= int(answer["Retry-After"]) <= 61
    assert cast.alice.token.read("/api/me/").status_code == 200
    assert cast.carol.token.patch_json("/api/me/", {"units": "cm"}).status_code == 200
    assert cast.anonymous.read("/api/me/").status_code == 401


@pytest.mark.django_db(transaction=True)
def test_a_reader_misses_nothing_while_others_write() -> None:
    cast = make_cast()
    body = {"lump": str(cast.lump.pk), "measured_at": AT}

    def write(turn: int) -> None:
        client: JSONClient = (cast.alice, cast.carol)[turn].token
        for number in range(12):
            path = f"/api/entries/{new_id()}/"
            made = client.put_json(path, body).status_code
            changed = client.patch_json(path, {"pain": number % 10}).status_code
            assert (made, changed) == (201, 200)

    seen: dict[str, int] = {}
    reader = cast.victor.token
    cursor, written = "1", False
    with meanwhile(2, write) as writers:
        while not written:
            written = all(writer.done() for writer in writers)  # then one more walk, after the last write
            page = reader.read("/api/entries/", since=cursor, limit=3).json()
            while True:
                seen |= {row["id"]: row["revision"] for row in page["results"]}
                if page["next"] is None:
                    break
                page = reader.get(page["next"], headers=reader.token_header).json()
            cursor = page["cursor"]
    assert seen == {
        str(pk): revision for pk, revision in Entry.objects.filter(lump=cast.lump).values_list("pk", "revision")
    }
    assert len(seen) == 25


@pytest.mark.django_db(transaction=True)
def test_puts_and_patches_of_one_row_wait_for_each_other_in_one_order() -> None:
    """Each holds the person before the row: on PostgreSQL two of them would else wait for each other (503)."""
    cast = make_cast()
    entry, lump = make_entry(cast.lump), cast.lump
    whole = {"lump": str(lump.pk), "measured_at": AT}

    def deed(turn: int) -> int:
        client = (cast.alice, cast.carol)[turn % 2].token
        if turn % 3 == 0:
            answer = client.put_json(f"/api/entries/{entry.pk}/", {**whole, "pain": turn % 10})
        elif turn % 3 == 1:
            answer = client.patch_json(f"/api/entries/{entry.pk}/", {"pain": turn % 10})
        else:
            answer = client.patch_json(f"/api/lumps/{lump.pk}/", {"name": f"Back {turn}"})
        status: int = answer.status_code
        return status

    assert at_once(24, deed) == [200] * 24
