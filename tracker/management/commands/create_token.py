"""`manage.py create_token EMAIL` prints a token for another program, and only that."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from tracker.actions.people import create_token
from tracker.models import AccessToken, User


class Command(BaseCommand):
    help = "Make a token for another program and print it. It cannot be shown again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--name", default="", help="what the token is for")
        parser.add_argument("--read", action="store_true", help="may read but not write")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(email__iexact=options["email"].strip()).first()
        if user is None:
            self.stderr.write("There is no account with this address. Make one with create_user first.")
            sys.exit(2)
        scope = AccessToken.READ if options["read"] else AccessToken.WRITE
        _row, secret = create_token(user=user, name=options["name"], scope=scope)
        self.stdout.write(secret)
