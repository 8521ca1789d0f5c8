"""The scan's cost: lumps at which nothing is due (flat), and lumps at which all is due (linear, memory flat, two workers).

Each figure is taken by processes of their own with the product's settings: `python -m tests.bench.scan idle|due N` makes
the lumps, `... wait` measures a scan that finds nothing, `... work` looks at all that is due.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ops.children import die_with_parent
from ops.place import PYTHON, ROOT
from tests.bench import scan_seed
from tests.bench.result import Row, at_least, at_most
from tests.bench.servers import run
from tests.support.postgres import fresh_postgres
from tests.support.stack import Stack

LOOKS = 5
FLAT, GROWTH, SECOND = 1.5, 1.25, 1.3  # times the smallest's; times as fast as one worker alone
TURNS = 3


def rows(tick: Any, *, long: bool) -> Iterator[Row]:
    """All of them, on PostgreSQL; `long` adds the largest sizes."""
    with _House() as stack:
        yield from _idle(stack, tick, [10_000, 100_000, *([1_000_000] if long else [])])
    with _House() as stack:
        yield from _due(stack, tick, [10_000, 30_000, 100_000] if long else [1_200, 2_400, 4_800])
    with _House() as stack:
        yield from _second(stack, tick, 4_000 if long else 2_000)


def _idle(stack: Stack, tick: Any, sizes: list[int]) -> Iterator[Row]:
    first = 0.0
    for number in sizes:
        tick(f"scan, nothing due, {number:,} lumps")
        _step(stack, "idle", str(number))
        took = _step(stack, "wait")["seconds"] * 1000
        first = first or took
        yield at_most(f"scan, nothing due, {number:,} lumps", "ms", took, FLAT * first + 1)


def _due(stack: Stack, tick: Any, sizes: list[int]) -> Iterator[Row]:
    cpu: dict[int, float] = {}
    memory = 0.0
    for number in sizes:
        tick(f"making {number:,} lumps")
        _step(stack, "due", str(number))
        tick(f"scan, all due, {number:,} lumps")
        _, [found] = _work(stack, 1)
        assert found["done"] == number, found
        cpu[number], memory = found["cpu"], memory or found["megabytes"]
        what = f"scan, all due, {number:,} lumps × {scan_seed.ENTRIES}"
        yield at_least(what, "lumps/s/core", number / found["cpu"], 1000)
        yield at_most(f"{what}: memory", "MB", found["megabytes"], GROWTH * memory)
    plot(cpu, ROOT / "docs" / "evidence" / "scan.png")
    dearest, cheapest = (pick(cpu[number] / number for number in sizes) for pick in (max, min))
    yield at_most("scan, all due: dearest lump over cheapest", "times", dearest / cheapest, GROWTH)


def _second(stack: Stack, tick: Any, number: int) -> Iterator[Row]:
    """One worker and two in turns, each by the clock on the wall; the medians."""
    took: dict[int, list[float]] = {1: [], 2: []}
    for turn in range(TURNS):
        for workers, times in took.items():
            tick(f"scan by {workers} of 2 workers, turn {turn + 1} of {TURNS}")
            _step(stack, "due", str(number))
            seconds, found = _work(stack, workers)
            assert sum(each["done"] for each in found) == number, found
            times.append(seconds)
    one, two = (number / sorted(took[workers])[TURNS // 2] for workers in (1, 2))
    yield Row("scan, a second worker", "lumps/s", two, one, two / one, f">= {SECOND:g}", two / one >= SECOND)


def plot(cpu: dict[int, float], place: Path) -> None:
    """Seconds of one core against lumps, and the straight line through the largest."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(5, 3.2), layout="tight")
    axes = figure.add_subplot()
    axes.plot(list(cpu), list(cpu.values()), "o-", label="measured")
    largest = max(cpu)
    axes.plot([0, largest], [0, cpu[largest]], "--", color="grey", label="a straight line")
    axes.set_xlabel(f"lumps that are due, each with {scan_seed.ENTRIES} entries")
    axes.set_ylabel("seconds of one core")
    axes.legend()
    figure.savefig(place, dpi=110)


class _House:
    """A database of its own with tables, and no process: the scan is run by the steps themselves."""

    def __enter__(self) -> Stack:
        self.folder = tempfile.TemporaryDirectory(prefix="diary-scan-")
        self.postgres = fresh_postgres(durable=True)
        stack = Stack(Path(self.folder.name) / "var", {"DATABASE_URL": self.postgres.__enter__()})
        stack.prepare()
        return stack

    def __exit__(self, *_fault: object) -> None:
        self.postgres.__exit__(None, None, None)
        self.folder.cleanup()


def _step(stack: Stack, *words: str) -> dict[str, float]:
    found: dict[str, float] = json.loads(run(["tests.bench.scan", *words], stack.environment))
    return found


def _work(stack: Stack, workers: int) -> tuple[float, list[dict[str, float]]]:
    """Let so many workers look at all that is due: the seconds it took, without their start, and each one's figures."""
    started = [
        subprocess.Popen(
            [str(PYTHON), "-m", "tests.bench.scan", "work"], cwd=ROOT, env=stack.environment, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, preexec_fn=die_with_parent,
        )
        for _ in range(workers)
    ]  # fmt: skip
    for each in started:
        assert each.stdout is not None
        assert each.stdout.readline() == "ready\n"
    began = time.perf_counter()
    for each in started:
        assert each.stdin is not None
        each.stdin.write("go\n")
        each.stdin.flush()
    said = [each.communicate()[0] for each in started]
    return time.perf_counter() - began, [json.loads(each) for each in said]


def main(command: str, *words: str) -> dict[str, float]:
    """One step; its figures."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
    django.setup()
    if command in ("idle", "due"):
        (scan_seed.seed_idle if command == "idle" else scan_seed.seed_due)(int(words[0]))
        return {}
    return _look() if command == "wait" else _look_at_all()


def _look() -> dict[str, float]:
    from tracker import tasks

    times = []
    for _ in range(LOOKS + 1):
        began = time.perf_counter()
        tasks.scan()
        times.append(time.perf_counter() - began)
    return {"seconds": sorted(times[1:])[LOOKS // 2]}


def _look_at_all() -> dict[str, float]:
    """Look at all that is due, in as many turns of the clock as that takes; the peak of memory."""
    import resource

    from tracker import tasks
    from tracker.actions.scanning import due_lumps

    due_lumps(datetime.now(UTC)).exists()  # connected, and all is imported
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    cpu, done = time.process_time(), 0
    while due_lumps(datetime.now(UTC)).exists():
        done += (tasks.scan() or {"done": 0})["done"]
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    return {"cpu": time.process_time() - cpu, "megabytes": most, "done": done}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(*sys.argv[1:])))
