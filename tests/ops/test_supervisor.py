"""Real processes: a child that dies is started again, and none outlives the supervisor."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from ops.place import ROOT

# A supervisor of the children named in its first argument, [[name, code, outlives], …]; well once a file exists.
HARNESS = """
import json, os, sys
from pathlib import Path
from ops import supervisor
from ops.children import Child
supervisor.GRACE = float(sys.argv[3])
well = Path(sys.argv[2])
children = [Child(n, [sys.executable, "-c", code], Path("/"), dict(os.environ), outlives=o)
            for n, code, o in json.loads(sys.argv[1])]
sys.exit(supervisor.Supervisor(children, well.exists, lambda: print("WELL", flush=True)).run())
"""
SLEEP = "import time; time.sleep(600)"
DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(600)"
PARENT = f"import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', {SLEEP!r}]); time.sleep(600)"


class Run:
    """One supervisor with its printed lines in a file."""

    def __init__(
        self, folder: Path, children: list[tuple[str, str, bool]], well: bool = True, grace: float = 1.5
    ) -> None:
        self.out = folder / "out"
        mark = folder / "well"
        if well:
            mark.touch()
        with self.out.open("w") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-c", HARNESS, json.dumps(children), str(mark), str(grace)],
                cwd=ROOT,
                stdout=out,
                stderr=subprocess.STDOUT,
            )

    def family(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def text(self) -> str:
        return self.out.read_text()

    def wait(self, true: Callable[[], object], seconds: float = 15) -> None:
        end = time.monotonic() + seconds
        while not true():
            assert time.monotonic() < end, self.text()
            time.sleep(0.02)


def _alive(family: list[psutil.Process]) -> list[psutil.Process]:
    return [p for p in family if p.is_running() and p.status() != psutil.STATUS_ZOMBIE]


def test_a_killed_child_is_started_again(tmp_path: Path) -> None:
    run = Run(tmp_path, [("one", SLEEP, False), ("two", SLEEP, False)])
    run.wait(lambda: len(run.family()) == 2)
    first, second = (p.pid for p in run.family())
    os.kill(first, signal.SIGKILL)
    run.wait(lambda: len(run.family()) == 2 and first not in [p.pid for p in run.family()])
    assert second in [p.pid for p in run.family()]
    assert "one stopped (signal 9); starting it again in 0.5 s." in run.text()
    run.process.send_signal(signal.SIGINT)
    assert run.process.wait(10) == 0


def test_a_child_that_dies_again_waits_longer_each_time(tmp_path: Path) -> None:
    run = Run(tmp_path, [("one", "import sys; sys.exit(3)", False)])
    run.wait(lambda: "again in 2 s" in run.text())
    assert [line.split(" in ")[1] for line in run.text().splitlines() if "again in" in line] == [
        "0.5 s.",
        "1 s.",
        "2 s.",
    ]
    run.process.send_signal(signal.SIGTERM)
    assert run.process.wait(10) == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_every_process_ends_also_children_of_children(tmp_path: Path, number: signal.Signals) -> None:
    run = Run(tmp_path, [("one", SLEEP, False), ("parent", PARENT, False)])
    run.wait(lambda: len(run.family()) == 3)
    family = run.family()
    run.process.send_signal(number)
    assert run.process.wait(10) == 0
    assert _alive(family) == []


def test_one_that_does_not_listen_is_killed_after_the_grace(tmp_path: Path) -> None:
    run = Run(tmp_path, [("deaf", DEAF, False)])
    run.wait(lambda: "deaf" in run.text().splitlines())
    family = run.family()
    begun = time.monotonic()
    run.process.send_signal(signal.SIGINT)
    assert run.process.wait(10) == 0
    assert 1.4 < time.monotonic() - begun < 9
    assert _alive(family) == []


def test_a_second_ctrl_c_does_not_wait(tmp_path: Path) -> None:
    run = Run(tmp_path, [("deaf", DEAF, False)], grace=60)
    run.wait(lambda: "deaf" in run.text().splitlines())
    begun = time.monotonic()
    run.process.send_signal(signal.SIGINT)
    run.wait(lambda: "Stopping" in run.text())
    run.process.send_signal(signal.SIGINT)
    run.process.wait(30)
    assert time.monotonic() - begun < 15


def test_what_the_others_use_ends_last(tmp_path: Path) -> None:
    say = "import signal, sys, time; signal.signal(signal.SIGTERM, lambda *_: (time.sleep({}), print('{} ends', flush=True), sys.exit()))\nprint('{} up', flush=True)\nwhile True: time.sleep(0.05)"  # noqa: E501
    run = Run(
        tmp_path, [("store", say.format(0, "store", "store"), True), ("user", say.format(0.4, "user", "user"), False)]
    )
    run.wait(lambda: "store up" in run.text() and "user up" in run.text())
    run.process.send_signal(signal.SIGINT)
    assert run.process.wait(10) == 0
    assert run.text().index("user ends") < run.text().index("store ends")


def test_it_gives_up_on_a_start_that_never_succeeds(tmp_path: Path) -> None:
    run = Run(tmp_path, [("good", SLEEP, False), ("bad", "import sys; sys.exit('no such module')", False)], well=False)
    run.wait(lambda: len(run.family()) >= 1)
    family = run.family()
    assert run.process.wait(20) == 1
    assert "bad could not be started" in run.text()
    assert "WELL" not in run.text()
    assert _alive(family) == []


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent died")
def test_children_end_even_when_the_supervisor_is_killed(tmp_path: Path) -> None:
    run = Run(tmp_path, [("one", SLEEP, False), ("two", SLEEP, False)])
    run.wait(lambda: len(run.family()) == 2)
    family = run.family()
    run.process.kill()
    run.process.wait(5)
    run.wait(lambda: _alive(family) == [], 5)
