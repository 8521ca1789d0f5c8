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
    assert rows.get(timeout=5).payload == "ring"  # and not acknowledged
    broker.stop()
    connection.transport.client = None
    channel.close()
    assert channel.closed
