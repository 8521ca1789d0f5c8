"""`make setup`: prepares everything and starts nothing."""

import os
import subprocess

from ops import node, packages
from ops.place import PWA, PYTHON, ROOT, SETUP_LOCK, Place, Refused, check_var, locked, say
from ops.steps import digest

WAIT_FOR_OTHER = 600.0


def set_up(place: Place) -> None:
    """Packages, the phone app, database, secrets, static files, the demo. Raises Refused."""
    check_var(place.var)
    set_up_tools(dev=False)
    _database(place)


def set_up_tools(dev: bool) -> None:
    """Packages and the phone app only; `dev` for tests and checks."""
    with locked(SETUP_LOCK, WAIT_FOR_OTHER, "Another setup has been running for ten minutes. End it, then try again."):
        packages.install(dev)
        node.build_app()


def _database(place: Place) -> None:
    demo = os.environ.get("DEMO", "").strip().lower() not in {"0", "false", "no", "off"}
    stamp = place.var / "static.stamp"
    fingerprint = digest([ROOT / "frontend" / "static", PWA / "dist", ROOT / "requirements.txt"])
    static = not (place.var / "static").is_dir() or not stamp.is_file() or stamp.read_text() != fingerprint
    words = [str(PYTHON), "-m", "ops.database", *(["--static"] if static else []), *(["--demo"] if demo else [])]
    say("  Database, secrets, demo …" if demo else "  Database, secrets …")
    done = subprocess.run(words, cwd=ROOT, stderr=subprocess.PIPE, text=True)
    if done.returncode == 3:
        raise Refused(done.stderr.strip())
    if done.returncode:
        raise Refused(f"{done.stderr}\nPreparing the database failed; what it said is above.")
    if static:
        stamp.write_text(fingerprint)
