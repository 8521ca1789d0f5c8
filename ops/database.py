"""Runs inside `.venv`: migrations, static files and the demo, in one start of Django."""

import argparse
import os
import sys

from ops.place import keep_private

SENTENCES = {
    "OperationalError": "The database cannot be used: {why}. Check DATABASE_URL, and that the database runs.",
    "ImproperlyConfigured": "{why}",
}


def main() -> int:
    """Prepare the database. Ends with 3 after a sentence on standard error for what a person can mend."""
    asks = argparse.ArgumentParser()
    asks.add_argument("--static", action="store_true", help="collect the static files too")
    asks.add_argument("--demo", action="store_true", help="make the demo accounts, once")
    wanted = asks.parse_args()
    keep_private()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
    try:
        _prepare(wanted.static, wanted.demo)
    except Exception as fault:
        sentence = SENTENCES.get(type(fault).__name__)
        if sentence is None:
            raise
        print(sentence.format(why=str(fault).strip().rstrip(".")), file=sys.stderr)
        return 3
    return 0


def _prepare(static: bool, demo: bool) -> None:
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    if static:
        # what is there stays: the old version may still be serving its own, under other names
        call_command("collectstatic", interactive=False, verbosity=0)
    if demo:
        call_command("demo", verbosity=0)


if __name__ == "__main__":
    sys.exit(main())
