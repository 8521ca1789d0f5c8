"""`manage.py restore FILE`: put a backup back, into an empty place."""

from pathlib import Path
from time import monotonic
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import Error as DatabaseFault

from tracker.backups import drill, passphrase, restoring, sealing
from tracker.pictures.vault import Away

BEFORE_ANYTHING = (
    sealing.WrongPassphrase, sealing.Broken, restoring.NotEmpty, restoring.TooNew, restoring.AtWork, passphrase.Weak,
    OSError, DatabaseFault, Away,
)  # fmt: skip


class Command(BaseCommand):
    help = "Put the backup FILE back. Stop the server first. The passphrase is in BACKUP_PASSPHRASE or on stdin."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--overwrite", action="store_true", help="everything that is here now goes")
        parser.add_argument("--as-drill", action="store_true", help="then open every photo, and print what was found")

    def handle(self, *args: Any, **options: Any) -> None:
        began = monotonic()
        try:
            done = restoring.restore(
                path=options["file"], passphrase=passphrase.given(to_make=False), overwrite=options["overwrite"]
            )
        except BEFORE_ANYTHING as why:
            raise CommandError(f"Nothing was changed. {_said(why)}") from None
        except restoring.HalfWay as why:
            raise CommandError(
                f"It broke off half-way ({why}), so what is here now is not to be used. Mend that, then say the same again "
                "with --overwrite."
            ) from None
        seconds = monotonic() - began
        if options["as_drill"]:
            self.stdout.write(drill.look_through(done.rows, seconds))
            return
        self.stdout.write(f"{done.rows} rows and {done.photos} photo files are back, in {seconds:.1f} s.")
        if done.erased:
            self.stdout.write(f"{done.erased} accounts and diaries had been erased since, and were erased again.")
        if done.ownerless:
            self.stderr.write(
                "These diaries are kept and have no owner: whoever owned them in the backup had handed them on before their "
                f"account was erased. docs/operate.md says what to do: {', '.join(str(pk) for pk in done.ownerless)}"
            )
        if done.missing:
            self.stderr.write(f"{done.missing} photo files were missing already when the backup was made.")
        if done.signing_key_differs:
            self.stderr.write(
                "SECRET_KEY in the environment is not the one of the backup: people must log in again. To keep them "
                "logged in, leave SECRET_KEY out; the key of the backup lies in VAR_DIR/secrets."
            )


def _said(why: Exception) -> str:
    """What kept it from beginning. A database's own words may hold a password."""
    if isinstance(why, DatabaseFault):
        return f"The database cannot be used ({type(why).__name__}). Check DATABASE_URL."
    if isinstance(why, Away):
        return f"The photo store is away ({why}). Check STORAGE_URL."
    return str(why)
