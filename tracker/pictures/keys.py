"""The photos' own data keys: numbered, on disk (0600), rotatable, never derived from the signing key.

`photo_key` in the folder of secrets is key 1, `photo_key_2` key 2 and so on; the highest is the one new files are
sealed with. A process reads the folder again whenever it changed, so a rotation needs no restart.
"""

import base64
import os
import re
import secrets
import time
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from tracker.pictures.disk import settle

_NAME = re.compile(r"photo_key(?:_([1-9][0-9]{0,8}))?")
_LENGTH = 32
_known: tuple[Path, int, dict[int, bytes]] | None = None  # the folder, its time of change, what lay in it


def ring() -> dict[int, bytes]:
    """All keys by number. The first use of all makes key 1. Raises ImproperlyConfigured for one that is damaged."""
    global _known  # noqa: PLW0603 - one process, one folder; a stale copy is read anew
    folder: Path = settings.SECRETS_DIR
    changed = folder.stat().st_mtime_ns if folder.is_dir() else 0
    if _known is None or _known[:2] != (folder, changed) or not _known[2]:
        _known = folder, changed, _read(folder) or _first(folder)
    return _known[2]


def newest() -> int:
    """The number of the key that new files are sealed with."""
    return max(ring())


def key(number: int) -> bytes | None:
    """The key of this number, or None where it was dropped."""
    return ring().get(number) or _read(settings.SECRETS_DIR).get(number)


def add(number: int) -> bool:
    """Make key `number`; False where it is there already (somebody else was rotating)."""
    folder: Path = settings.SECRETS_DIR
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = folder / f".photo_key.{secrets.token_hex(8)}"
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(base64.urlsafe_b64encode(secrets.token_bytes(_LENGTH)).decode())
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, _path(number))  # whole or not at all, and never over another
        settle(folder)
        settle(folder.parent)
    except FileExistsError:
        return False
    finally:
        draft.unlink(missing_ok=True)
    return True


def age_of_newest() -> float:
    """Seconds since the newest key was made."""
    return time.time() - _path(newest()).stat().st_mtime


def drop(number: int) -> None:
    """Throw a key away for good: what was sealed with it cannot be read any more."""
    _path(number).unlink(missing_ok=True)


def _path(number: int) -> Path:
    folder: Path = settings.SECRETS_DIR
    return folder / ("photo_key" if number == 1 else f"photo_key_{number}")


def _first(folder: Path) -> dict[int, bytes]:
    add(1)
    return _read(folder)


def _read(folder: Path) -> dict[int, bytes]:
    found = {}
    for path in sorted(folder.iterdir()) if folder.is_dir() else []:
        match = _NAME.fullmatch(path.name)
        if match is None:
            continue
        try:
            bytes_ = base64.urlsafe_b64decode(path.read_text().strip())
        except FileNotFoundError:  # dropped a moment ago
            continue
        except ValueError:
            bytes_ = b""
        if len(bytes_) != _LENGTH:
            raise ImproperlyConfigured(f"{path} does not hold 32 bytes in base64; restore it from a backup.")
        if path.stat().st_mode & 0o077:
            path.chmod(0o600)
        found[int(match[1] or 1)] = bytes_
    return found
