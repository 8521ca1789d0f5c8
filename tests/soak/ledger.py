"""What the phones were promised: a line for each write that was answered, and for each that was sent."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

SENT, KEPT = "sent", "kept"


class Ledger:
    """A file of JSON lines {deed, kind, id, …}, written at once, so that it says no more and no less than was seen."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("a+", encoding="utf-8")
        self._lock = threading.Lock()

    def sent(self, kind: str, pk: str, **facts: Any) -> None:
        """It is about to leave the phone."""
        self._write({"deed": SENT, "kind": kind, "id": pk, **facts})

    def kept(self, kind: str, pk: str, **facts: Any) -> None:
        """The house said that it has it; `facts` as they were acknowledged."""
        self._write({"deed": KEPT, "kind": kind, "id": pk, **facts})

    def lines(self) -> Iterator[dict[str, Any]]:
        """All of it, from the beginning; call it when nobody writes any more."""
        self._file.seek(0)
        for line in self._file:
            yield json.loads(line)

    def close(self) -> None:
        self._file.close()

    def _write(self, line: dict[str, Any]) -> None:
        with self._lock:
            self._file.write(json.dumps(line) + "\n")
            self._file.flush()
