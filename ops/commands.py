"""The doors of this room: one function per command."""

import os
import sys

from ops import node
from ops.place import BYTECODE, PYTHON, ROOT, Refused, check_port, complain, find_place, say
from ops.setup import set_up, set_up_tools

USAGE = "Usage: python -m ops setup | run | install | tools | test | npm WORDS…"


def run_command(words: list[str]) -> int:
    """Run one command; its exit status. What a person can mend is said in a sentence, without a traceback."""
    os.chdir(ROOT)
    os.environ.update(BYTECODE)
    commands = {"setup": setup, "run": run, "install": install, "tools": tools, "test": test}
    try:
        if words[:1] == ["npm"]:
            return node.run_npm(words[1:])
        if len(words) != 1 or words[0] not in commands:
            print(USAGE, file=sys.stderr)
            return 2
        return commands[words[0]]()
    except Refused as why:
        return complain(why)
    except KeyboardInterrupt:
        return 130


def setup() -> int:
    set_up(find_place())
    say("Ready. `make run` starts it.")
    return 0


def run() -> int:
    """Set up, then become the supervisor under `.venv`'s Python."""
    place = find_place()
    check_port(place)
    say("Lump Diary")
    set_up(place)
    sys.stdout.flush()
    os.execv(PYTHON, [str(PYTHON), "-m", "ops.run"])


def install() -> int:
    """What a server needs, without a database and before it has settings."""
    set_up_tools(dev=False)
    return 0


def tools() -> int:
    """What tests and checks need, without a database."""
    set_up_tools(dev=True)
    return 0


def test() -> int:
    tools()
    os.execv(PYTHON, [str(PYTHON), "-m", "ops.test"])
