"""`make test`, second half (inside `.venv`): every test, on SQLite, on PostgreSQL, in a browser, of the phone app."""

import os
import subprocess
import sys
import time
from dataclasses import dataclass

from ops import node
from ops.place import PWA, PYTHON, ROOT, VENV, Refused, complain, say
from ops.steps import node_environment

WORKERS = os.environ.get("TEST_WORKERS") or "2"


@dataclass(frozen=True)
class Round:
    """One run of one test tool."""

    title: str
    words: list[str]
    folder: str
    seconds: float = 0.0
    status: int = 0


def rounds() -> list[Round]:
    """What to run, in order; the whole suite last, so that its summary closes the output."""
    pytest = [str(PYTHON), "-m", "pytest", "-n", WORKERS, "--dist", "loadgroup", "-rfEsR"]
    planned = [
        Round(
            "the tests that touch the database, on PostgreSQL",
            [str(PYTHON), "-m", "tests.support.postgres", *pytest, "--only-database"],
            str(ROOT),
        ),
        Round("every test, on SQLite", pytest, str(ROOT)),
    ]
    if (PWA / "package.json").is_file():
        planned.insert(0, Round("the phone app", [str(w) for w in node.npm(["test"])], str(PWA)))
    return planned


def main() -> int:
    """Run every round, even after one failed; the exit status of the worst."""
    try:
        from tests.support.chromium import system_chromium

        if system_chromium() is None and node.has_browser_package():
            node.fetch_browser()
    except Refused as why:
        return complain(why)
    return run_all(rounds(), node_environment(VENV))


def run_all(planned: list[Round], environment: dict[str, str]) -> int:
    """Run them in order with their output shown; prints each one's seconds; 1 if any failed."""
    done = []
    for step in planned:
        say(f"\n--- {step.title}")
        begun = time.monotonic()
        status = subprocess.call(step.words, cwd=step.folder, env=environment)
        done.append(Round(step.title, step.words, step.folder, time.monotonic() - begun, status))
    say("")
    for step in done:
        say(f"{'ok    ' if step.status == 0 else 'FAILED'} {step.seconds:5.0f} s  {step.title}")
    return max(step.status != 0 for step in done)


if __name__ == "__main__":
    sys.exit(main())
