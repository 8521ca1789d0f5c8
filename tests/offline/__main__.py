"""`python -m tests.offline [ROW…]`: rows O1 to O9 (all, or those named), one line each; status 1 on a miss.

--entries N  how many entries O1 makes (1000)     --kills N  how often O1 kills the browser (50)
--after N    how many kills after "Saved" (200)   --away S   for how long O6 takes the server away (30)
--seed N     another luck (6)                     --keep     write what was seen into docs/evidence/phone.md
"""

import argparse
import os
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect, sync_playwright

from tests.browser.phone import SECONDS
from tests.support.chromium import MISSING, find_chromium
from tests.support.environment import isolate
from tests.support.stack import running_stack


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.offline")
    parser.add_argument("rows", nargs="*")
    parser.add_argument("--entries", type=int, default=1000)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--after", type=int, default=200)
    parser.add_argument("--away", type=float, default=30.0)
    parser.add_argument("--seed", type=int, default=6)
    parser.add_argument("--keep", action="store_true")
    given = parser.parse_args()
    isolate()
    chromium = find_chromium()
    if chromium is None:
        print(MISSING, file=sys.stderr)
        return 2
    os.environ.update(chromium.environment)

    from tests.offline.evidence import keep
    from tests.offline.rows import ROWS
    from tests.offline.trial import Plan, Result, Trial, bar, running_trial

    expect.set_options(timeout=SECONDS * 1000)
    plan = Plan(given.entries, given.kills, after_saved=given.after, away=given.away, seed=given.seed)
    launch = {"executable_path": str(chromium.path), "args": list(chromium.arguments), "headless": True}

    def tried(row: Callable[[Trial], Result], trial: Trial) -> Result:
        try:
            return row(trial)
        except Exception as fault:  # noqa: BLE001  the other rows are still worth seeing
            traceback.print_exc()
            return Result(False, f"did not come to an end: {type(fault).__name__}")

    missed = 0
    with tempfile.TemporaryDirectory(prefix="offline-") as folder, sync_playwright() as playwright:
        place = Path(folder)
        with running_stack(place / "var") as house, running_trial(house, playwright, launch, place, plan) as trial:
            for name, row in ROWS.items():
                if given.rows and name not in given.rows:
                    continue
                trial.told = bar(name)
                began = time.monotonic()
                result = tried(row, trial)
                missed += not result.held
                took = time.monotonic() - began
                trial.told("")
                print(f"{name}  {'held  ' if result.held else 'MISSED'} {took:6.1f} s  {result.figures}", flush=True)
                if given.keep:
                    keep(name, result.held, result.figures, f"make offline ROWS={name}")
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main())
