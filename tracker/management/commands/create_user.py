"""`manage.py create_user EMAIL`, the password on standard input."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from tracker.actions.errors import Refused
from tracker.actions.people import create_user


class Command(BaseCommand):
    help = "Make an account with a verified address. The password is read from standard input."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")

    def handle(self, *args: Any, **options: Any) -> None:
        if sys.stdin.isatty():
            self.stderr.write("Type the password and press Enter:")
        password = sys.stdin.readline().rstrip("\r\n")
        try:
            create_user(email=options["email"], password=password)
        except Refused as refused:
            self.stderr.write(refused.sentence)
            sys.exit(2)
        self.stderr.write("The account is made.")
