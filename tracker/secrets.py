"""Secrets on disk: made once, 0600, never in the repository; a weak one is refused."""

import os
import secrets
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

SHORTEST = 40
KNOWN_DEFAULTS = ("django-insecure", "changeme", "change-me", "secret", "insecure", "example")


def secret_key(given: str | None, folder: Path) -> str:
    """The signing key: `given` if it is strong, else the one kept in `folder`, made on first use.

    Raises ImproperlyConfigured for a default-looking or short one, whether given or found on disk.
    """
    if given:
        return _checked(given, "SECRET_KEY")
    path = folder / "secret_key"
    return _checked(_made_once(path, lambda: secrets.token_urlsafe(50)), str(path))


def _made_once(path: Path, make: object) -> str:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        try:  # O_EXCL: of two processes that start together one writes, the other reads
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            pass
        else:
            with os.fdopen(handle, "w") as file:
                file.write(make())  # type: ignore[operator]
    if path.stat().st_mode & 0o077:
        path.chmod(0o600)
    return path.read_text().strip()


def _checked(key: str, where: str) -> str:
    if len(key) < SHORTEST or len(set(key)) < 10 or key.lower().startswith(KNOWN_DEFAULTS):
        raise ImproperlyConfigured(
            f"{where} is a default or too short. Give at least {SHORTEST} random characters, "
            "or leave SECRET_KEY unset and one is made for you."
        )
    return key
