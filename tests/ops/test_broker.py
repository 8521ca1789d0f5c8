"""A broker that goes away takes no worker with it."""

from collections.abc import Iterator
from typing import Any

import pytest
from kombu import Connection

from tests.support.valkey import Valkey
from tracker.celery import app


@pytest.fixture
def broker() -> Iterator[Valkey]:
    valkey = Valkey()
    valkey.start()
    yield valkey
    valkey.close()


def test_a_channel_with_work_in_hand_closes_though_its_broker_is_gone(broker: Valkey) -> None:
    """As a worker closes it in the middle of a task: the transport has let go of the connection already."""
    assert app.conf.task_acks_late  # else there would be nothing in hand
    connection = Connection(broker.url.replace("unix://", "redis+socket://", 1))
    with connection.SimpleQueue("rows") as rows:
        rows.put("ring")
    channel: Any = connection.default_channel
    rows = connection.SimpleQueue("rows", channel=channel)
    message = rows.get(timeout=5)  # not acknowledged yet
    assert message.payload == "ring"
    broker.stop()
    connection.transport.client = None
    channel.close()
    assert channel.closed
    channel.connection = None
    message.ack()  # the task has ended


def test_the_broker_keeps_nothing_of_what_is_in_hand(broker: Valkey) -> None:
    with Connection(broker.url.replace("unix://", "redis+socket://", 1)) as connection:
        rows = connection.SimpleQueue("rows")
        rows.put("ring")
        rows.get(timeout=5)
        with broker.client() as client:
            assert not [key for key in client.scan_iter() if b"unacked" in key]
        rows.close()
