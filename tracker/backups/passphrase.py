"""Where the passphrase comes from: BACKUP_PASSPHRASE, or a line on standard input. Never from the command line."""

import getpass
import os
import sys

SHORTEST = 12


class Weak(Exception):
    """Too short, or none at all."""


def given(*, to_make: bool) -> str:
    """The passphrase. With `to_make` a short one is refused. Raises Weak with a sentence for the operator."""
    found = os.environ.get("BACKUP_PASSPHRASE", "")
    if not found and sys.stdin.isatty():
        found = getpass.getpass("Passphrase of the backup: ")
        if to_make and getpass.getpass("The same once more: ") != found:
            raise Weak("These were two different passphrases. Nothing was written.")
    elif not found:
        found = sys.stdin.readline().rstrip("\r\n")
    if not found:
        raise Weak("A passphrase is needed: set BACKUP_PASSPHRASE, or give it as a line on standard input.")
    if to_make and len(found) < SHORTEST:
        raise Weak(f"The passphrase needs {SHORTEST} characters or more; six random words are good.")
    return found
