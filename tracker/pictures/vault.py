"""Where photo bytes lie: the `photos` storage (disk or S3), encrypted, under random names.

A file is "LD1" + a 4-byte key number + a 12-byte nonce + AES-256-GCM of the bytes, with the file's name as associated
data, so that two files cannot be swapped. The keys are the photos' own (tracker/pictures/keys.py). A name is 128 random
bits, and says by which key the file is sealed where that is not the first: `<32 hex>-<number>`.
"""

import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import GCM
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.utils import timezone

from tracker.models import ClockRun
from tracker.pictures import keys
from tracker.pictures.disk import DurableStorage

HOLDER = "backup"  # the ClockRun whose lease is held while a backup is being made
_MAGIC = b"LD1"
_NUMBER = 4
_NONCE = 12
_PIECE = 1 << 16


class Damaged(Exception):
    """The file is gone, was changed, or was written with another key."""


class Away(Exception):
    """The store cannot be reached, or takes nothing more: nothing is known of the file."""


def put(data: bytes) -> str:
    """Keep `data`; the name under which `get` finds it again."""
    number = keys.newest()
    name = secrets.token_hex(16) + (f"-{number}" if number > 1 else "")
    store, path = storages["photos"], _path(name)
    pieces = _sealed(data, number, name)
    try:
        if isinstance(store, DurableStorage):
            store.write(path, pieces)
            return name
        kept = store.save(path, ContentFile(b"".join(pieces)))
    except Exception as error:
        raise Away(_why(error)) from error
    if kept != path:  # the storage renames on a clash; a random 128-bit name does not clash
        store.delete(kept)
        raise Damaged("the photo store renamed a file")
    return name


def _sealed(data: bytes, number: int, name: str) -> Iterator[bytes]:
    """The file in pieces, one after another: memory for all of a photo takes longer to get than the photo to seal."""
    nonce = secrets.token_bytes(_NONCE)
    sealing = Cipher(AES(keys.ring()[number]), GCM(nonce)).encryptor()
    sealing.authenticate_additional_data(name.encode())
    yield b"".join((_MAGIC, number.to_bytes(_NUMBER, "big"), nonce))
    whole = memoryview(data)
    for start in range(0, len(data), _PIECE):
        yield sealing.update(whole[start : start + _PIECE])
    yield sealing.finalize() + sealing.tag


def get(name: str) -> bytes:
    """The bytes kept under `name`. Raises Damaged."""
    whole = as_kept(name)
    if not whole.startswith(_MAGIC):
        raise Damaged("not ours")
    at = len(_MAGIC) + _NUMBER
    key = keys.key(int.from_bytes(whole[len(_MAGIC) : at], "big"))
    if key is None:
        raise Damaged("its key is gone")
    sealed = memoryview(whole)[at + _NONCE :]
    try:
        return AESGCM(key).decrypt(whole[at : at + _NONCE], sealed, name.encode())
    except InvalidTag as error:
        raise Damaged("changed, or another key") from error


def forget(*names: str) -> None:
    """Delete files; one that is gone already is no error."""
    for name in names:
        if name:
            storages["photos"].delete(_path(name))


def let_go(*names: str) -> None:
    """Delete files that no row names any more; while a backup is being made they stay, and the hourly sweep takes them."""
    if not is_held():
        forget(*names)


def is_held() -> bool:
    """Is a backup being made? Its snapshot may name files that rows of now do not."""
    return ClockRun.objects.filter(name=HOLDER, lease_until__gt=timezone.now()).exists()


def as_kept(name: str) -> bytes:
    """A file as it lies in the store, for a backup. Raises Damaged where it is gone, Away."""
    try:
        with storages["photos"].open(_path(name)) as file:
            return bytes(file.read())
    except FileNotFoundError as error:
        raise Damaged("gone") from error
    except Exception as error:
        raise Away(_why(error)) from error


def put_sealed(name: str, whole: bytes) -> None:
    """Put a file of a backup back under its name, over one that may lie there. Raises Away."""
    path = _path(name)
    try:
        if storages["photos"].exists(path):
            storages["photos"].delete(path)
        storages["photos"].save(path, ContentFile(whole))
    except Exception as error:
        raise Away(_why(error)) from error


@contextmanager
def together() -> Iterator[list[str]]:
    """A list of names to add to: should anything be raised inside, those files are deleted again."""
    names: list[str] = []
    try:
        yield names
    except BaseException:
        with suppress(Exception):  # of a store that is away the sweep will clear up
            forget(*names)
        raise


def key_of(name: str) -> int:
    """The number of the key a file was sealed with."""
    return int(name.partition("-")[2] or 1)


def all_names(starting: str = "") -> Iterator[str]:
    """Names of all files there are, `starting` so. What is not ours is passed by. Raises Away."""
    for folder in _listed("", 0):
        if folder.startswith(starting[:2]) or starting.startswith(folder):
            yield from (name for name in _listed(folder, 1) if name.startswith(starting) and name[:2] == folder)


def written_at(name: str) -> datetime | None:
    """When the file was written; None where it is gone."""
    try:
        return storages["photos"].get_modified_time(_path(name))
    except FileNotFoundError:
        return None
    except Exception as error:
        if _is_not_found(error):
            return None
        raise


def still_used(numbers: Iterable[int]) -> set[int]:
    """Those of the key numbers with which any file of the store is sealed."""
    return {key_of(name) for name in all_names()} & set(numbers)


def _listed(folder: str, which: int) -> list[str]:
    try:
        return sorted(storages["photos"].listdir(folder)[which])
    except FileNotFoundError:  # nothing was kept yet
        return []
    except Exception as error:
        raise Away(_why(error)) from error


def _why(error: Exception) -> str:
    """A disk's own words ("No space left on device"), else the kind: a store's words may quote its keys."""
    return (error.strerror if isinstance(error, OSError) else None) or type(error).__name__


def _is_not_found(error: Any) -> bool:
    """S3 says so in its own words."""
    answer = getattr(error, "response", None) or {}
    return bool(answer.get("ResponseMetadata", {}).get("HTTPStatusCode") == 404)


def _path(name: str) -> str:
    return f"{name[:2]}/{name}"
