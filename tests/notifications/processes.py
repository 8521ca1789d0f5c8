"""Real processes on the test's own database: senders and Celery workers."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from urllib.parse import quote

from django.conf import settings
from django.db import connection

from ops import programs
from ops.children import die_with_parent
from ops.place import PYTHON, ROOT


def database_url() -> str:
    """The address of the database this test runs in, for another process."""
    row = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{row['NAME']}"
    login = quote(str(row["USER"])) + (f":{quote(str(row['PASSWORD']))}" if row["PASSWORD"] else "")
    return f"postgresql://{login}@{row['HOST']}:{row['PORT']}/{row['NAME']}"


def environment(**more: str) -> dict[str, str]:
    own = {
        "DATABASE_URL": database_url(),
        "VAR_DIR": str(settings.VAR_DIR),
        "DJANGO_SETTINGS_MODULE": "tracker.settings",
    }
    return {**os.environ, "ENV_FILE": "", **own, **more}


class Nursery:
    """Forks senders that can be killed; see sending_process."""

    def __init__(self, mail_url: str, lease: float) -> None:
        self._process = subprocess.Popen(
            [str(PYTHON), "-m", "tests.notifications.sending_process", str(lease)],
            cwd=ROOT,
            env=environment(EMAIL_URL=mail_url, LOG_LEVEL="ERROR"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            preexec_fn=die_with_parent,
        )
        self.alive: list[int] = []
        assert self._read() == "ready"

    def start(self, what: str = "") -> int:
        """A new sender's process id; with "loop" that of a plain loop, which ends by itself."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{what}\n")
        self._process.stdin.flush()
        self.alive.append(int(self._read()))
        return self.alive[-1]

    def kill(self, pid: int) -> None:
        """SIGKILL: no goodbye."""
        self.alive.remove(pid)
        with contextlib.suppress(ProcessLookupError):  # a plain loop ends by itself
            os.kill(pid, signal.SIGKILL)

    def close(self) -> None:
        for pid in list(self.alive):
            self.kill(pid)
        self._process.communicate()

    def _read(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()


@contextlib.contextmanager
def nursery(mail_url: str, lease: float = 2.0) -> Iterator[Nursery]:
    """Its senders are killed at the end."""
    found = Nursery(mail_url, lease)
    try:
        yield found
    finally:
        found.close()


@contextlib.contextmanager
def celery_worker(broker_url: str, mail_url: str) -> Iterator[subprocess.Popen[bytes]]:
    """The worker as the product starts it."""
    process = subprocess.Popen(
        programs.worker(),
        cwd=ROOT,
        env=environment(EMAIL_URL=mail_url, REDIS_URL=broker_url, WORKER_THREADS="2"),
        preexec_fn=die_with_parent,
    )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_until(true: Callable[[], bool], seconds: float, what: str) -> float:
    """How long it took; AssertionError after `seconds`."""
    began = time.monotonic()
    while not true():
        assert time.monotonic() - began < seconds, f"{what}: not within {seconds} s"
        time.sleep(0.05)
    return time.monotonic() - began
