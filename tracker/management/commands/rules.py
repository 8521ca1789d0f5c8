"""`manage.py rules` prints every rule with its source and its words, as docs/rules.md holds them."""

from typing import Any

from django.core.management.base import BaseCommand

from tracker.rules.document import document


class Command(BaseCommand):
    help = "Print the rules as Markdown."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(document(), ending="")
