"""Mail without a mail server: each message is a file under VAR_DIR/mail, and a line on the console."""

import email
import email.policy
import hashlib
import logging
import os
import re
import secrets
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage as ParsedMail
from email.utils import getaddresses
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

log = logging.getLogger("tracker.mail")

_NAME = re.compile(r"\d{8}T\d{6}\.\d{6}-(?P<reader>[0-9a-f]{16})-[0-9a-f]{8}")
_OF_ROW = re.compile(r"<([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})@")
MOST_LISTED = 200


class FolderBackend(BaseEmailBackend):
    """Django's EMAIL_BACKEND where EMAIL_URL is not set. A message is there whole or not at all, readable by us only."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            raw = message.message().as_bytes()
            for _name, reader in getaddresses(message.recipients()):
                path = _write(raw, reader)
                log.info("Mail for %s is kept in %s", _masked(reader), path)
        return len(email_messages)


@dataclass(frozen=True)
class KeptMail:
    """A mail of the folder; `name` is its file without the ending."""

    name: str
    subject: str
    sender: str
    to: str
    sent_at: datetime
    text: str
    html: str


def kept_for(address: str) -> list[KeptMail]:
    """The newest mails kept for this address, newest first; one's own only, by the hash in the file's name."""
    paths = sorted(_folder().glob(f"*-{_reader_key(address)}-*.eml"), reverse=True)[:MOST_LISTED]
    found = [kept_mail(path.stem, address) for path in paths]
    return [mail for mail in found if mail is not None]


def kept_mail(name: str, address: str) -> KeptMail | None:
    """One mail if it was kept for this address; None for any other, and for a name that is none of ours."""
    match = _NAME.fullmatch(name)
    if match is None or match["reader"] != _reader_key(address):
        return None
    try:
        raw = (_folder() / f"{name}.eml").read_bytes()
    except FileNotFoundError:
        return None
    parsed: Any = email.message_from_bytes(raw, policy=email.policy.default)
    return KeptMail(
        name=name,
        subject=str(parsed["Subject"] or ""),
        sender=str(parsed["From"] or ""),
        to=str(parsed["To"] or ""),
        sent_at=datetime.strptime(name[:22], "%Y%m%dT%H%M%S.%f").replace(tzinfo=UTC),
        text=_part(parsed, "plain"),
        html=_part(parsed, "html"),
    )


def forget_kept(addresses: Iterable[str], rows: Collection[UUID]) -> None:
    """Delete the mails kept for these addresses, and those to anybody that one of these deliveries or invitations was."""
    for address in addresses:
        for path in _folder().glob(f"*-{_reader_key(address)}-*.eml"):
            path.unlink(missing_ok=True)
    for path in _folder().glob("*.eml") if rows else ():
        with path.open("rb") as file:
            headers = email.message_from_bytes(file.read(), policy=email.policy.default)
        mark = _OF_ROW.match(str(headers.get("Message-ID", "")).strip())
        if mark is not None and UUID(mark[1]) in rows:
            path.unlink(missing_ok=True)


def _part(parsed: ParsedMail, kind: str) -> str:
    part = parsed.get_body(preferencelist=(kind,))
    return str(part.get_content()) if part is not None else ""


def _write(raw: bytes, reader: str) -> Path:
    folder = _folder()
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%f")
    path = folder / f"{stamp}-{_reader_key(reader)}-{secrets.token_hex(4)}.eml"
    draft = folder / f".{path.name}.draft"
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(raw)
        file.flush()
        os.fsync(file.fileno())
    draft.rename(path)
    return path


def _folder() -> Path:
    folder = Path(settings.MAIL_DIR)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def _reader_key(address: str) -> str:
    return hashlib.sha256(address.strip().lower().encode()).hexdigest()[:16]


def _masked(address: str) -> str:
    """`s…@example.org`: enough to tell one's own accounts apart, not an address."""
    name, _at, host = address.rpartition("@")
    return f"{name[:1]}…@{host}"
