"""`python -m tests.chaos [ROW…]`: runs the rows (all, or those named) and prints one line each; status 1 on a miss.

--notices N   how many messages A1 and A2 send (1000)
--kills N     how many senders A2 kills (50)
--away S      seconds for which A4 and A5 take a server away (60)
"""

import argparse
import logging
import shutil
import sys
import time

from tests.support.environment import isolate


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos")
    parser.add_argument("rows", nargs="*")
    parser.add_argument("--notices", type=int, default=1000)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--away", type=float, default=60.0)
    given = parser.parse_args()

    folder = isolate()
    import django

    django.setup()
    from django.core.management import call_command

    from tests.chaos.rows import ROWS, Plan

    logging.disable(logging.CRITICAL)
    call_command("migrate", verbosity=0)
    missed = 0
    try:
        for name, row in ROWS.items():
            if given.rows and name not in given.rows:
                continue
            began = time.monotonic()
            result = row(Plan(given.notices, given.kills, given.away))
            missed += not result.held
            took = time.monotonic() - began
            print(f"{name:4} {'held  ' if result.held else 'MISSED'} {took:6.1f} s  {result.figures}", flush=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main())
