"""The scan's cost: lumps at which nothing is due (flat), and lumps at which all is due (linear, memory flat).

`python -m tests.bench.scan idle|due N` is one step in a process of its own, with the product's settings: it seeds N lumps
and scans. One worker scans at a time (the lease of its ClockRun), so a second one has nothing to be measured at.
"""

import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.bench.result import Row, at_least, at_most
from tests.bench.servers import run
from tests.support.postgres import fresh_postgres
from tests.support.stack import Stack

ENTRIES = 50
CHUNK = 5_000
LOOKS = 5
FLAT, GROWTH = 1.5, 1.25  # times the smallest's


def rows(tick: Any, *, long: bool) -> Iterator[Row]:
    """Both kinds, on PostgreSQL; `long` adds the largest sizes."""
    idle = [10_000, 100_000, *([1_000_000] if long else [])]
    due = [400, 800, 1_600, *([10_000, 30_000, 100_000] if long else [])]
    looks, costs = {}, {}
    for number in idle:
        tick(f"scan, nothing due, {number:,} lumps")
        with _House() as stack:
            looks[number] = _step(stack, "idle", number)["seconds"] * 1000
            yield at_most(f"scan, nothing due, {number:,} lumps", "ms", looks[number], FLAT * looks[idle[0]] + 1)
    for number in due:
        tick(f"scan, all due, {number:,} lumps")
        with _House() as stack:
            found = _step(stack, "due", number)
            costs[number] = found
            yield at_least(f"scan, all due, {number:,} lumps × {ENTRIES}", "lumps/s/core", found["a_core"], 1000)
            most = GROWTH * costs[due[0]]["megabytes"]
            yield at_most(f"scan, all due, {number:,} lumps: memory", "MB", found["megabytes"], most)
    plot({number: found["cpu"] for number, found in costs.items()}, Path("docs/evidence/scan.png"))


def plot(cpu: dict[int, float], place: Path) -> None:
    """Seconds of one core against lumps, and the straight line through the largest."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(5, 3.2), layout="tight")
    axes = figure.add_subplot()
    axes.plot(list(cpu), list(cpu.values()), "o-", label="measured")
    largest = max(cpu)
    axes.plot([0, largest], [0, cpu[largest]], "--", color="grey", label="a straight line")
    axes.set_xlabel(f"lumps that are due, each with {ENTRIES} entries")
    axes.set_ylabel("seconds of one core")
    axes.legend()
    figure.savefig(place, dpi=110)


class _House:
    """A database of its own with tables, and no process: the scan is run by the step itself."""

    def __enter__(self) -> Stack:
        self.folder = tempfile.TemporaryDirectory(prefix="diary-scan-")
        self.postgres = fresh_postgres(durable=True)
        stack = Stack(Path(self.folder.name) / "var", {"DATABASE_URL": self.postgres.__enter__()})
        stack.prepare()
        return stack

    def __exit__(self, *_fault: object) -> None:
        self.postgres.__exit__(None, None, None)
        self.folder.cleanup()


def _step(stack: Stack, command: str, number: int) -> dict[str, float]:
    found: dict[str, float] = json.loads(run(["tests.bench.scan", command, str(number)], stack.environment))
    return found


def seed(number: int, *, due: bool) -> None:
    """`number` lumps of as many people; with `due` each with its entries and its turn come, else in a month."""
    from tracker.models import Entry, Lump, Membership, Person, User

    now = datetime.now(UTC)
    when = now - timedelta(minutes=1) if due else now + timedelta(days=30)
    for begin in range(0, number, CHUNK):
        count = range(begin, min(begin + CHUNK, number))
        people = Person.objects.bulk_create([Person(name="Bench", timezone="Europe/London") for _ in count])
        lumps = [Lump(person=person, name="l", site="knee", next_look_at=when) for person in people]
        Lump.objects.bulk_create(lumps, batch_size=2_000)
        if due:
            users = User.objects.bulk_create([User(email=f"p{place}@example.org") for place in count])
            parts = zip(people, users, strict=True)
            Membership.objects.bulk_create([Membership(person=p, user=u, role="owner") for p, u in parts])
            for share in range(0, len(lumps), 500):
                Entry.objects.bulk_create(_entries(lumps[share : share + 500], now), batch_size=2_000)


def _entries(lumps: Sequence[Any], now: datetime) -> list[Any]:
    from tracker.models import Entry

    return [
        Entry(
            lump=lump, measured_at=now - timedelta(days=7 * (ENTRIES - place), minutes=5), width_mm=15.0, pain=1,
            length_mm=20.0 + (place * 7 + number) % 5 / 10, method="caliper", change=place + 1,
        )
        for number, lump in enumerate(lumps)
        for place in range(ENTRIES)
    ]  # fmt: skip


def main(command: str, number: int) -> dict[str, float]:
    """One step; its figures."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
    django.setup()
    seed(number, due=command != "idle")
    return (_look if command == "idle" else _work)(number)


def _look(_number: int) -> dict[str, float]:
    from tracker import tasks

    times = []
    for _ in range(LOOKS + 1):
        began = time.perf_counter()
        tasks.scan()
        times.append(time.perf_counter() - began)
    return {"seconds": sorted(times[1:])[LOOKS // 2]}


def _work(number: int) -> dict[str, float]:
    """Look at all that is due, in as many turns of the clock as that takes; the peak of memory beyond the first look."""
    import psutil

    from tracker import tasks
    from tracker.models import Lump

    me, began, cpu, done, most = psutil.Process(), time.perf_counter(), time.process_time(), 0, 0.0
    while Lump.objects.filter(next_look_at__lte=datetime.now(UTC)).exists():
        done += (tasks.scan() or {"done": 0})["done"]
        most = max(most, me.memory_info().rss / 1e6)
    spent = time.process_time() - cpu
    seconds = time.perf_counter() - began
    return {"seconds": seconds, "cpu": spent, "a_core": number / spent, "megabytes": most, "done": done}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(sys.argv[1], int(sys.argv[2]))))
