"""A stream sealed with a passphrase, in the format age (age-encryption.org/v1, https://c2sp.org/age).

The format is age's, so that a backup can be opened without this program: `age -d FILE | tar x`. It is written here since
age's Python library seals with a passphrase only what fits into memory; the tests hold the two against each other.
"""

import base64
import hmac
import os
from typing import IO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

CHUNK = 64 * 1024
LOG_N = 17  # 128 MB and a third of a second a guess
MOST_LOG_N = 20  # a file cannot make us take more than 1 GB
_VERSION = b"age-encryption.org/v1"
_TAG = 16
_LONGEST_LINE = 200


class WrongPassphrase(Exception):
    """This passphrase does not open the file."""


class Broken(Exception):
    """The file was cut, changed, or is no backup."""


class Sealer:
    """Writes what it is given into `into`, sealed. Nothing can be read back before `close`."""

    def __init__(self, into: IO[bytes], passphrase: str, log_n: int = LOG_N) -> None:
        file_key, salt, nonce = os.urandom(16), os.urandom(16), os.urandom(16)
        wrapped = ChaCha20Poly1305(_wrapping_key(passphrase, salt, log_n)).encrypt(bytes(12), file_key, None)
        head = b"\n".join((_VERSION, b"-> scrypt %s %d" % (_text(salt), log_n), _text(wrapped), b"---"))
        into.write(head + b" " + _text(_mac(file_key, head)) + b"\n" + nonce)
        self._into = into
        self._cipher = ChaCha20Poly1305(_derived(file_key, nonce, b"payload"))
        self._held = bytearray()
        self._count = 0

    def write(self, data: bytes) -> int:
        self._held += data
        while len(self._held) > CHUNK:  # a whole last chunk is kept back: the last one is marked
            self._put(bytes(self._held[:CHUNK]), last=False)
            del self._held[:CHUNK]
        return len(data)

    def close(self) -> None:
        """Seal what is left, and the end. The file beneath stays open."""
        self._put(bytes(self._held), last=True)
        self._held.clear()

    def _put(self, chunk: bytes, *, last: bool) -> None:
        self._into.write(self._cipher.encrypt(_nonce(self._count, last=last), chunk, None))
        self._count += 1


class Opener:
    """Reads what a Sealer wrote. Raises WrongPassphrase, and Broken as soon as a chunk is not as it was written."""

    def __init__(self, source: IO[bytes], passphrase: str) -> None:
        lines = [source.readline(_LONGEST_LINE) for _ in range(4)]
        if lines[0] != _VERSION + b"\n" or not lines[3].startswith(b"--- "):
            raise Broken("This is no backup: it does not begin as one.")
        try:
            kind, salt, log_n = lines[1].removeprefix(b"-> ").split()
            salt, cost, wrapped, mac = _bytes(salt), int(log_n), _bytes(lines[2]), _bytes(lines[3][4:])
        except ValueError:
            raise Broken("The beginning of the file is damaged.") from None
        if kind != b"scrypt" or not 0 < cost <= MOST_LOG_N:
            raise Broken("The file is not sealed with a passphrase as our backups are.")
        try:
            file_key = ChaCha20Poly1305(_wrapping_key(passphrase, salt, cost)).decrypt(bytes(12), wrapped, None)
        except InvalidTag:
            raise WrongPassphrase("The passphrase does not open this file.") from None
        head = b"".join(lines[:3]) + b"---"
        if not hmac.compare_digest(mac, _mac(file_key, head)):
            raise Broken("The beginning of the file is damaged.")
        self._source = source
        self._cipher = ChaCha20Poly1305(_derived(file_key, source.read(16), b"payload"))
        self._count = 0
        self._held = bytearray()
        self._next = source.read(CHUNK + _TAG)
        self._ended = False

    def read(self, size: int = -1) -> bytes:
        """At most `size` bytes; fewer only at the end."""
        while not self._ended and (size < 0 or len(self._held) < size):
            self._take()
        length = len(self._held) if size < 0 else size
        given = bytes(self._held[:length])
        del self._held[:length]
        return given

    def _take(self) -> None:
        chunk, self._next = self._next, self._source.read(CHUNK + _TAG)
        self._ended = not self._next
        try:
            self._held += self._cipher.decrypt(_nonce(self._count, last=self._ended), chunk, None)
        except InvalidTag:
            raise Broken("The file was cut or changed.") from None
        self._count += 1


def _wrapping_key(passphrase: str, salt: bytes, log_n: int) -> bytes:
    whole = b"age-encryption.org/v1/scrypt" + salt
    return Scrypt(salt=whole, length=32, n=1 << log_n, r=8, p=1).derive(passphrase.encode())


def _derived(file_key: bytes, salt: bytes, what: bytes) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=salt, info=what).derive(file_key)


def _mac(file_key: bytes, head: bytes) -> bytes:
    return hmac.digest(_derived(file_key, b"", b"header"), head, "sha256")


def _nonce(count: int, *, last: bool) -> bytes:
    return count.to_bytes(11, "big") + bytes([last])


def _text(data: bytes) -> bytes:
    return base64.b64encode(data).rstrip(b"=")


def _bytes(text: bytes) -> bytes:
    text = text.strip()
    return base64.b64decode(text + b"=" * (-len(text) % 4), validate=True)
