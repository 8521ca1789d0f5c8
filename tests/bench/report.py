"""`python -m tests.bench.report`: the doctor's page and PDF of 3 lumps over 2 years, beside bare matplotlib and Typst.

Cold is the first in a freshly forked web worker, cached the second in the same one.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from ops.place import PYTHON, ROOT
from tests.bench.result import Row, quicker, table
from tests.bench.timing import Cost, Ratio
from tests.support.stack import Stack

MOST = 1.3
NAMES = {"page": "doctor's page with its charts", "paper": "doctor's PDF"}


def rows(tick: Callable[[str], None] = lambda _what: None) -> list[Row]:
    """Four rows: the page and the PDF, cold and cached. ``tick`` is told what is being done."""
    with tempfile.TemporaryDirectory(prefix="bench-report-") as folder:
        house = Stack(Path(folder), {})
        tick("a house for the doctor's page")
        house.prepare()
        tick("doctor's page and PDF")
        done = subprocess.run(
            [str(PYTHON), "-m", "tests.bench.report_turns"], cwd=ROOT, env=house.environment, capture_output=True, text=True
        )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    return [
        quicker(f"{words}, {when}", Ratio(*(Cost(found[f"{name} {when} {who}"]) for who in ("ours", "bare"))), MOST)
        for name, words in NAMES.items()
        for when in ("cold", "cached")
    ]


if __name__ == "__main__":
    sys.stdout.write(f"{table(rows())}\n")
