"""Where things lie, and the checks that end in a sentence instead of a traceback."""

import contextlib
import errno
import fcntl
import os
import socket
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from tracker import dotenv

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMPS = VENV / "stamps"
SETUP_LOCK = ROOT / ".setup.lock"
PWA = ROOT / "frontend" / "pwa"
BROWSER = VENV / "browser"
# Compiled modules are kept, in .venv and never beside the sources, even where the environment says not to keep them:
# a process that compiles them all anew takes three times as long to start.
BYTECODE = {"PYTHONPYCACHEPREFIX": str(VENV / "bytecode"), "PYTHONDONTWRITEBYTECODE": ""}


class Refused(Exception):
    """What stands in the way, as a sentence that says what to do."""


def say(text: str) -> None:
    print(text, flush=True)


@dataclass(frozen=True)
class Place:
    """This run's settings, from the environment and `.env`."""

    host: str
    port: int
    var: Path
    redis_url: str

    @property
    def address(self) -> str:
        """The origin people open: PUBLIC_URL, else this machine's own."""
        if public := os.environ.get("PUBLIC_URL"):
            return public.rstrip("/")
        everywhere = self.host in {"0.0.0.0", "::", "127.0.0.1", "::1"}  # noqa: S104
        name = "localhost" if everywhere else f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{name}:{self.port}"

    @property
    def bind(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def keep_private() -> None:
    """From here on files are made for this account alone, whatever folder they lie in."""
    os.umask(0o077)


def find_place() -> Place:
    """Read the settings. Raises Refused for a `.env` or a PORT that cannot be read."""
    try:
        dotenv.load(ROOT)
    except ValueError as fault:
        raise Refused(f"{fault}. Each line of it is NAME=value, or a comment that starts with #.") from None
    port = os.environ.get("PORT") or "8000"
    if not port.isdigit() or not 1 <= int(port) <= 65535:
        raise Refused(f"PORT must be a number from 1 to 65535, not {port!r}.")
    var = Path(os.environ.get("VAR_DIR") or ROOT / "var").resolve()
    os.environ["VAR_DIR"] = str(var)
    return Place(os.environ.get("HOST") or "127.0.0.1", int(port), var, os.environ.get("REDIS_URL", ""))


def check_var(var: Path) -> None:
    """Make the folder if need be. Raises Refused if it cannot be written."""
    try:
        var.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.TemporaryFile(dir=var):
            pass
    except OSError as fault:
        raise Refused(
            f"The folder {var} cannot be written ({fault.strerror}). Free it, or choose another: VAR_DIR=/some/folder"
        ) from None


def check_port(place: Place) -> None:
    """Raises Refused if nothing could listen at HOST:PORT."""
    try:
        family, _, _, _, where = socket.getaddrinfo(place.host, place.port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(where)
            probe.listen(1)
    except OSError as fault:
        if fault.errno == errno.EADDRINUSE:
            why = f"Port {place.port} is busy. Stop what uses it, or choose another: PORT={place.port + 1} make run"
        elif fault.errno == errno.EACCES:
            why = f"Port {place.port} needs rights you do not have. Choose one above 1023: PORT=8000 make run"
        else:
            why = f"HOST={place.host} is not an address of this computer. Leave HOST out, or use HOST=0.0.0.0"
        raise Refused(why) from None


@contextlib.contextmanager
def locked(path: Path, wait_seconds: float, refusal: str) -> Iterator[IO[str]]:
    """Hold a lock file, which a process that dies lets go. Raises Refused(refusal) after `wait_seconds`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    end = time.monotonic() + wait_seconds
    with path.open("a+") as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except OSError:
                if time.monotonic() >= end:
                    raise Refused(refusal) from None
                time.sleep(0.2)
        yield file


def complain(why: Refused) -> int:
    print(f"\n{why}", file=sys.stderr, flush=True)
    return 1
