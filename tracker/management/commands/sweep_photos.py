"""`manage.py sweep_photos`: delete files of the photo store that belong to no photo."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from tracker.actions.photo_upkeep import sweep_store


class Command(BaseCommand):
    help = (
        "Delete files of the photo store that belong to no photo. The worker does so every hour with those of a week."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--old", action="store_true", help="also those older than a week, which no accident explains"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        swept = sweep_store(at=timezone.now(), foreign_too=options["old"])
        self.stdout.write(f"{swept.deleted} deleted, {swept.foreign} older ones left.")
