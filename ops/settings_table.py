"""`python -m ops.settings_table > docs/settings.md`: every setting, from `.env.example`, which a test holds against the code."""

import re
import sys

from ops.place import ROOT

_LINE = re.compile(r"#(?P<name>[A-Z_]+)=(?P<value>.*?)\s{2,}#\s(?P<says>.*)")
HEAD = """# Settings

From the environment, or from the file `.env` (the environment wins). Made from `.env.example` by `python -m ops.settings_table`;
a test refuses a setting that the code reads and that is not here.
"""


def table() -> str:
    """The page: a heading and a table for each group of settings."""
    parts, says = [HEAD], (ROOT / ".env.example").read_text(encoding="utf-8")
    for line in says.splitlines()[1:]:
        match = _LINE.fullmatch(line)
        if match:
            value = f"`{match['value']}`" if match["value"] else "–"
            parts.append(f"| `{match['name']}` | {value} | {match['says'].replace('|', '/')} |")
        elif line.startswith("# "):
            parts.append(f"\n## {line[2:].capitalize()}\n\n| name | default | what it does |\n|---|---|---|")
        elif line:
            raise ValueError(f"a line of .env.example that is no setting and no heading: {line}")
    return "\n".join(parts) + "\n"


if __name__ == "__main__":
    sys.stdout.write(table())
