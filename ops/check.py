"""`make check` (inside `.venv`): every check runs, even after one failed; the last lines say which did."""

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from ops import node
from ops.place import BYTECODE, PWA, PYTHON, ROOT, VENV, say
from ops.steps import node_environment

BIN = VENV / "bin"
AUDIT_SECONDS = 90


@dataclass(frozen=True)
class Check:
    """One tool. `ask` is for one that asks a service elsewhere: it may be away, and then says so and passes."""

    name: str
    words: list[str]
    folder: Path = ROOT
    ask: bool = False
    environment: dict[str, str] = field(default_factory=dict)


def checks() -> list[Check]:
    """All of them, the quick ones first."""
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
        Check("types", [str(BIN / "mypy"), "analytics", "tracker", "api", "frontend", "ops", "tests", "manage.py"]),
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
    with tempfile.TemporaryDirectory(prefix="diary-check-") as var:
        own = {"VAR_DIR": var, "ENV_FILE": "", "DJANGO_SETTINGS_MODULE": "tracker.settings"}
        quiet = {**node_environment(VENV), **BYTECODE, **own}
        for name in ("DATABASE_URL", "REDIS_URL", "EMAIL_URL", "STORAGE_URL", "SECRET_KEY"):
            quiet.pop(name, None)
        for check in checks():
            say(f"\n--- {check.name}: {' '.join(os.path.relpath(w, ROOT) if '/' in w else w for w in check.words)}")
            begun = time.monotonic()
            verdict = _run(check, quiet | check.environment)
            results.append((verdict, time.monotonic() - begun, check.name))
    say("")
    for verdict, seconds, name in results:
        say(f"{verdict:6} {seconds:5.0f} s  {name}")
    return int(any(verdict == "FAILED" for verdict, _, _ in results))


def _run(check: Check, environment: dict[str, str]) -> str:
    if not check.ask:
        status = subprocess.call(check.words, cwd=check.folder, env=environment)
        return "ok" if status == 0 else "FAILED"
    try:
        done = subprocess.run(
            check.words, cwd=check.folder, env=environment, capture_output=True, text=True, timeout=AUDIT_SECONDS
        )
    except subprocess.TimeoutExpired:
        say(f"could not be asked here: no answer in {AUDIT_SECONDS} s")
        return "away"
    unknown = done.stdout.count("could not be audited")
    if done.returncode == 0 and unknown:
        say(f"could not be asked here: {unknown} packages are not known to the source of known faults")
        return "away"
    if done.returncode == 0:
        say(done.stderr.strip().splitlines()[-1] if done.stderr.strip() else "nothing known")
        return "ok"
    if "known vulnerabilit" in done.stderr:
        say(done.stdout + done.stderr)
        return "FAILED"
    say("could not be asked here: " + (done.stderr.strip().splitlines() or ["no answer"])[-1][:200])
    return "away"


if __name__ == "__main__":
    sys.exit(main())
