"""A reader of SMART Health Links, written from the standard (HL7 STU 1.0.0) and knowing nothing of this project.

It decrypts with `cryptography` alone, not with the library the links are made with, and keeps all it ever sent.
"""

import base64
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

CONTENT_TYPES = {"application/fhir+json", "application/smart-health-card", "application/smart-api-access"}


@dataclass(frozen=True)
class Reply:
    """An HTTP answer; header names in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


Send = Callable[[str, str, dict[str, str], bytes], Reply]  # method, url, headers, body


@dataclass(frozen=True)
class Payload:
    """What stands in a link."""

    url: str
    key: bytes
    exp: float | None
    flag: str
    label: str
    v: int


def parse(link: str) -> Payload:
    """The payload of `shlink:/…`, with or without a viewer before it. Raises ValueError for what no standard allows."""
    bare = link.rpartition("#")[2]
    if not bare.startswith("shlink:/"):
        raise ValueError("not a SMART Health Link")
    told = json.loads(decode(bare.removeprefix("shlink:/")))
    key, flag, label = decode(told["key"]), told.get("flag", ""), told.get("label", "")
    faults = {
        "address longer than 128": len(told["url"]) > 128,
        "fewer than 256 bits in the address": not re.search(r"/[A-Za-z0-9_-]{43,}(/|$)", told["url"]),
        "key not 32 bytes in 43 characters": len(key) != 32 or len(told["key"]) != 43,
        "flags out of order": list(flag) != sorted(flag),
        "U with P": {"U", "P"} <= set(flag),
        "label longer than 80": len(label) > 80,
        "version unknown": told.get("v", 1) != 1,
    }
    if any(faults.values()):
        raise ValueError([fault for fault, is_so in faults.items() if is_so])
    return Payload(told["url"], key, told.get("exp"), flag, label, told.get("v", 1))


def decode(text: str) -> bytes:
    """Base64url as JOSE writes it. Raises ValueError for padding and for other letters."""
    if not re.fullmatch(r"[A-Za-z0-9_-]*", text):
        raise ValueError("not base64url")
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def decrypt(jwe: str, key: bytes) -> tuple[dict[str, Any], bytes]:
    """Header and plain text of a compact JWE (RFC 7516) with `dir` and `A256GCM`. Raises InvalidTag for another key."""
    head, wrapped, nonce, text, tag = jwe.split(".")
    header = json.loads(decode(head))
    if wrapped or (header["alg"], header["enc"]) != ("dir", "A256GCM") or "zip" in header:
        raise ValueError("not what the standard asks for")
    return header, AESGCM(key).decrypt(decode(nonce), decode(text) + decode(tag), head.encode())


@dataclass
class Viewer:
    """A receiving application."""

    link: str
    send: Send
    sent: list[str] = field(default_factory=list)  # every request, whole

    def __post_init__(self) -> None:
        self.payload = parse(self.link)

    def manifest(self, **body: Any) -> Reply:
        """Ask for the manifest."""
        return self.ask("POST", self.payload.url, {"content-type": "application/json"}, json.dumps(body).encode())

    def ask(self, method: str, url: str, headers: dict[str, str] | None = None, body: bytes = b"") -> Reply:
        self.sent.append(f"{method} {url} {headers} {body!r}")
        return self.send(method, url, headers or {}, body)

    def open(self, **body: Any) -> list[tuple[str, Any]]:
        """Content type and resource of every file. Raises ValueError where an answer is not as the standard says."""
        reply = self.manifest(**body)
        if reply.status != 200 or not reply.headers["content-type"].startswith("application/json"):
            raise ValueError(reply)
        return [self._opened(row) for row in reply.json()["files"]]

    def _opened(self, row: dict[str, Any]) -> tuple[str, Any]:
        if row["contentType"] not in CONTENT_TYPES or ("embedded" in row) == ("location" in row):
            raise ValueError(row)
        header, text = decrypt(row.get("embedded") or self._fetched(row["location"]), self.payload.key)
        if header["cty"] != row["contentType"]:
            raise ValueError(header)
        return row["contentType"], json.loads(text)

    def _fetched(self, location: str) -> str:
        reply = self.ask("GET", location)
        if reply.status != 200 or reply.headers["content-type"] != "application/jose":
            raise ValueError(reply)
        return reply.body.decode("ascii")
