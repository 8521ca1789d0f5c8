"""The whole product as real processes on a free port, with a folder of its own: for journeys and for accidents."""

import contextlib
import os
import signal
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil

from ops.children import die_with_parent
from ops.place import BYTECODE, PYTHON, ROOT
from tests.support.environment import FORGOTTEN
from tests.support.ports import free_port

WELL_SECONDS = 60.0
END_SECONDS = 25.0


class Stack:
    """Web, worker, beat and Valkey under the supervisor, as `make run` starts them."""

    def __init__(self, var: Path, settings: dict[str, str]) -> None:
        self.var = var
        self.port = int(settings.get("PORT", 0)) or free_port()
        self.url = f"http://localhost:{self.port}"
        clean = {k: v for k, v in os.environ.items() if k not in FORGOTTEN and k != "DATABASE_URL"}
        own = {"VAR_DIR": str(var), "PORT": str(self.port), "ENV_FILE": "", "DEMO": "0", "THROTTLE": "0"}
        self.environment = {**clean, **BYTECODE, **own, **settings}
        self.lines: list[str] = []
        self.process: subprocess.Popen[str] | None = None

    def prepare(self) -> None:
        """Migrations, secrets and static files, and the demo where DEMO is 1."""
        demo = ["--demo"] if self.environment["DEMO"] == "1" else []
        words = [str(PYTHON), "-m", "ops.database", "--static", *demo]
        done = subprocess.run(words, cwd=ROOT, env=self.environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr

    def start(self) -> None:
        """Returns at once; see `wait_until_well`."""
        self.process = subprocess.Popen(
            [str(PYTHON), "-m", "ops.run"],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
            preexec_fn=die_with_parent,
        )
        threading.Thread(target=self._read, args=(self.process,), daemon=True).start()

    def _read(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            self.lines.append(line.rstrip("\n"))

    @property
    def output(self) -> str:
        return "\n".join(self.lines)

    def wait_until_well(self) -> None:
        """Until /healthz answers 200 and the supervisor has said where it runs."""
        self.wait_for(lambda: "runs at" in self.output, WELL_SECONDS, "to be well")

    def wait_for(self, true: object, seconds: float, what: str) -> None:
        """Until `true()` is, else AssertionError with all that was printed."""
        end = time.monotonic() + seconds
        while not true():  # type: ignore[operator]
            assert time.monotonic() < end, f"waited {seconds} s for it {what}\n{self.output}"
            assert self.process is not None
            assert self.process.poll() is None, f"ended while we waited for it {what}\n{self.output}"
            time.sleep(0.05)

    def get(self, path: str) -> int:
        """The status of a GET, 0 where nobody answers."""
        try:
            with urllib.request.urlopen(self.url + path, timeout=10) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as fault:
            return fault.code
        except OSError:
            return 0

    def family(self) -> list[psutil.Process]:
        """Every process below the supervisor."""
        assert self.process is not None
        return psutil.Process(self.process.pid).children(recursive=True)

    def child(self, name: str) -> psutil.Process:
        """The supervisor's own child: "valkey", "web", "worker" or "beat"."""
        words = {"valkey": " unixsocket:", "web": " gunicorn ", "worker": " ops.worker", "beat": " ops.beat "}
        assert self.process is not None
        found = [p for p in psutil.Process(self.process.pid).children() if words[name] in " ".join(p.cmdline())]
        assert len(found) == 1, f"{name}: {found}"
        return found[0]

    def manage(self, *words: str, text: str | None = None) -> str:
        """Run `manage.py WORDS` with this stack's settings; what it printed."""
        done = subprocess.run(
            [str(PYTHON), "manage.py", *words],
            cwd=ROOT,
            env=self.environment,
            input=text,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, f"{words}: {done.stderr}"
        return done.stdout

    def stop(self, number: int = signal.SIGINT) -> int:
        """As Ctrl-C does; the exit status."""
        assert self.process is not None
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(number)
        try:
            return self.process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            for member in self.family():
                member.kill()
            self.process.kill()
            raise


@contextlib.contextmanager
def running_stack(var: Path, **settings: str) -> Iterator[Stack]:
    """A prepared and healthy stack that ends with the block. Keywords are environment settings."""
    stack = Stack(var, settings)
    stack.prepare()
    stack.start()
    try:
        stack.wait_until_well()
        yield stack
    finally:
        if stack.process is not None and stack.process.poll() is None:
            stack.stop()
