"""The virtual environment and what is installed into it."""

import os
import platform
import re
import shutil
import subprocess
import sys
from pathlib import Path

from ops.place import PYTHON, ROOT, STAMPS, VENV, Refused, say
from ops.steps import NETWORK, call, digest, once

BUILD = ROOT / "requirements-build.txt"
RUN = ROOT / "requirements.txt"
DEV = ROOT / "requirements-dev.txt"

# Everything comes as a ready-made wheel, so no compiler is asked for. http-ece (for push messages) is published as
# source only; it is plain Python, and the pinned setuptools of requirements-build.txt packs it.
PIP = (
    "-m pip install --quiet --disable-pip-version-check --no-input --retries 2 --timeout 30 --no-compile "
    "--require-hashes --no-build-isolation --only-binary :all: --no-binary http-ece"
).split()


def install(dev: bool) -> None:
    """Bring `.venv` up to date with the pinned and hashed requirements. Raises Refused."""
    _make_venv()
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    run_print = digest([BUILD, RUN], version)
    if dev:
        title = "Installing the product's and the tests' packages (the first time about a minute)"
        if once(STAMPS / "packages-dev", digest([BUILD, DEV], version), title, lambda: _pip(DEV)):
            (STAMPS / "packages").write_text(run_print)  # the same pins, and more
        return
    title = "Installing the product's packages (the first time about half a minute)"
    once(STAMPS / "packages", run_print, title, lambda: _pip(RUN))


def _make_venv() -> None:
    wanted = sys.version_info[:2]
    if PYTHON.exists():
        asked = subprocess.run(
            [PYTHON, "-c", "import sys, pip; print(sys.prefix, *sys.version_info[:2])"], capture_output=True, text=True
        )
        words = asked.stdout.split()
        if asked.returncode == 0 and words[-2:] == [str(n) for n in wanted] and Path(words[0]).resolve() == VENV:
            return
        if Path(sys.prefix).resolve() == VENV:
            raise Refused(
                "This .venv does not work any more. Leave it (`deactivate`), then run the same command again."
            )
        say("  The .venv was made by another Python or in another folder; making it anew …")
        shutil.rmtree(VENV)
    say(f"  Making .venv with Python {platform.python_version()} …")
    call([sys.executable, "-m", "venv", VENV], _no_venv)


def _no_venv(output: str) -> str | None:
    if "ensurepip" not in output and "No module named venv" not in output:
        return None
    shutil.rmtree(VENV, ignore_errors=True)
    return (
        "This Python came without its venv part. On Debian or Ubuntu: apt install python3-venv. "
        "Or name another Python: make run PYTHON=/path/to/python3"
    )


def _pip(requirements: Path) -> None:
    quiet = {k: v for k, v in os.environ.items() if k not in {"PYTHONPATH", "PYTHONHOME"}}
    for file in (BUILD, requirements):
        call([PYTHON, *PIP, "-r", file], _no_package, cwd=ROOT, env=quiet)


def _no_package(output: str) -> str | None:
    low = output.lower()
    if "do not match the hashes" in low:
        return (
            "A package that arrived is not the one this version was tested with, so it was not installed. Try again; "
            "if it happens again, something between you and the registry changes packages."
        )
    missing = re.search(r"No matching distribution found for (\S+)", output)
    if missing and not any(word in low for word in NETWORK):
        return (
            f"There is no ready-made {missing[1]} for Python {platform.python_version()} on {platform.system()} "
            f"{platform.machine()}. Python 3.11 to 3.14 on Linux (x86-64, ARM64) or macOS has one: "
            "make run PYTHON=/path/to/python3.11"
        )
    return None
