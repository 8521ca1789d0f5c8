"""`manage.py seed_town`: thousands of made-up people with hundreds of thousands of entries, to try a server's load with.

Never for a diary that somebody keeps: it refuses a database that holds people. A refusal is one sentence and status 2.
"""

import json
import os
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import IO, Any

from django.core.management.base import BaseCommand, CommandError
from django.db import Error as DatabaseFault

from tracker.models import Person, User


class Command(BaseCommand):
    help = "Fill an empty database with made-up people and entries, for trials of load. Not for a diary that is in use."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--people", type=int, default=5_000)
        parser.add_argument("--entries", type=int, default=500_000, help="of all of them together")
        parser.add_argument("--seed", type=int, default=1, help="the same seed makes the same lumps")
        parser.add_argument("--tokens", type=Path, metavar="FILE", help="write a JSON line a person: email, token, ids")
        parser.add_argument("--among-others", action="store_true", help="even where there are people already")

    def handle(self, *_args: Any, **options: Any) -> None:
        people, entries, seed = options["people"], options["entries"], options["seed"]
        if people < 1 or entries < people or seed < 0:
            raise CommandError("It takes a person or more, an entry or more for each, and a seed from 0.", returncode=2)
        try:
            _refuse_others(seed, among_others=options["among_others"])
            began = time.monotonic()
            with _Tokens(options["tokens"]) as tokens:
                lumps = self._make(people, entries, seed, tokens, quiet=options["verbosity"] == 0)
        except DatabaseFault as why:
            raise CommandError(
                f"The database cannot be used ({type(why).__name__}). Check DATABASE_URL, and migrate.", returncode=2
            ) from None
        except OSError as why:
            raise CommandError(
                f"{why.filename}: {why.strerror}. Name a file that is not there yet.", returncode=2
            ) from None
        took = time.monotonic() - began
        self.stdout.write(f"{people} people, {lumps} lumps, {entries} entries; {took:.0f} s")

    def _make(self, people: int, entries: int, seed: int, tokens: "_Tokens", *, quiet: bool) -> int:
        from tqdm import tqdm

        from tracker.management import town

        with tqdm(total=entries, desc="written", unit=" entries", disable=quiet) as bar:
            lumps = 0
            for resident in town.settle(people=people, entries=entries, seed=seed, told=bar.update):
                lumps += len(resident["lumps"])
                tokens.keep(resident)
        with tqdm(total=lumps, desc="looked at", unit=" lumps", disable=quiet) as bar:
            return town.look_at_all(seed=seed, told=bar.update)


def _refuse_others(seed: int, *, among_others: bool) -> None:
    """Raises CommandError where people are kept, or where this very town stands."""
    from tracker.management.town import address

    if User.objects.filter(email=address(seed, 0)).exists():
        raise CommandError(f"The town of seed {seed} is here already: choose another --seed.", returncode=2)
    if not among_others and (Person.objects.exists() or User.objects.exists()):
        raise CommandError(
            "This database holds people. seed_town is for trials: give it an empty database "
            "(DATABASE_URL or VAR_DIR), or say --among-others.",
            returncode=2,
        )


class _Tokens:
    """The file of tokens, for its owner alone; None writes nothing. Raises OSError where the file is there."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._file: IO[str] | None = None

    def __enter__(self) -> "_Tokens":
        if self._path is not None:
            opened = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            self._file = os.fdopen(opened, "w", encoding="utf-8")
        return self

    def __exit__(self, *_fault: object) -> None:
        if self._file is not None:
            self._file.close()

    def keep(self, resident: dict[str, Any]) -> None:
        if self._file is not None:
            self._file.write(json.dumps(resident) + "\n")
