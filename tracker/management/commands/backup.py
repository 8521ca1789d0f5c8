"""`manage.py backup FILE`: everything into one sealed file, while the server runs."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import Error as DatabaseFault
from django.utils import timezone

from tracker.backups import making, passphrase, rows
from tracker.backups.drill import drill
from tracker.pictures.vault import Away


class Command(BaseCommand):
    help = "Write everything (rows, photos, secrets) into FILE, sealed with the passphrase in BACKUP_PASSPHRASE or on stdin."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="the file to write, or a folder: then it is named by the time")
        parser.add_argument("--keep", type=int, help="in a folder: keep the newest so many, throw older ones away")
        parser.add_argument("--drill", action="store_true", help="then restore it into a temporary place and look")

    def handle(self, *args: Any, **options: Any) -> None:
        path, keep = options["file"], options["keep"]
        folder = path if path.is_dir() else None
        if keep is not None and (folder is None or keep < 1):
            raise CommandError("--keep wants a number of 1 or more, and a folder to keep so many backups in.")
        try:
            words = passphrase.given(to_make=True)
            made = making.make_backup(
                path=making.dated(folder, timezone.now()) if folder else path, passphrase=words, progress=self._tell
            )
        except (passphrase.Weak, making.Busy, rows.NotMigrated) as why:
            raise CommandError(str(why)) from None
        except DatabaseFault as why:
            raise CommandError(
                f"Nothing was written: the database cannot be used ({type(why).__name__}). Check DATABASE_URL, and migrate."
            ) from None
        except (OSError, Away) as why:
            raise CommandError(f"Nothing was written: {why}. Mend that, then say the same again.") from None
        self.stdout.write(
            f"{made.path}: {made.rows} rows, {made.photos} photo files, {made.bytes} bytes, {made.seconds:.1f} s"
        )
        if made.missing:
            self.stderr.write(
                f"{len(made.missing)} photo files were not in the store before this backup either. "
                "An older backup may hold them."
            )
        if options["drill"]:
            self._drill(made.path, words)
        if folder and keep:
            for old in making.throw_away_older(folder, keep):
                self.stdout.write(f"thrown away: {old.name}")

    def _drill(self, path: Path, words: str) -> None:
        found = drill(path, words)
        if found.trouble:
            raise CommandError(f"The drill failed, so no older backup was thrown away: {found.trouble}")
        self.stdout.write(
            f"drill: restored in {found.seconds:.1f} s, {found.rows} rows, {found.photos} photo files, all opened"
        )

    def _tell(self, what: str, count: int) -> None:
        if count and count % 1000 == 0:
            self.stderr.write(f"{count} {what} …")
