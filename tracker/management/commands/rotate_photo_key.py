"""`manage.py rotate_photo_key`: seal all photos with a new key, while the server runs."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from tracker.actions.photo_upkeep import rotate_photo_key


class Command(BaseCommand):
    help = "Make a new key for photos and seal all of them with it. Stop it at any time: the next call goes on."

    def handle(self, *args: Any, **options: Any) -> None:
        rotated = rotate_photo_key(progress=self._tell)
        self.stdout.write(f"{rotated.photos} photos are sealed with key {rotated.key}.")
        for pk in rotated.unreadable:
            self.stderr.write(f"Photo {pk} could not be read and was left as it is.")
        if rotated.unreadable:
            self.stderr.write("Restore these from a backup. The key they need is kept.")
            sys.exit(1)
        self.stdout.write("The worker drops the older key within two hours, once no file needs it.")

    def _tell(self, done: int, total: int) -> None:
        self.stderr.write(f"{done} of {total}")
