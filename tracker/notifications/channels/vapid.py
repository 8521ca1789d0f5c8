"""How our server shows a push service who it is (RFC 8292)."""

import contextlib
import os
import time
from email.utils import parseaddr
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from py_vapid import Vapid02
from py_vapid.utils import b64urlencode

LIFE_SECONDS = 12 * 3600  # a push service takes at most a day


def public_key() -> str:
    """What a browser asks for when it subscribes (`applicationServerKey`): base64url, unpadded."""
    point = _key().public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return str(b64urlencode(point))


def signature(endpoint: str) -> dict[str, str]:
    """The header for one device: its audience is that device's own service."""
    parts = urlsplit(endpoint)
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int(time.time()) + LIFE_SECONDS,
        "sub": settings.PUBLIC_URL if settings.HTTPS else f"mailto:{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}",
    }
    signed: dict[str, str] = _key().sign(claims)
    return signed


def _key() -> Any:
    """The server's own key, made on first use and kept at 0600."""
    path = settings.VAPID_KEY_FILE
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        key = Vapid02()
        key.generate_keys()
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(key.private_pem())
        with contextlib.suppress(FileExistsError):  # of two processes that start together the first one's key stays
            os.link(draft, path)
        draft.unlink()
    return Vapid02.from_file(str(path))
