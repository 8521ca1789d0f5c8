"""Threads of a process that write to SQLite wait for each other, and for nothing else."""

import pytest
from django.db import connection, transaction

from tracker.models import User, turn
from tracker.models.turn import atomic_in_turn


@pytest.mark.django_db(transaction=True)
def test_one_thread_has_the_turn_until_its_transaction_ends() -> None:
    with atomic_in_turn():
        assert connection.in_atomic_block
        assert turn._turn.locked() == (connection.vendor == "sqlite")
    assert not turn._turn.locked()
    with pytest.raises(KeyError), atomic_in_turn():
        raise KeyError
    assert not turn._turn.locked()
    assert not connection.in_atomic_block


@pytest.mark.django_db(transaction=True)
def test_what_waits_for_the_commit_keeps_no_other_writer_waiting() -> None:
    seen: list[bool] = []
    with atomic_in_turn():
        transaction.on_commit(lambda: seen.append(turn._turn.locked()))
    assert seen == [False]


@pytest.mark.django_db(transaction=True)
def test_a_turn_that_was_not_ours_is_not_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turn, "SECONDS", 0.0)
    with turn._turn:
        with atomic_in_turn():
            assert connection.in_atomic_block
        assert turn._turn.locked()


@pytest.mark.django_db(transaction=True)
def test_inside_a_transaction_there_is_nothing_to_wait_for() -> None:
    with transaction.atomic(), atomic_in_turn():
        assert not turn._turn.locked()


@pytest.mark.django_db
def test_what_fails_is_taken_back_though_nobody_took_a_turn() -> None:
    user = User.objects.create_user("turn@example.org")
    with pytest.raises(KeyError):
        _fail(user)
    user.refresh_from_db()
    assert user.region == ""


def _fail(user: User) -> None:
    with atomic_in_turn():
        User.objects.filter(pk=user.pk).update(region="us")
        raise KeyError
