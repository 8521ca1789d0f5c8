"""A diary that is being written to."""

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from ops.children import die_with_parent
from ops.place import PYTHON, ROOT
from tests.backups.places import Place


@contextmanager
def written_to(place: Place, *, people: int, before: int, pause: float = 0.0) -> Iterator[list[str]]:
    """A place with a writer at work, once it has done `before` deeds; and until it has done one more at the end.

    The list grows by a line a deed.
    """
    process = subprocess.Popen(
        [str(PYTHON), "-m", "tests.backups.writer", str(people), str(pause)],
        cwd=ROOT, env=place.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        preexec_fn=die_with_parent,
    )  # fmt: skip
    assert process.stdout is not None and process.stdin is not None
    deeds = [process.stdout.readline() for _ in range(before)]
    assert deeds[-1], "the writer ended"
    more = threading.Event()

    def read() -> None:
        assert process.stdout is not None
        for line in process.stdout:
            deeds.append(line)
            more.set()

    reader = threading.Thread(target=read)
    reader.start()
    try:
        yield deeds
        more.clear()
        assert more.wait(60), "the writer stopped writing"
    finally:
        process.stdin.close()
        reader.join(60)
        assert process.wait(60) == 0
