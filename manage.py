#!/usr/bin/env python
"""Django's command line; `.venv/bin/python manage.py help` lists the commands."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as why:  # a sentence that says what to set (tracker/settings.py)
        sys.exit(str(why))


if __name__ == "__main__":
    main()
