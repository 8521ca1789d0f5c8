"""Starts children, starts them again when they die, ends them all on Ctrl-C, SIGTERM or a closed terminal."""

import os
import select
import signal
import time
from collections.abc import Callable

from ops.children import Child
from ops.place import say

GRACE = 12.0  # seconds to finish what is being sent or answered
TICK = 0.5
LATE = 45.0  # seconds after which we say that it is not well yet
GIVE_UP_AFTER = 4  # deaths of one child in a row, before everything has once been well
STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Supervisor:
    """`is_well` is asked until it is true; then `when_well` is called, once; `when_late` if that takes long."""

    def __init__(
        self,
        children: list[Child],
        is_well: Callable[[], bool],
        when_well: Callable[[], None],
        when_late: Callable[[], None] = lambda: None,
    ) -> None:
        self.children = children
        self.is_well = is_well
        self.when_well = when_well
        self.when_late = when_late
        self.was_well = False
        self.late_at = time.monotonic() + LATE
        self.asked: list[int] = []
        self._reader, writer = os.pipe()
        for end in (self._reader, writer):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
        for number in STOPPING:
            signal.signal(number, lambda got, _frame: self.asked.append(got))
        signal.signal(signal.SIGCHLD, lambda _got, _frame: None)  # only to wake the wait below

    def run(self) -> int:
        """Until asked to stop; the exit status: 0, or 1 if a child could not be brought up."""
        status = 0
        try:
            for child in self.children:
                child.start()
            while not self.asked:
                if not self._look():
                    status = 1
                    break
                self._wait(TICK if self.was_well else 0.1)
        finally:
            self._end()
        return status

    def _look(self) -> bool:
        now = time.monotonic()
        for child in self.children:
            if child.look(now) and not self.was_well and child.deaths >= GIVE_UP_AFTER:
                say(f"{child.name} could not be started; what it said is above. Mend it, then start again.")
                return False
        if not self.was_well and self.is_well():
            self.was_well = True
            self.when_well()
        if not self.was_well and now > self.late_at:
            self.late_at = float("inf")
            self.when_late()
        return True

    def _end(self) -> None:
        say("\nStopping …")
        asked_before = len(self.asked)
        end = time.monotonic() + GRACE
        for outlives in (False, True):
            group = [child for child in self.children if child.outlives == outlives]
            for child in group:
                child.ask_to_end()
            while [child for child in group if not child.has_ended()]:
                if time.monotonic() > end or len(self.asked) > asked_before:
                    for child in group:
                        child.kill_group()
                self._wait(0.1)
        say("Stopped.")

    def _wait(self, seconds: float) -> None:
        if select.select([self._reader], [], [], seconds)[0]:
            os.read(self._reader, 1024)
