"""`manage.py bounce < message`: a mail that came back, as a mail server pipes it in (see docs/mail.md)."""

import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.db import Error as DatabaseFault

from tracker.actions.bounces import take_bounce

MOST_BYTES = 1024 * 1024  # the report comes first; what a server appends of the mail itself is not needed
TRY_LATER = 75  # EX_TEMPFAIL: the mail server keeps it and tries again


class Command(BaseCommand):
    help = "Acts on a mail that came back, read from standard input."

    def handle(self, *args: Any, **options: Any) -> None:
        raw = sys.stdin.buffer.read(MOST_BYTES)
        try:
            self.stdout.write(take_bounce(raw))
        except DatabaseFault:
            self.stderr.write("The database is away.")
            sys.exit(TRY_LATER)
