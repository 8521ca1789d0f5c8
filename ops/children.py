"""Child processes that are started again when they die, and that never outlive us."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ops.place import say

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0
STEADY_AFTER = 20.0  # seconds alive after which an earlier death is forgiven
PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def die_with_parent() -> None:
    """In the child, between fork and exec: on Linux the kernel ends it when we die, even by SIGKILL."""
    if LIBC is not None:
        LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)


@dataclass
class Child:
    """One long-running program, in a process group of its own so that Ctrl-C reaches it only through us."""

    name: str
    words: list[str]
    folder: Path
    environment: dict[str, str]
    before: Callable[[], None] = lambda: None
    outlives: bool = False  # ended only after the others, which use it
    process: subprocess.Popen[bytes] | None = None
    began: float = 0.0
    pause: float = FIRST_PAUSE
    again_at: float | None = None
    deaths: int = 0

    def start(self) -> None:
        self.before()
        self.began, self.again_at = time.monotonic(), None
        self.process = subprocess.Popen(
            self.words,
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=die_with_parent,  # noqa: PLW1509 - this process has one thread
        )

    def look(self, now: float) -> bool:
        """Reap it if it died, start it again when its pause is over; True if it died just now."""
        if self.process is not None:
            status = self.process.poll()
            if status is None:
                return False
            self._died(status, now)
            return True
        if self.again_at is not None and now >= self.again_at:
            self.start()
        return False

    def _died(self, status: int, now: float) -> None:
        self.kill_group()  # what it may have left behind
        self.process = None
        if now - self.began > STEADY_AFTER:
            self.pause, self.deaths = FIRST_PAUSE, 0
        self.deaths += 1
        self.again_at = now + self.pause
        how = f"signal {-status}" if status < 0 else f"exit status {status}"
        say(f"{self.name} stopped ({how}); starting it again in {self.pause:g} s.")
        self.pause = min(self.pause * 2, LONGEST_PAUSE)

    def ask_to_end(self) -> None:
        self.again_at = None
        if self.process is not None:
            self._signal(signal.SIGTERM, group=False)

    def has_ended(self) -> bool:
        """True once it is gone, and then with every process of its group."""
        if self.process is None:
            return True
        if self.process.poll() is None:
            return False
        self.kill_group()
        self.process = None
        return True

    def kill_group(self) -> None:
        self._signal(signal.SIGKILL, group=True)

    def _signal(self, number: int, group: bool) -> None:
        if self.process is None:
            return
        try:
            if group:
                os.killpg(self.process.pid, number)
            else:
                self.process.send_signal(number)
        except (ProcessLookupError, PermissionError):  # macOS answers EPERM for a group of zombies
            pass
