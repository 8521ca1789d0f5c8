"""E-mail: HTML and text from one source, one connection over a whole batch, a Message-ID that never changes."""

import contextlib
import re
import smtplib
from typing import Any

from django.conf import settings
from django.core import mail
from django.db.models import F, Q
from django.utils import timezone

from tracker.models import Delivery, PushSubscription, User
from tracker.notifications import messages, unsubscribing
from tracker.notifications.channels.base import Channel, DeliveryFailed

_ADDRESS = re.compile(r"[^\s<>@]+@[^\s<>@]+")
_SERVER_IN_TROUBLE = frozenset((421, 432, 452, 454))  # closing, busy, out of space: not about this message
_NO_SUCH_ADDRESS = frozenset((550, 551, 553))


class EmailChannel(Channel):
    """SMTP, or whatever Django's EMAIL_BACKEND is."""

    name = "email"

    def __init__(self) -> None:
        self._connection: Any = None

    @classmethod
    def wanted_by(cls, user: User, kind: str) -> bool:
        which = unsubscribing.which(kind)
        return user.wants_email and (not which or bool(getattr(user, f"email_{which}")))

    @classmethod
    def devices_of(cls, user: User) -> list[PushSubscription | None]:
        return [None] if user.email and not user.email_is_refused else []

    @classmethod
    def can_reach(cls) -> Q:
        return ~Q(user__email="") & ~Q(user__email_refused=F("user__email"))

    def send(self, delivery: Delivery) -> None:
        message = message_for(delivery)
        try:
            if self._connection is None:
                connection = mail.get_connection()
                connection.open()
                self._connection = connection
        except (OSError, smtplib.SMTPException) as error:
            raise DeliveryFailed(_reason(error), channel_down=True, before_message=True) from error
        try:
            self._connection.send_messages([message])
        except (OSError, smtplib.SMTPException) as error:
            failure = _failure(error)
            if failure.channel_down or not isinstance(
                error, smtplib.SMTPResponseException | smtplib.SMTPRecipientsRefused
            ):
                self._drop()
            if failure.permanent and _is_no_such_address(error):
                mark_refused(delivery.notice.user)
            raise failure from error

    def close(self) -> None:
        if self._connection is not None:
            with contextlib.suppress(OSError, smtplib.SMTPException):  # all was acknowledged before the goodbye
                self._connection.close()
            self._connection = None

    def _drop(self) -> None:
        """Hang up without a goodbye: a server that hangs would let the goodbye hang as well."""
        wire = getattr(self._connection, "connection", None)
        if wire is not None:
            wire.close()
            self._connection.connection = None
        self._connection = None


def mark_refused(user: User) -> None:
    """This address takes no mail: none goes there until a test arrives or the address is another one."""
    rows = User.objects.filter(pk=user.pk, email=user.email).exclude(email_refused=user.email)
    rows.update(email_refused=user.email, email_refused_at=timezone.now())


def message_for(delivery: Delivery) -> mail.EmailMultiAlternatives:
    """The mail of one delivery; the same bytes but for its date, however often it is asked for."""
    letter = messages.letter(delivery.notice)
    message = mail.EmailMultiAlternatives(
        subject=letter.subject,
        body=letter.text,
        from_email=settings.EMAIL_BOUNCES,  # the envelope's sender, where a mail that cannot be brought goes back to
        to=[delivery.notice.user.email],
        headers={
            "From": settings.DEFAULT_FROM_EMAIL,
            "Message-ID": f"<{delivery.pk}@{messages.host()}>",
            "Auto-Submitted": "auto-generated",
            **letter.headers,
        },
    )
    message.attach_alternative(letter.html, "text/html")
    return message


def _failure(error: Exception) -> DeliveryFailed:
    """What an error after the connection stood means."""
    codes = _codes(error)
    if not codes or any(code in _SERVER_IN_TROUBLE for code in codes) or isinstance(error, smtplib.SMTPSenderRefused):
        # a refused sender is our own setting, so it concerns every message alike
        return DeliveryFailed(_reason(error), channel_down=True)
    return DeliveryFailed(_reason(error), permanent=all(500 <= code < 600 for code in codes))


def _codes(error: Exception) -> list[int]:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return [code for code, _text in error.recipients.values()]
    return [error.smtp_code] if isinstance(error, smtplib.SMTPResponseException) else []


def _is_no_such_address(error: Exception) -> bool:
    """Refused at the address, and not by policy (5.7.x), which says nothing about the address."""
    if not isinstance(error, smtplib.SMTPRecipientsRefused):
        return False
    return all(
        code in _NO_SUCH_ADDRESS and not _text(reply).startswith("5.7") for code, reply in error.recipients.values()
    )


def _reason(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, reply = next(iter(error.recipients.values()))
        said = f"{code} {_text(reply)}"
    elif isinstance(error, smtplib.SMTPResponseException):
        said = f"{error.smtp_code} {_text(error.smtp_error)}"
    else:
        said = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    return hide_addresses(said).replace(settings.EMAIL_HOST_PASSWORD or "\0", "…")[:300]


def hide_addresses(said: str) -> str:
    """What a mail server said, without the addresses in it."""
    return _ADDRESS.sub("…", said)


def _text(reply: bytes | str) -> str:
    return reply.decode(errors="replace") if isinstance(reply, bytes) else reply
