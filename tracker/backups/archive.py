"""What a backup file is: a tar of members sealed with a passphrase, its manifest (with each member's SHA-256) at the end."""

import hashlib
import io
import json
import os
import tarfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self, cast

from tracker.backups.sealing import Broken, Opener, Sealer
from tracker.pictures.disk import settle

FORMAT = "lump-diary-backup-1"
MANIFEST = "manifest.json"


class Writer:
    """A backup being written, beside `path` until it is whole: `with Writer(...) as archive: archive.add(...)`."""

    def __init__(self, path: Path, passphrase: str) -> None:
        self._path = path
        self._draft = path.with_name(f".{path.name}.part")
        self._passphrase = passphrase
        self._hashes: dict[str, str] = {}
        self.facts: dict[str, Any] = {}  # go into the manifest

    def __enter__(self) -> Self:
        self._file = os.fdopen(os.open(self._draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")
        self._tar: Any = None
        try:
            self._sealer = Sealer(self._file, self._passphrase)
            self._tar = tarfile.open(fileobj=cast("Any", self._sealer), mode="w|", format=tarfile.PAX_FORMAT)
        except BaseException:
            self._let_go()
            raise
        return self

    def add(self, name: str, data: bytes) -> None:
        """One member."""
        self._hashes[name] = hashlib.sha256(data).hexdigest()
        self._put(name, data)

    def _put(self, name: str, data: bytes) -> None:
        member = tarfile.TarInfo(name)
        member.size, member.mode = len(data), 0o600
        self._tar.addfile(member, io.BytesIO(data))

    def __exit__(
        self, kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                manifest = {"format": FORMAT, **self.facts, "sha256": self._hashes}
                self._put(MANIFEST, json.dumps(manifest, indent=1).encode())
                self._tar.close()
                self._sealer.close()
                self._file.flush()
                os.fsync(self._file.fileno())
                self._draft.replace(self._path)
                settle(self._path.parent)
        finally:
            self._let_go()

    def _let_go(self) -> None:
        """Close the file and take away a draft; of a full disk even closing complains, of what is thrown away anyway.

        A tar that broke off is closed as well: when it is collected its stream would write once more, and say aloud
        that it cannot.
        """
        try:
            for each in (self._tar and self._tar.fileobj, self._file):
                with suppress(OSError):
                    if each is not None:
                        each.close()
        finally:
            self._draft.unlink(missing_ok=True)


def members(path: Path, passphrase: str) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of every member in order, the manifest last. Raises WrongPassphrase and Broken."""
    with path.open("rb") as file:
        opener = Opener(file, passphrase)
        try:
            with tarfile.open(fileobj=cast("Any", opener), mode="r|") as tar:
                for member in tar:
                    held = tar.extractfile(member)
                    if held is not None:
                        yield member.name, held.read()
                while opener.read(1 << 20):  # to the end, or a file that was cut behind the tar would pass
                    pass
        except tarfile.TarError:
            raise Broken("What the file holds is damaged.") from None


def verified(path: Path, passphrase: str) -> dict[str, Any]:
    """Read the whole file and hold every member against the manifest, which is returned. Raises WrongPassphrase, Broken."""
    found: dict[str, str] = {}
    manifest: dict[str, Any] = {}
    for name, data in members(path, passphrase):
        if name == MANIFEST:
            manifest = json.loads(data)
        else:
            found[name] = hashlib.sha256(data).hexdigest()
    if manifest.get("format") != FORMAT:
        raise Broken("The file holds no manifest that this version reads.")
    if found != manifest["sha256"]:
        raise Broken("A part of the backup is missing or is not as the manifest says.")
    return manifest
