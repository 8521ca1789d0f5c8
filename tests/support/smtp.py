"""A real SMTP server that can refuse, put off, drop the line or hang."""

import asyncio
import contextlib
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Literal

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.support.ports import free_port

Mood = Literal["accept", "refuse", "busy", "drop", "hang"]


@dataclass(frozen=True)
class Received:
    """One message that was accepted, and for whom."""

    sender: str
    recipients: tuple[str, ...]
    message: EmailMessage


class Mailbox:
    """`mood` decides what happens to each message: accept; refuse (550, for good); busy (451, for now);
    drop (the line closes in the middle of DATA); hang (no answer to DATA while the mood lasts).

    `moods` is a list used up first, one a message, for "refuse twice, then accept". Dropped and hanging messages are
    not in `received`; `attempts` counts every DATA.
    """

    def __init__(self) -> None:
        self.mood: Mood = "accept"
        self.moods: list[Mood] = []
        self.received: list[Received] = []
        self.attempts = 0
        self.port = free_port()
        self._controller: Controller | None = None

    @property
    def url(self) -> str:
        """For EMAIL_URL; a call that gets no answer gives up after two seconds."""
        return f"smtp://127.0.0.1:{self.port}?timeout=2"

    def start(self) -> None:
        """Listen, at the same port each time."""
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port, ready_timeout=10)
        self._controller.start()

    def stop(self) -> None:
        """Stop listening: clients get "connection refused"."""
        if self._controller is not None:
            with contextlib.suppress(AssertionError):  # it was stopped already
                self._controller.stop()
            self._controller = None

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Called by aiosmtpd for each message; the answer to it."""
        self.attempts += 1
        mood = self.moods.pop(0) if self.moods else self.mood
        if mood == "refuse":
            return "550 5.1.1 no such mailbox"
        if mood == "busy":
            return "451 4.3.0 try again later"
        if mood == "drop":
            assert server.transport is not None
            server.transport.close()
            return "421 closing"
        if mood == "hang":
            while self.mood == "hang" or self.moods:
                await asyncio.sleep(0.05)
            return "451 4.3.0 was away"
        content = envelope.original_content or b""
        message = message_from_bytes(content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.received.append(Received(envelope.mail_from or "", tuple(envelope.rcpt_tos), message))
        return "250 OK"
