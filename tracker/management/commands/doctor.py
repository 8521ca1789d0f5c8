"""`manage.py doctor`: what is wrong with this set-up, and how to mend it. Ends with 1 where something is."""

import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from tracker.management import checkup
from tracker.management.found import BAD, LOOK, WELL

MARKS = {WELL: "ok  ", LOOK: "look", BAD: "BAD "}


class Command(BaseCommand):
    help = "Look this set-up over: what is wrong, and how to mend it. The exit status is 1 where something is."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        bad = 0
        for found in checkup.look(timezone.now()):
            self.stdout.write(f"{MARKS[found.state]} {found.what}: {found.says}")
            if found.mend:
                self.stdout.write(f"       → {found.mend}")
            bad += found.state == BAD
        self.stdout.write(f"\n{bad} to mend." if bad else "\nNothing to mend.")
        if bad:
            sys.exit(1)
