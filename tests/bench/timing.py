"""Two ways of doing the same work, taken in turns, so that a busy machine slows both alike."""

import os
import statistics
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

ROUNDS = 5


@dataclass(frozen=True)
class Cost:
    """Seconds by the clock, and the peak of a process's memory in MiB (0 where it was not asked for)."""

    seconds: float
    memory: float = 0.0


@dataclass(frozen=True)
class Ratio:
    """Medians of ours and of the bare way, and ours over theirs."""

    ours: Cost
    bare: Cost

    @property
    def time(self) -> float:
        return self.ours.seconds / self.bare.seconds

    @property
    def memory(self) -> float:
        return self.ours.memory / self.bare.memory


def in_turns(ours: Callable[[], Cost], bare: Callable[[], Cost], rounds: int = ROUNDS) -> Ratio:
    """Each once unmeasured, then in turns; the medians."""
    ours()
    bare()
    pairs = [(ours(), bare()) for _ in range(rounds)]
    return Ratio(*(_median([pair[side] for pair in pairs]) for side in (0, 1)))


def _median(costs: list[Cost]) -> Cost:
    middle = statistics.median
    return Cost(middle(cost.seconds for cost in costs), middle(cost.memory for cost in costs))


def process(words: list[str], data: bytes, folder: Path, environment: dict[str, str]) -> Cost:
    """Start a process, feed it ``data``, read all it says; what that cost. AssertionError if it failed."""
    began = time.perf_counter()
    child = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=folder, env=environment)
    assert child.stdin is not None
    assert child.stdout is not None
    feeding = threading.Thread(target=_feed, args=(child.stdin, data))
    feeding.start()
    said = child.stdout.read()
    _, status, usage = os.wait4(child.pid, 0)
    seconds = time.perf_counter() - began
    feeding.join()
    child.stdout.close()
    child.returncode = os.waitstatus_to_exitcode(status)
    assert child.returncode == 0, words
    assert said, words
    return Cost(seconds, usage.ru_maxrss / 1024)


def _feed(pipe: IO[bytes], data: bytes) -> None:
    with pipe:
        pipe.write(data)
