"""Where photo bytes lie: the `photos` storage (disk or S3), encrypted, under random names.

A file is "LD1" + a 4-byte key number + a 12-byte nonce + AES-256-GCM of the bytes, with the file's name as associated
data, so that two files cannot be swapped. The key is the photos' own (settings.PHOTO_KEY), never the signing key.
"""

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import storages

_MAGIC = b"LD1" + (1).to_bytes(4, "big")
_NONCE = 12


class Damaged(Exception):
    """The file is gone, was changed, or was written with another key."""


def put(data: bytes) -> str:
    """Keep `data`; the name under which `get` finds it again."""
    name = secrets.token_hex(16)
    nonce = secrets.token_bytes(_NONCE)
    sealed = AESGCM(settings.PHOTO_KEY).encrypt(nonce, data, name.encode())
    kept = storages["photos"].save(_path(name), ContentFile(_MAGIC + nonce + sealed))
    if kept != _path(name):  # the storage renames on a clash; a random 128-bit name does not clash
        raise Damaged("the photo store renamed a file")
    return name


def get(name: str) -> bytes:
    """The bytes kept under `name`. Raises Damaged."""
    try:
        with storages["photos"].open(_path(name)) as file:
            sealed = file.read()
    except FileNotFoundError as error:
        raise Damaged("gone") from error
    if not sealed.startswith(_MAGIC):
        raise Damaged("not ours")
    start = len(_MAGIC) + _NONCE
    try:
        return AESGCM(settings.PHOTO_KEY).decrypt(sealed[len(_MAGIC) : start], sealed[start:], name.encode())
    except InvalidTag as error:
        raise Damaged("changed, or another key") from error


def forget(name: str) -> None:
    """Delete the file; one that is gone already is no error."""
    if name:
        storages["photos"].delete(_path(name))


def _path(name: str) -> str:
    return f"{name[:2]}/{name}"
