"""The `photos` storage on a disk of one's own: what was saved outlives a power cut, as a committed row does.

A receipt lets a phone drop its copy, so the bytes must lie on the disk before the row that names them is committed.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.files.storage import FileSystemStorage

if TYPE_CHECKING:
    from django.core.files.base import File  # whose type alone takes a parameter


class DurableStorage(FileSystemStorage):
    """Django's own, which leaves it to the system when bytes reach the disk; this one waits for them."""

    def _save(self, name: str, content: File[Any]) -> str:
        self.write(name, content.chunks())
        return name

    def write(self, name: str, pieces: Iterable[bytes]) -> None:
        """Write a new file; FileExistsError where there is one, and nothing is left of a file that did not become whole."""
        path = Path(self.path(name))
        is_first = not path.parent.is_dir()
        path.parent.mkdir(parents=True, exist_ok=True)
        file = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb", buffering=0)
        try:
            with file:
                for piece in pieces:
                    left = memoryview(piece)
                    while left:
                        left = left[file.write(left) :]
                os.fsync(file.fileno())
            _settle(path.parent)
            if is_first:
                _settle(path.parent.parent)
        except BaseException:
            path.unlink(missing_ok=True)
            raise


def _settle(folder: Path) -> None:
    """A new name in a folder is durable only once the folder itself is."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
