"""Reads `.env`. Standard library only: `make setup` uses it before anything is installed."""

import os
import re
from pathlib import Path

_LINE = re.compile(
    r"""^(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*("[^"]*"|'[^']*'|(?:[^#]|(?<!\s)#)*?)\s*(?:\s#.*)?$"""
)


def parse(text: str) -> dict[str, str]:
    """The settings in `text`: NAME=value lines, quotes optional, `#` starts a comment, empty values left out.

    Raises ValueError naming the first line that is none of these.
    """
    found: dict[str, str] = {}
    for number, raw in enumerate(text.splitlines(), start=1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        match = _LINE.match(line)
        if match is None:
            raise ValueError(f"line {number} is not NAME=value")
        value = match[2]
        if value[:1] in {'"', "'"}:
            value = value[1:-1]
        if value:
            found[match[1]] = value
    return found


def load(folder: Path) -> None:
    """Put the settings of `folder/.env` into the environment; what is set there already wins.

    ENV_FILE names another file, and empty (ENV_FILE=) none. Raises ValueError for a line that cannot be read.
    """
    named = os.environ.get("ENV_FILE")
    if named == "":
        return
    path = Path(named) if named else folder / ".env"
    if not path.is_file():
        return
    try:
        settings = parse(path.read_text(encoding="utf-8"))
    except ValueError as fault:
        raise ValueError(f"{path}: {fault}") from None
    for name, value in settings.items():
        os.environ.setdefault(name, value)
