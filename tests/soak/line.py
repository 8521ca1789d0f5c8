"""A phone's way to the house: it asks again, as the outbox of the phone app does, until it is answered or gives up."""

import http.client
import json
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.soak.figures import ANSWERED, Tries, Try
from tests.soak.memory import Clock

TIMEOUT = 30.0
PATIENCE = 90.0  # a phone would go on for days; here it is counted as given up
WAITS = (0.2, 0.5, 1.0, 2.0, 4.0)
IDLE = 1.0  # the server closes a line after two seconds; a phone opens a new one before
LATER = frozenset((429, 500, 502, 503, 504))


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes
    tries: int

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Ask:
    """One request. `endpoint` is its line in the table; `right` the statuses that end it well."""

    endpoint: str
    method: str
    path: str
    body: bytes | None = None
    headers: dict[str, str] = field(default_factory=dict)
    right: tuple[int, ...] = (200, 201)


class Line:
    """To one of the webs in turn; after a failure to the next one, as a proxy before them would lead it."""

    def __init__(self, ports: Sequence[int], first: int, tries: Tries, clock: Clock) -> None:
        self.ports, self.at = list(ports), first % len(ports)
        self.tries, self.clock = tries, clock
        self.chance = random.Random(first)
        self._open: http.client.HTTPConnection | None = None
        self._used = 0.0

    def turn(self) -> None:
        """Open a new line, to the next web: so a visit goes here, the next one there, as a proxy would share them out."""
        self._hang_up()
        self.at = (self.at + 1) % len(self.ports)

    def ask(self, what: Ask) -> Answer | None:
        """The answer, right or refused for good (a status below 500); None where the phone gave up."""
        until, number = time.monotonic() + PATIENCE, 0
        while True:
            outcome, answer = self._try(what, first=number == 0)
            if answer is not None and answer.status not in LATER:
                answer.tries = number + 1
                if outcome != ANSWERED:
                    self.tries.give_up(what.endpoint)
                return answer
            self.turn()
            if time.monotonic() > until:
                self.tries.give_up(what.endpoint)
                return None
            time.sleep(WAITS[min(number, len(WAITS) - 1)] * self.chance.uniform(0.8, 1.2))
            number += 1

    def _try(self, what: Ask, *, first: bool) -> tuple[str, Answer | None]:
        began, at = time.monotonic(), self.clock.now()
        answer: Answer | None = None
        try:
            answer = self._send(what)
            outcome = ANSWERED if answer.status in what.right else str(answer.status)
        except ConnectionRefusedError:
            outcome = "refused"
        except TimeoutError:
            outcome = "timeout"
        except (OSError, http.client.HTTPException):
            outcome = "cut"
        self.tries.add(Try(what.endpoint, at, time.monotonic() - began, outcome, first))
        return outcome, answer

    def _send(self, what: Ask) -> Answer:
        if self._open is not None and time.monotonic() - self._used > IDLE:
            self._hang_up()
        if self._open is None:
            self._open = http.client.HTTPConnection("127.0.0.1", self.ports[self.at], timeout=TIMEOUT)
        self._open.request(what.method, what.path, what.body, what.headers)
        came = self._open.getresponse()
        answer = Answer(came.status, dict(came.getheaders()), came.read(), 1)
        self._used = time.monotonic()
        return answer

    def _hang_up(self) -> None:
        if self._open is not None:
            self._open.close()
            self._open = None

    def close(self) -> None:
        self._hang_up()
