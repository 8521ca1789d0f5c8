"""Clients that keep asking one server, each on a connection of its own that stays open, as phones and browsers do."""

import http.client
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass

from tests.bench.timing import Cost

WAIT = 60.0


@dataclass(frozen=True)
class Call:
    """One request, and the statuses that are right for it."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes | None = None
    right: tuple[int, ...] = (200, 201)


def ask(port: int, calls: Sequence[Call], clients: int = 1) -> Cost:
    """Seconds until all calls are answered, shared out among the clients. AssertionError for a wrong answer."""
    faults: list[str] = []
    ready, go = threading.Barrier(clients + 1), threading.Event()
    workers = [
        threading.Thread(target=_client, args=(port, calls[number::clients], ready, go, faults))
        for number in range(clients)
    ]
    for worker in workers:
        worker.start()
    ready.wait(WAIT)
    began = time.perf_counter()
    go.set()
    for worker in workers:
        worker.join()
    seconds = time.perf_counter() - began
    assert not faults, faults[0]
    return Cost(seconds)


def _client(port: int, calls: Sequence[Call], ready: threading.Barrier, go: threading.Event, faults: list[str]) -> None:
    line = http.client.HTTPConnection("localhost", port, timeout=WAIT)
    ready.wait(WAIT)
    go.wait(WAIT)
    try:
        for call in calls:
            line.request(call.method, call.path, call.body, call.headers)
            answer = line.getresponse()
            said = answer.read()
            if answer.status not in call.right:
                faults.append(f"{call.method} {call.path}: {answer.status} {said[:500]!r}")
                return
    except (OSError, http.client.HTTPException) as fault:
        faults.append(f"{type(fault).__name__}: {fault}")
    finally:
        line.close()
