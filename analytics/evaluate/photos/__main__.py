"""`python -m analytics.evaluate.photos`: examine the measuring of photos and write the evidence. Seeded; under ten minutes."""

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Any

from analytics.evaluate.photos.figures import figures
from analytics.evaluate.photos.plan import SCORING, TUNING, Job
from analytics.evaluate.photos.running import run
from analytics.evaluate.photos.sheet import draw
from analytics.evaluate.photos.tables import write
from analytics.synthetic.scenes.tones import TONES

PROCESSES = 2


def examples(first: int) -> list[Job]:
    """What the sheet shows: a flat lump and a dome on every tone, then a bad shot of some kinds."""
    shown: list[Job] = []
    for k, tone in enumerate(TONES):
        shown += [("flat", first + 9_000 + k, {"tone": tone}), ("dome", first + 9_000 + k, {"tone": tone})]
    bad = ("one_strip", "too_tilted", "too_blurred", "glare")
    return shown + [(kind, first + 9_000, {"tone": "tan"}) for kind in bad]


def main() -> None:
    """Parse, examine, write, and say where."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--tuning", action="store_true", help="the seeds that may be looked at, instead of the scoring ones"
    )
    parser.add_argument("--share", type=float, default=1.0, help="of the full number of scenes")
    parser.add_argument("--processes", type=int, default=min(PROCESSES, os.cpu_count() or 1))
    parser.add_argument("--speed", type=Path, help="JSON of the speed rows, from python -m tests.bench.photos")
    parser.add_argument("--each", type=Path, help="write what was found in each scene here, as JSON lines")
    parser.add_argument("--out", type=Path, default=Path("docs/evidence"))
    options = parser.parse_args()
    first = TUNING if options.tuning else SCORING
    found, lit = run(first, options.share, options.processes)
    result: dict[str, Any] = {"first_seed": first, **figures(found, lit)}
    if options.speed is not None:
        result["speed"] = json.loads(options.speed.read_text(encoding="utf-8"))
    write(result, options.out)
    if options.each is not None:
        lines = [json.dumps(one.plain()) for one in [*found, *(one for series_ in lit for one in series_)]]
        options.each.write_text("\n".join(lines) + "\n", encoding="utf-8")
    draw(examples(first), options.out / "photos.jpg")
    sys.stdout.write((options.out / "photos.md").read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
