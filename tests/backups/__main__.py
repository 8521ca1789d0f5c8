"""`python -m tests.backups [--deeds N]`: row H9 long, on SQLite and PostgreSQL; prints a table; status 1 on a difference.

Each: a writer at work, a backup meanwhile, restored and compared; then a backup at rest with its drill, restored over the
first and compared whole. Between the two the diary moves from SQLite into PostgreSQL, and is counted.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from tests.backups import compare
from tests.backups.ground import written_to
from tests.backups.places import Place
from tests.support.postgres import fresh_postgres

HEAD = """\
| what | rows compared | photo files | rows different | photos different | secrets different | seconds |
|---|---|---|---|---|---|---|"""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.backups")
    parser.add_argument("--deeds", type=int, default=3000, help="entries there before the backup begins")
    deeds = parser.parse_args().deeds
    print(HEAD, flush=True)
    differs = 0
    with fresh_postgres() as server, tempfile.TemporaryDirectory(prefix="backups-") as folder:
        for name, where in (("sqlite", ""), ("postgresql", server)):
            differs += _one(Path(folder) / name, name, where, deeds)
        differs += _moved(Path(folder), server)
    return int(differs > 0)


def _one(folder: Path, name: str, server: str, deeds: int) -> int:
    folder.mkdir()
    live, restored = Place(folder / f"live_{name}", server), Place(folder / f"again_{name}", server)
    with written_to(live, people=20, before=deeds) as kept:
        began, before = time.monotonic(), len(kept)
        _say_if_bad(live.manage("backup", str(folder / "load.age")))
        took, meanwhile = time.monotonic() - began, len(kept) - before
    _say_if_bad(restored.manage("restore", str(folder / "load.age")))
    found = compare.under_load(live, restored)
    _line(f"{name}, under load ({meanwhile} entries kept meanwhile)", found, took)
    began = time.monotonic()
    made = live.manage("backup", str(folder / "rest.age"), "--drill")
    _say_if_bad(made)
    _say_if_bad(restored.manage("restore", str(folder / "rest.age"), "--overwrite"))
    rest = compare.at_rest(live, restored)
    _line(f"{name}, at rest, with its drill", rest, time.monotonic() - began)
    print("\n".join(f"  {line}" for line in made.stdout.splitlines()), file=sys.stderr)
    return sum(each.rows_different + each.photos_different + each.secrets_different for each in (found, rest))


def _moved(folder: Path, server: str) -> int:
    """What was backed up from SQLite, restored into PostgreSQL, backed up there, and restored into SQLite again."""
    there, back = Place(folder / "moved", server), Place(folder / "back")
    began = time.monotonic()
    _say_if_bad(there.manage("restore", str(folder / "sqlite" / "rest.age")))
    _say_if_bad(there.manage("backup", str(folder / "moved.age")))
    _say_if_bad(back.manage("restore", str(folder / "moved.age")))
    origin = Place.__new__(Place)
    origin.var, origin.server, origin.name = folder / "sqlite" / "live_sqlite", "", ""
    found = compare.at_rest(origin, back)
    _line("sqlite → postgresql → sqlite", found, time.monotonic() - began)
    return found.rows_different + found.photos_different + found.secrets_different


def _line(what: str, found: compare.Difference, seconds: float) -> None:
    counts = (found.rows, found.photos, found.rows_different, found.photos_different, found.secrets_different)
    print(f"| {what} | {' | '.join(map(str, counts))} | {seconds:.1f} |", flush=True)


def _say_if_bad(done: object) -> None:
    if getattr(done, "returncode", 0):
        raise SystemExit(getattr(done, "stderr", "") + getattr(done, "stdout", ""))


if __name__ == "__main__":
    sys.exit(main())
