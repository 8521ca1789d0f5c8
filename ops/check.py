"""`make check` (inside `.venv`): every check runs, even after one failed; the last lines say which did.

Two at a time, since most of them use one core; what each said is shown when it has ended.
"""

import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path

from ops import node
from ops.place import BYTECODE, PWA, PYTHON, ROOT, VENV, say
from ops.steps import node_environment

BIN = VENV / "bin"
AUDIT_SECONDS = 90
AT_ONCE = 2


@dataclass(frozen=True)
class Check:
    """One tool. `ask` is for one that asks a service elsewhere: it may be away, and then says so and passes."""

    name: str
    words: list[str]
    folder: Path = ROOT
    ask: bool = False
    environment: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Result:
    """What came of one: "ok", "FAILED" or "away"; how long it took; what it printed."""

    check: Check
    verdict: str
    seconds: float
    said: str


def checks() -> list[Check]:
    """All of them, the longest first, so that it is not waited for alone at the end."""
    python = str(PYTHON)
    templates = str(ROOT / "frontend" / "templates")
    audit = [
        str(BIN / "pip-audit"),
        "--disable-pip",
        "--require-hashes",
        "--progress-spinner",
        "off",
        "--timeout",
        "10",
    ]
    found = [
        Check("types", [str(BIN / "mypy"), "analytics", "tracker", "api", "frontend", "ops", "tests", "manage.py"]),
        Check("format", [str(BIN / "ruff"), "format", "--check", "."]),
        Check("lint", [str(BIN / "ruff"), "check", "."]),
        Check("import contracts", [str(BIN / "lint-imports"), "--no-logo"]),
        Check("missing migrations", [python, "manage.py", "makemigrations", "--check", "--dry-run"]),
        Check("Django's own checks", [python, "manage.py", "check", "--fail-level", "WARNING"]),
        Check(
            "ready for the open internet",
            [python, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
            environment={"PUBLIC_URL": "https://diary.example"},
        ),
        Check("templates", [str(BIN / "djlint"), "--lint", "--quiet", templates]),
        Check(
            "risky code",
            [str(BIN / "bandit"), "-q", "-r", "-c", "pyproject.toml", "analytics", "tracker", "api", "frontend", "ops"],
        ),
        Check("dependencies with known faults", [*audit, "-r", "requirements.txt"], ask=True),
    ]
    if (PWA / "package.json").is_file():
        found.append(Check("the phone app", [str(w) for w in node.npm(["run", "check"])], PWA))
        found.append(Check("the phone app's types", [str(w) for w in node.npm(["run", "types:check"])], PWA))
    return found


def main() -> int:
    """Run them all; 1 if one failed."""
    results = []
    with tempfile.TemporaryDirectory(prefix="diary-check-") as var, ThreadPoolExecutor(AT_ONCE) as pool:
        quiet = {**node_environment(VENV), **BYTECODE, "ENV_FILE": "", "DJANGO_SETTINGS_MODULE": "tracker.settings"}
        for name in ("DATABASE_URL", "REDIS_URL", "EMAIL_URL", "STORAGE_URL", "SECRET_KEY"):
            quiet.pop(name, None)
        planned = [
            pool.submit(_run, check, quiet | check.environment | {"VAR_DIR": str(Path(var) / str(number))})
            for number, check in enumerate(checks())
        ]
        for done in as_completed(planned):
            result = done.result()
            words = " ".join(os.path.relpath(w, ROOT) if "/" in w else w for w in result.check.words)
            say(f"\n--- {result.check.name}: {words}\n{result.said}".rstrip())
            results.append(result)
    say("")
    for result in results:
        say(f"{result.verdict:6} {result.seconds:5.0f} s  {result.check.name}")
    return int(any(result.verdict == "FAILED" for result in results))


def _run(check: Check, environment: dict[str, str]) -> Result:
    begun = time.monotonic()
    verdict, said = (_asked if check.ask else _ran)(check, environment)
    return Result(check, verdict, time.monotonic() - begun, said)


def _ran(check: Check, environment: dict[str, str]) -> tuple[str, str]:
    done = subprocess.run(
        check.words,
        cwd=check.folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    return "ok" if done.returncode == 0 else "FAILED", done.stdout


def _asked(check: Check, environment: dict[str, str]) -> tuple[str, str]:
    try:
        done = subprocess.run(
            check.words, cwd=check.folder, env=environment, capture_output=True, text=True, timeout=AUDIT_SECONDS
        )
    except subprocess.TimeoutExpired:
        return "away", f"could not be asked here: no answer in {AUDIT_SECONDS} s"
    unknown = done.stdout.count("could not be audited")
    if done.returncode == 0 and unknown:
        return "away", f"could not be asked here: {unknown} packages are not known to the source of known faults"
    if done.returncode == 0:
        return "ok", done.stderr.strip().splitlines()[-1] if done.stderr.strip() else "nothing known"
    if "known vulnerabilit" in done.stderr:
        return "FAILED", done.stdout + done.stderr
    why = (done.stderr.strip().splitlines() or ["no answer"])[-1][:200]
    return "away", f"could not be asked here: {why}"


if __name__ == "__main__":
    sys.exit(main())
