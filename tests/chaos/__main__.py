"""`python -m tests.chaos [ROW…]`: runs the rows (all, or those named), prints the table; status 1 on a miss.

--notices N   how many messages A1, A2 and pace send (1000)
--kills N     how many senders A2 kills (50)
--away S      seconds for which A4 and A5 take a server away (60)
A whole run at the usual size writes docs/evidence/alerts.md.
"""

import argparse
import logging
import os
import platform
import shutil
import sys
import time
from datetime import UTC, datetime

from ops.place import ROOT
from tests.support.environment import isolate

USUAL = (1000, 50, 60.0)
EVIDENCE = ROOT / "docs" / "evidence" / "alerts.md"
HEAD = """# Alerts and reminders: the contract, measured

Made by `make chaos`; do not edit. Real parts: Valkey, an SMTP server, a push service that decrypts, killed processes.
One row again: `.venv/bin/python -m tests.chaos A9`. Short versions of all rows are in `make test`.

{when}, {cores} cores, Python {python}, SQLite.

"""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos")
    parser.add_argument("rows", nargs="*")
    parser.add_argument("--notices", type=int, default=USUAL[0])
    parser.add_argument("--kills", type=int, default=USUAL[1])
    parser.add_argument("--away", type=float, default=USUAL[2])
    given = parser.parse_args()

    folder = isolate()
    import django
    from django.conf import settings

    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    django.setup()
    from django.core.management import call_command

    from tests.chaos.contract import CONTRACT, ROWS
    from tests.chaos.table import Plan, Result

    logging.disable(logging.CRITICAL)
    call_command("migrate", verbosity=0)
    plan = Plan(given.notices, given.kills, given.away)
    found: dict[str, Result] = {}
    try:
        for name in CONTRACT:
            if given.rows and name not in given.rows:
                continue
            began = time.monotonic()
            found[name] = ROWS[name](plan)
            print(f"{name:4} {time.monotonic() - began:6.1f} s  {found[name].figures}", file=sys.stderr, flush=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    table = _table([(name, *CONTRACT[name], result) for name, result in found.items()])
    print(table)
    if not given.rows and (given.notices, given.kills, given.away) == USUAL:
        head = HEAD.format(
            when=datetime.now(UTC).strftime("%-d %B %Y"), cores=os.cpu_count(), python=platform.python_version()
        )
        EVIDENCE.write_text(head + table + "\n", encoding="utf-8")
    return int(not all(result.held for result in found.values()))


def _table(rows: list[tuple[str, str, str, object]]) -> str:
    lines = ["| row | what | figure | goal | |", "|---|---|---|---|---|"]
    for name, what, goal, result in rows:
        held = "held" if getattr(result, "held", False) else "**missed**"
        lines.append(f"| {name} | {what} | {getattr(result, 'figures', '')} | {goal} | {held} |")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
