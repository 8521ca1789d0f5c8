"""`manage.py replay FILE`: walks a diary file's lumps and says what the rules would have said that day (docs/format.md).

Needs no database. Nothing of the numbers is imported before the file has been read and found good.
"""

import json
import os
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError

if TYPE_CHECKING:
    from tracker.diary.reading import LumpRead
    from tracker.rules.assess import Look


class Command(BaseCommand):
    help = "Run the rules over a diary file (JSON, folder or zip), look by look. Needs no database."
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", help="diary.json, or a folder or zip that holds one")
        parser.add_argument("--jsonl", action="store_true", help="one JSON line a look, and nothing else")
        parser.add_argument("--daily", action="store_true", help="add a look at 12:00 for every day")
        parser.add_argument("--until", type=_day, metavar="DATE", help="last day of --daily (default: the last fact)")

    def handle(self, *_args: Any, **options: Any) -> None:
        from tracker.diary.checking import BadDiary
        from tracker.diary.reading import lumps_of, read_diary

        try:
            body = read_diary(options["file"])
        except BadDiary as error:
            raise CommandError(str(error), returncode=2) from error
        try:
            for lump in lumps_of(body):
                lines = _json_lines(lump, options) if options["jsonl"] else _plain_lines(lump, options)
                self.stdout.write("".join(f"{line}\n" for line in lines), ending="")
            self.stdout.flush()
        except BrokenPipeError:  # the reader has seen enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _looks(lump: "LumpRead", options: dict[str, Any]) -> Iterator[tuple[str, "Look"]]:
    """Each look with its time as it is to be printed."""
    from tracker.rules.assess import daily_looks, entry_looks, in_order, walk

    history = in_order(lump.history)
    looks = entry_looks(history)
    if options["daily"]:
        looks += daily_looks(history, options["until"])
    for look in walk(history, looks):
        yield (lump.stamp(look.entry) if look.entry else look.at.isoformat()), look


def _json_lines(lump: "LumpRead", options: dict[str, Any]) -> Iterator[str]:
    from tracker.diary.lines import line_of

    for at, look in _looks(lump, options):
        yield json.dumps(line_of(lump.id, at, look), ensure_ascii=False, allow_nan=False)


def _plain_lines(lump: "LumpRead", options: dict[str, Any]) -> Iterator[str]:
    yield f"{lump.person_name}: {lump.name} ({lump.id})"
    for at, look in _looks(lump, options):
        yield f"  {at}  {look.urgency}{'' if look.entry else '  (no entry)'}"
        for finding in look.findings:
            marks = [word for word, there in (("new", finding.new), ("quiet", finding.quiet)) if there]
            marked = f" [{', '.join(marks)}]" if marks else ""
            yield f"      {finding.urgency:<9} {finding.rule}{marked}: {finding.because}"
    yield ""
