"""Real accidents: senders killed in mid-send, the broker emptied or gone. Long versions run in `make chaos`."""

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from celery import current_app
from django.db import transaction

from tests.notifications.cast import account, note
from tests.notifications.processes import celery_worker, nursery, wait_until
from tests.support.smtp import Mailbox
from tests.support.valkey import Valkey
from tracker.models import Delivery
from tracker.notifications import bell

pytestmark = pytest.mark.django_db(transaction=True)


def _all_sent() -> bool:
    return not Delivery.objects.exclude(state="sent").exists()


def _copies(mail: Mailbox) -> Counter[str]:
    return Counter(str(got.message["Message-ID"]) for got in mail.received)


def test_senders_killed_in_mid_send_lose_nothing_and_double_at_most_one_a_kill(smtp_server: Mailbox) -> None:
    alice = account("alice")
    notices = [note(alice) for _ in range(150)]
    kills, chance = 0, random.Random(7)
    with nursery(smtp_server.url) as senders:
        while not _all_sent() and kills < 5:
            pid = senders.start()
            time.sleep(chance.uniform(0.05, 0.25))
            senders.kill(pid)
            kills += 1
        senders.start()
        wait_until(_all_sent, 30, "the rest is sent")

    copies = _copies(smtp_server)
    assert kills >= 3
    assert set(copies) == {f"<{notice.deliveries.get().pk}@localhost>" for notice in notices}
    assert sum(copies.values()) - len(copies) <= kills


def test_the_broker_emptied_between_commit_and_delivery_loses_nothing(
    valkey: Valkey, smtp_server: Mailbox, settings: Any
) -> None:
    alice = account("alice")
    _point_at(valkey, settings)
    with transaction.atomic():
        note(alice)
    with valkey.client() as client:
        assert client.llen("celery") == 1  # the doorbell rang
        client.flushall()
        assert client.llen("celery") == 0
    with celery_worker(valkey.url, smtp_server.url):
        wait_until(_all_sent, 30, "the clock's sweep sends it")
    assert len(smtp_server.received) == 1


def test_a_worker_delivers_with_the_broker_gone_and_after_it_is_back(
    valkey: Valkey, smtp_server: Mailbox, settings: Any
) -> None:
    alice = account("alice")
    _point_at(valkey, settings)
    with celery_worker(valkey.url, smtp_server.url):
        note(alice)
        wait_until(_all_sent, 30, "delivered with the broker there")
        valkey.stop()
        began = time.monotonic()
        note(alice)
        assert time.monotonic() - began < 1.5  # the deed does not wait for the broker
        wait_until(_all_sent, 25, "delivered without the broker")
        valkey.start()
        bell._quiet_until[0] = 0.0
        note(alice)
        took = wait_until(_all_sent, 60, "delivered after the broker is back")
    assert took <= 60
    assert sorted(_copies(smtp_server).values()) == [1, 1, 1]


def test_the_bell_rings_again_when_the_broker_is_back_and_never_waits_long(valkey: Valkey, settings: Any) -> None:
    _point_at(valkey, settings)
    bell.nudge()
    for trouble, recover in ((valkey.stop, valkey.start), (_pause(valkey), _resume(valkey))):
        trouble()
        began = time.monotonic()
        bell.nudge()
        assert time.monotonic() - began < 2
        assert bell._quiet_until[0] > 0
        recover()
        bell._quiet_until[0] = 0.0
        bell.nudge()
        assert bell._quiet_until[0] == 0.0
        with valkey.client() as client:
            assert client.llen("celery") >= 1


def test_a_bell_that_nobody_hears_is_left_alone_for_a_while(settings: Any, monkeypatch: Any) -> None:
    settings.REDIS_URL = "unix:///nowhere/socket"
    calls: list[str] = []

    def deaf(task: str, **_kwargs: Any) -> None:
        calls.append(task)
        raise OSError

    monkeypatch.setattr(current_app, "send_task", deaf)
    for _ in range(5):
        bell.nudge()
    assert calls == ["tracker.deliver"]
    settings.REDIS_URL = ""
    bell._quiet_until[0] = 0.0
    bell.nudge()
    assert len(calls) == 1


def _point_at(valkey: Valkey, settings: Any) -> None:
    """This process's Celery rings at `valkey`."""
    settings.REDIS_URL = valkey.url
    settings.CELERY_BROKER_URL = valkey.url.replace("unix://", "redis+socket://")


def _pause(valkey: Valkey) -> Callable[[], None]:
    return lambda: os.kill(valkey.process.pid, signal.SIGSTOP) if valkey.process else None


def _resume(valkey: Valkey) -> Callable[[], None]:
    return lambda: os.kill(valkey.process.pid, signal.SIGCONT) if valkey.process else None
