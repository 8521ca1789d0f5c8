"""The memory of the house's processes over time, and whether it stays flat."""

import contextlib
import os
import statistics
import threading
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import psutil

from tests.support.house import House

EVERY = 10.0
PASSING = "tracker.pictures"  # the child that opens one photo, and ends
FLAT_SHARE, FLAT_MB = 0.10, 15.0  # growth beyond both is growth
FEWEST = 48  # samples, eight minutes: before that a process is still reading its first diaries


@dataclass(frozen=True)
class Sample:
    """One process at a moment of the run, in seconds: megabytes (RSS; of PostgreSQL's processes together PSS), and the
    seconds of a core it has used since it began."""

    at: float
    name: str
    pid: int
    megabytes: float
    core: float = 0.0


@dataclass(frozen=True)
class Course:
    """One process's life: megabytes in the second quarter of it, and in the last; `an_hour` through its second half.

    `flat` is None where it was too short to tell. `core`: how much of a core it used, of 1.
    """

    name: str
    minutes: float
    core: float
    early: float
    late: float
    an_hour: float
    flat: bool | None


class Watch(threading.Thread):
    """Samples every ten seconds until it is told to stop."""

    def __init__(self, house: House, clock: "Clock") -> None:
        super().__init__(daemon=True)
        self.house, self.clock = house, clock
        self.samples: list[Sample] = []
        self._ended = threading.Event()

    def run(self) -> None:
        while not self._ended.is_set():
            self.samples += look(self.house, self.clock.now())
            self._ended.wait(EVERY)

    def stop(self) -> None:
        self._ended.set()
        self.join()


class Clock:
    """Seconds since the run began."""

    def __init__(self) -> None:
        self.began = time.monotonic()

    def now(self) -> float:
        return time.monotonic() - self.began


def look(house: House, at: float) -> list[Sample]:
    """One sample of every process that lasts."""
    found: list[Sample] = []
    for name, process in list(house.processes.items()):
        with contextlib.suppress(psutil.Error):
            head = psutil.Process(process.pid)
            if head.status() == psutil.STATUS_ZOMBIE:
                continue  # it ended, and nobody meant it to
            found.append(_sample(at, name, head))
            lasting = sorted(child.pid for child in head.children(recursive=True) if _lasts(child))
            found += [
                _sample(at, f"{name}, process {place}", psutil.Process(pid)) for place, pid in enumerate(lasting, 1)
            ]
    with contextlib.suppress(psutil.Error):
        if (valkey := house.valkey.process) is not None:
            found.append(_sample(at, "Valkey", psutil.Process(valkey.pid)))
        found.append(_postgres(at))
    return found


def _lasts(child: psutil.Process) -> bool:
    try:
        return PASSING not in " ".join(child.cmdline())
    except psutil.Error:
        return False


def _sample(at: float, name: str, process: psutil.Process) -> Sample:
    """A worker's children, which open one photo each, count as its work once they have ended."""
    spent = process.cpu_times()
    core = spent.user + spent.system + (spent.children_user + spent.children_system if "process" not in name else 0)
    return Sample(at, name, process.pid, process.memory_info().rss / 1e6, core)


def _postgres(at: float) -> Sample:
    """All of its processes together: what each has of its own, and its share of what they share."""
    megabytes = core = 0.0
    for child in psutil.Process(os.getpid()).children(recursive=True):
        with contextlib.suppress(psutil.Error):
            if child.name().startswith("postgres"):
                spent = child.cpu_times()
                megabytes += child.memory_full_info().pss / 1e6
                core += spent.user + spent.system + spent.children_user + spent.children_system
    return Sample(at, "PostgreSQL", 0, megabytes, core)


def courses(samples: Sequence[Sample]) -> list[Course]:
    """Of each process, in the order of names and then of pids: one that was killed and its successor are two."""
    lives: dict[tuple[str, int], list[Sample]] = defaultdict(list)
    for sample in samples:
        lives[sample.name, sample.pid].append(sample)
    return [_course(name, life) for (name, _pid), life in sorted(lives.items())]


def _course(name: str, life: Sequence[Sample]) -> Course:
    quarter = max(1, len(life) // 4)
    early = statistics.median(sample.megabytes for sample in life[quarter : 2 * quarter] or life)
    late = statistics.median(sample.megabytes for sample in life[-quarter:])
    half = life[len(life) // 2 :]
    slope = 0.0
    if len(half) > 1:
        slope = statistics.linear_regression([one.at for one in half], [one.megabytes for one in half]).slope
    flat = None if len(life) < FEWEST else late - early <= max(FLAT_MB, FLAT_SHARE * early)
    seconds = life[-1].at - life[0].at
    core = (life[-1].core - life[0].core) / seconds if seconds else 0.0
    return Course(name, seconds / 60, core, early, late, slope * 3600, flat)
