"""`make bench`: how fast the product is beside bare references in the same run. A table, and `var/bench.json`.

`--long` adds the largest scans; `--only WORD` runs the parts whose name holds it.
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from ops.place import ROOT
from tests.bench import doctor, drawing, idle, interface, photos, report, scan
from tests.bench.result import Row, table, write

Tick = Callable[[str], None]
WIDE = 30


class Bar:
    """A progress bar on standard error: parts done of all, and what is being measured."""

    def __init__(self, parts: int) -> None:
        self.parts, self.done, self.began = parts, 0, time.monotonic()

    def tick(self, what: str) -> None:
        """Say what is being done now."""
        full = round(WIDE * self.done / self.parts)
        minutes, seconds = divmod(int(time.monotonic() - self.began), 60)
        bar = "#" * full + "." * (WIDE - full)
        end = "" if sys.stderr.isatty() else "\n"
        sys.stderr.write(f"\r[{bar}] {self.done}/{self.parts} {minutes}:{seconds:02} {what:<46}{end}")
        sys.stderr.flush()

    def tell(self, row: Row) -> None:
        """One row as soon as it is known: a bench that is stopped half-way has still said something."""
        sys.stderr.write(
            f"\r{row.name}: {row.ours:.3g} {row.unit}, ratio {row.ratio}, {row.goal}: {row.ok}{' ' * 30}\n"
        )


def parts(*, long: bool) -> dict[str, Callable[[Tick], Iterable[Row]]]:
    """Every part of the bench by name; `long` for the largest scans too."""
    return {
        "sqlite": lambda tick: interface.rows("SQLite", tick),
        "postgresql": lambda tick: interface.rows("PostgreSQL", tick),
        "drawing": drawing.rows,
        "doctor": doctor.rows,
        "report": report.rows,
        "photos": photos.rows,
        "scan": lambda tick: scan.rows(tick, long=long),
        "idle": idle.rows,
    }


def main() -> None:
    """Measure, print, write. The exit status says only whether everything could be measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="")
    parser.add_argument("--long", action="store_true")
    parser.add_argument("--out", type=Path, default=ROOT / "var" / "bench.json")
    options = parser.parse_args()
    wanted = {name: part for name, part in parts(long=options.long).items() if options.only in name}
    bar, rows = Bar(len(wanted)), list[Row]()
    for part in wanted.values():
        for row in part(bar.tick):
            rows.append(row)
            bar.tell(row)
        bar.done += 1
    bar.tick("done")
    sys.stderr.write("\n")
    write(rows, options.out)
    sys.stdout.write(f"{table(rows)}\n")


if __name__ == "__main__":
    main()
