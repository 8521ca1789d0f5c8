"""`manage.py measure PHOTO…`: size and redness of a lump in photos with the calibration card. Needs no database.

A file that cannot be opened is named on standard error and has no line; the others are measured, and the exit status is 2.
"""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    help = "Measure lumps in photos taken with the calibration card. Needs no database."
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("photos", nargs="+", metavar="PHOTO", help="JPEG, PNG, WebP or HEIC")
        parser.add_argument("--json", action="store_true", help="one JSON line a photo, and nothing else")

    def handle(self, *_args: Any, **options: Any) -> None:
        from tracker.card.measure import NotAPhoto, measure_file
        from tracker.card.words import plain_line

        failed = 0
        for path in options["photos"]:
            try:
                found = measure_file(path)
            except NotAPhoto as error:
                failed += 1
                self.stderr.write(str(error))
                continue
            self.stdout.write(
                json.dumps(found, ensure_ascii=False, allow_nan=False) if options["json"] else plain_line(found)
            )
            self.stdout.flush()
        if failed:
            raise CommandError(f"{failed} of {len(options['photos'])} could not be opened.", returncode=2)
