"""docs/evidence/phone.md: what was seen, row by row, written by the commands that saw it."""

import json
from datetime import UTC, datetime

from ops.place import ROOT

FACTS = ROOT / "docs" / "evidence" / "phone.json"
TEXT = FACTS.with_suffix(".md")
HEAD = """# The phone app: figures seen

Written by the commands in the last column, each on the day it was run; figures of speed are of the machine they were taken on
(two cores, no graphics card). `trust.md` says what each row asks for.

| row | held | seen | on | command |
|---|---|---|---|---|
"""


def keep(name: str, held: bool, figures: str, command: str) -> None:
    """Put a row's figures in the place of those seen before, and write the table anew."""
    rows = json.loads(FACTS.read_text(encoding="utf-8")) if FACTS.is_file() else {}
    rows[name] = {"held": held, "figures": figures, "on": datetime.now(UTC).date().isoformat(), "command": command}
    FACTS.parent.mkdir(exist_ok=True)
    FACTS.write_text(
        json.dumps(dict(sorted(rows.items(), key=_order)), indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    lines = [
        f"| {key} | {'yes' if row['held'] else '**no**'} | {row['figures'].replace('|', '/')} | {row['on']} | "
        f"`{row['command']}` |\n"
        for key, row in sorted(rows.items(), key=_order)
    ]
    TEXT.write_text(HEAD + "".join(lines), encoding="utf-8")


def _order(item: tuple[str, object]) -> tuple[int, str]:
    return "OPSW".find(item[0][0]), item[0]
