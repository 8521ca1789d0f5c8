"""Mail that came back (RFC 3464): the delivery has failed after all, its address is marked, another way is found.

A report is believed only where it returns a Message-ID of ours: that is the id of a delivery, which nobody but its
reader has seen, so that nobody can switch off somebody else's mail by writing reports.
"""

import email
import email.policy
import re
from dataclasses import dataclass
from email.message import Message
from email.utils import getaddresses
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from tracker.models import Delivery
from tracker.notifications import messages, other_ways
from tracker.notifications.channels.email import hide_addresses, mark_refused

_OUR_ID = re.compile(r"<([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})@(.+)>")
# full (5.2.2), too large for it (5.2.3, 5.3.4), refused by policy or as junk (5.7): says nothing about the address
_NOT_THE_ADDRESS = re.compile(r"5\.(2\.2|2\.3|3\.4|7\.\d+)")


@dataclass(frozen=True)
class Report:
    """What a bounce says: which delivery, whom it was for, whether and why it will never arrive."""

    delivery: UUID
    recipients: frozenset[str]
    status: str
    why: str

    @property
    def is_the_address(self) -> bool:
        """Is the address itself at fault?"""
        return self.status.startswith("5.") and not _NOT_THE_ADDRESS.fullmatch(self.status)


def read_report(raw: bytes) -> Report | None:
    """The report of a mail that will never arrive; None for anything else (a delay, an absence note, a letter)."""
    mail: Any = email.message_from_bytes(raw, policy=email.policy.compat32)
    if mail.get_content_type() != "multipart/report":
        return None
    parts = {part.get_content_type(): part for part in mail.walk()}
    original = _original(parts)
    status = parts.get("message/delivery-status")
    ours = _OUR_ID.fullmatch(str(original.get("Message-ID", "")).strip()) if original is not None else None
    if status is None or original is None or ours is None or ours[2] != messages.host():
        return None
    blocks = [block for block in status.get_payload() if isinstance(block, Message)]
    failed = [block for block in blocks if str(block.get("Action", "")).strip().lower() == "failed"]
    if not failed:
        return None
    named = [
        str(block.get(key, "")).rpartition(";")[2]
        for block in failed
        for key in ("Final-Recipient", "Original-Recipient")
    ]
    named += [found for _name, found in getaddresses([str(original.get("To", ""))])]
    return Report(
        delivery=UUID(ours[1]),
        recipients=frozenset(each.strip().lower() for each in named if each.strip()),
        status=str(failed[0].get("Status", "")).strip().split(" ")[0],
        why=str(failed[0].get("Diagnostic-Code", "")).rpartition(";")[2].strip(),
    )


def _original(parts: dict[str, Any]) -> Any:
    """The headers of the mail that came back."""
    if "message/rfc822" in parts:
        payload = parts["message/rfc822"].get_payload()
        return payload[0] if isinstance(payload, list) and payload else None
    if "text/rfc822-headers" in parts:
        return email.message_from_bytes(parts["text/rfc822-headers"].get_payload(decode=True) or b"")
    return None


def take_bounce(raw: bytes) -> str:
    """Act on a mail that came back; a sentence for the operator's log, without an address. The same one twice is one."""
    report = read_report(raw)
    if report is None:
        return "Not a report of a mail of ours that failed; nothing was done."
    with transaction.atomic():
        rows = Delivery.objects.select_related("notice__user", "notice__person").filter(channel="email")
        row = rows.select_for_update(of=("self",)).filter(pk=report.delivery).first()
        if row is None:
            return "It is about a mail that is not known here any more; nothing was done."
        user = row.notice.user
        marks = report.is_the_address and user.email.lower() in report.recipients
        if marks:
            mark_refused(user)
        if row.state == Delivery.SENT:
            reason = hide_addresses(f"It came back: {report.status} {report.why}").strip()[:300]
            Delivery.objects.filter(pk=row.pk).update(state=Delivery.FAILED, reason=reason)
            other_ways.find(row.notice, timezone.now())
    return f"Delivery {row.pk} came back ({report.status}); its address is {'marked' if marks else 'not at fault'}."
