"""`python -m ops.serve web|worker|beat|migrate|healthy`: one process, for a container or a systemd unit."""

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from ops import programs
from ops.place import PYTHON, ROOT, Refused, check_var, complain, find_place, keep_private, say
from ops.run import health

USAGE = "Usage: python -m ops.serve web | worker | beat | migrate | healthy"


def main(words: list[str]) -> int:
    """Become that process; only `healthy` returns: 0 where /healthz of this machine answers 200."""
    if len(words) != 1 or words[0] not in {"web", "worker", "beat", "migrate", "healthy"}:
        print(USAGE, file=sys.stderr)
        return 2
    keep_private()
    try:
        place = find_place()
        check_var(place.var)
    except Refused as why:
        return complain(why)
    if words[0] == "healthy":
        status, text = health(place)
        say(text)
        return int(status != 200)
    if words[0] != "migrate" and not place.redis_url:
        return complain(Refused("REDIS_URL is needed: web and workers of their own share a Redis or Valkey."))
    commands: dict[str, Callable[[], list[str]]] = {
        "web": lambda: programs.web(place, Path(tempfile.gettempdir())),
        "worker": programs.worker,
        "beat": lambda: programs.beat(place.var / "beat-schedule"),
        "migrate": lambda: [str(PYTHON), "-m", "ops.database", "--static"],
    }
    os.chdir(ROOT)
    command = commands[words[0]]()
    sys.stdout.flush()
    return os.execve(command[0], command, {**programs.ENVIRONMENT, **os.environ})


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
