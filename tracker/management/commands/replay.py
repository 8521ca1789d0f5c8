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
    from tracker.rules.assess import Look, When
    from tracker.rules.facts import History


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
            for lump, looks in _walked(list(lumps_of(body)), options):
                lines = _json_lines(lump, looks) if options["jsonl"] else _plain_lines(lump, looks)
                self.stdout.write("".join(f"{line}\n" for line in lines), ending="")
            self.stdout.flush()
        except BrokenPipeError:  # the reader has seen enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _walked(lumps: "list[LumpRead]", options: dict[str, Any]) -> "Iterator[tuple[LumpRead, Iterator[Look]]]":
    from tracker.rules.assess import daily_looks, entry_looks, in_order, walks

    def plans() -> "Iterator[tuple[History, list[When]]]":
        for lump in lumps:
            history = in_order(lump.history)
            daily = daily_looks(history, options["until"]) if options["daily"] else []
            yield history, entry_looks(history) + daily

    return zip(lumps, walks(plans()), strict=True)


def _stamp(lump: "LumpRead", look: "Look") -> str:
    return lump.stamp(look.entry) if look.entry else look.at.isoformat()


def _json_lines(lump: "LumpRead", looks: "Iterator[Look]") -> Iterator[str]:
    from tracker.diary.lines import line_of

    for look in looks:
        yield json.dumps(line_of(lump.id, _stamp(lump, look), look), ensure_ascii=False, allow_nan=False)


def _plain_lines(lump: "LumpRead", looks: "Iterator[Look]") -> Iterator[str]:
    yield f"{lump.person_name}: {lump.name} ({lump.id})"
    for look in looks:
        yield f"  {_stamp(lump, look)}  {look.urgency}{'' if look.entry else '  (no entry)'}"
        for finding in look.findings:
            marks = [word for word, there in (("new", finding.new), ("quiet", finding.quiet)) if there]
            marked = f" [{', '.join(marks)}]" if marks else ""
            yield f"      {finding.urgency:<9} {finding.rule}{marked}: {finding.because}"
    yield ""
