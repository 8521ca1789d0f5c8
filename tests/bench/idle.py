"""What the product costs while nobody uses it: seconds from a start to the first 200, and memory of the idle set."""

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil

from tests.bench.result import Row, at_most
from tests.bench.timing import ROUNDS
from tests.support.stack import Stack

SECONDS, MEGABYTES = 5.0, 300.0
SETTLED = 20.0  # seconds after which an idle house has run each of its jobs once


def rows(tick: Callable[[str], None]) -> Iterator[Row]:
    """Both figures; the first start, which makes the database, is not measured."""
    with tempfile.TemporaryDirectory(prefix="diary-bench-") as folder:
        tick("starts and idle memory")
        starts = [_start(Path(folder) / "var", number == 0) for number in range(ROUNDS + 1)][1:]
        yield at_most("cold start to the first 200", "s", statistics.median(starts), SECONDS)
        yield at_most("PSS of the idle set (web × 2, worker, beat, Valkey, supervisor)", "MB", _idle(folder), MEGABYTES)


def _start(var: Path, first: bool) -> float:
    """Seconds until /healthz answers 200; 0 for the first, which prepares as well."""
    stack = Stack(var, {})
    if first:
        stack.prepare()
    began = time.perf_counter()
    stack.start()
    try:
        while stack.get("/healthz") != 200:
            assert time.perf_counter() - began < 60, stack.output
            time.sleep(0.02)
        return 0.0 if first else time.perf_counter() - began
    finally:
        stack.wait_until_well()
        stack.stop()


def _idle(folder: str) -> float:
    """MB of proportional set size of every process, after each has worked a little."""
    stack = Stack(Path(folder) / "var", {})
    stack.start()
    try:
        stack.wait_until_well()
        for path in ("/healthz", "/", "/app/", "/accounts/login/"):
            stack.get(path)
        time.sleep(SETTLED)
        assert stack.process is not None
        everybody = [psutil.Process(stack.process.pid), *stack.family()]
        return sum(float(each.memory_full_info().pss) for each in everybody) / 1e6
    finally:
        stack.stop()
