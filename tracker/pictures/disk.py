"""The `photos` storage on a disk of one's own: what was saved outlives a power cut, as a committed row does.

A receipt lets a phone drop its copy, so the bytes must lie on the disk before the row that names them is committed.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.files.storage import FileSystemStorage

if TYPE_CHECKING:
    from django.core.files.base import File  # whose type alone takes a parameter

_settled: set[Path] = set()  # folders whose own names this process has made sure of


class DurableStorage(FileSystemStorage):
    """Django's own, which leaves it to the system when bytes reach the disk; this one waits for them."""

    def _save(self, name: str, content: File[Any]) -> str:
        self.write(name, content.chunks())
        return name

    def write(self, name: str, pieces: Iterable[bytes]) -> None:
        """Write a new file; FileExistsError where there is one, and nothing is left of a file that did not become whole."""
        path = Path(self.path(name))
        if not path.parent.is_dir():
            _settled.difference_update(path.parents)
            path.parent.mkdir(parents=True, exist_ok=True)
        file = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb", buffering=0)
        try:
            with file, ThreadPoolExecutor(1) as beside:
                named = beside.submit(settle, path.parent)  # at the same time: each wait is one for the disk
                for piece in pieces:
                    left = memoryview(piece)
                    while left:
                        left = left[file.write(left) :]
                os.fsync(file.fileno())
            named.result()
            self._settle_way(path.parent)
        except BaseException:
            path.unlink(missing_ok=True)
            raise

    def _settle_way(self, folder: Path) -> None:
        """Make sure of each folder's own name down from the store: who made it may have failed, or be waiting still."""
        for place in (folder, *folder.parents):
            if place not in _settled:
                settle(place.parent)
                _settled.add(place)
            if place == Path(self.location):
                break


def settle(folder: Path) -> None:
    """A new name in a folder is durable only once the folder itself is."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
