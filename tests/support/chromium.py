"""Finds a Chromium for the tests: `$CHROMIUM`, else a system one, else the one `make test` unpacked from npm."""

import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path

from ops.place import BROWSER, VENV

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MAC = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
# Quiet on a machine without a network, and fit for root and a small /dev/shm.
FLAGS = (
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
)
MISSING = "no Chromium: install one, or name it: CHROMIUM=/path/to/chromium make test"


@dataclass(frozen=True)
class Chromium:
    """A browser and the environment it wants. `arguments` go to Playwright's launch and to Lighthouse."""

    path: Path
    environment: dict[str, str] = field(default_factory=dict)
    arguments: tuple[str, ...] = FLAGS


def system_chromium() -> Chromium | None:
    """The named or the installed browser, or None. A CHROMIUM that is not there is an error, not None."""
    named = os.environ.get("CHROMIUM")
    if named:
        if not os.access(named, os.X_OK):
            raise FileNotFoundError(f"CHROMIUM={named} is not a program")
        return Chromium(Path(named))
    found = [shutil.which(name) for name in NAMES] + [path for path in MAC if os.access(path, os.X_OK)]
    return next((Chromium(Path(path)) for path in found if path), None)


def find_chromium() -> Chromium | None:
    """A system browser, else the unpacked one, else None."""
    return system_chromium() or _unpacked()


def _unpacked() -> Chromium | None:
    program = BROWSER / "chromium"
    if not program.is_file():
        return None
    settings = BROWSER / "fonts-here.conf"
    if not settings.is_file():
        settings.write_text(
            '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
            f"<dir>{BROWSER / 'fonts'}</dir><dir>/usr/share/fonts</dir>"
            f"<cachedir>{BROWSER / 'fontcache'}</cachedir></fontconfig>"
        )
    libraries = [str(folder) for folder in (BROWSER / "lib", BROWSER) if folder.is_dir()]
    return Chromium(
        program,
        {
            "LD_LIBRARY_PATH": os.pathsep.join([*libraries, os.environ.get("LD_LIBRARY_PATH", "")]).strip(os.pathsep),
            "FONTCONFIG_FILE": str(settings),
            "PLAYWRIGHT_NODEJS_PATH": str(VENV / "node" / "node"),
        },
    )
