"""`manage.py card`: the calibration card to print, and its strips as pictures for programs that render photos."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    help = (
        "Write the calibration card as a PDF to print, or its two strips as PNG at true scale, or its geometry as JSON."
    )
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--paper", choices=("a4", "letter"), default="a4", help="size of the page (default: a4)")
        parser.add_argument("-o", "--output", type=Path, metavar="FILE.pdf", help="where the page goes")
        parser.add_argument("--strips", type=Path, metavar="FOLDER", help="write strip-1.png and strip-2.png there")
        parser.add_argument("--dpi", type=int, default=600, metavar="N", help="pixels an inch of the strips (600)")
        parser.add_argument("--geometry", action="store_true", help="print the geometry (mm, marker ids) as JSON")

    def handle(self, *_args: Any, **options: Any) -> None:
        if not (options["output"] or options["strips"] or options["geometry"]):
            raise CommandError("Say where to write: -o FILE.pdf, --strips FOLDER, or --geometry.", returncode=2)
        try:
            self._write(options)
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}", returncode=2) from error

    def _write(self, options: dict[str, Any]) -> None:
        from tracker.card import draw

        if options["output"]:
            from tracker.card.page import card_pdf

            options["output"].write_bytes(card_pdf(options["paper"]))
        if options["strips"]:
            if not draw.LOWEST_DPI <= options["dpi"] <= draw.HIGHEST_DPI:
                raise CommandError(f"--dpi goes from {draw.LOWEST_DPI} to {draw.HIGHEST_DPI}.", returncode=2)
            options["strips"].mkdir(parents=True, exist_ok=True)
            for number in (1, 2):
                picture = draw.strip_picture(number, options["dpi"])
                (options["strips"] / f"strip-{number}.png").write_bytes(picture)
        if options["geometry"]:
            import json

            from analytics.photo import card

            self.stdout.write(json.dumps(card.as_dict(), indent=1))
