"""What every channel promises."""

from typing import ClassVar

from django.db.models import Q

from tracker.models import Delivery, PushSubscription, User


class DeliveryFailed(Exception):
    """A delivery that did not go out, and what that says about the next try.

    `permanent`: never try this one again. `channel_down`: nothing can go out this way for now, it is not this
    message's fault (`before_message`: it was not even spoken of yet). `retry_after`: seconds the other side asked
    for. `reason` is kept for the operator and shows no address and no word of the message.
    """

    def __init__(
        self,
        reason: str,
        permanent: bool = False,
        *,
        channel_down: bool = False,
        before_message: bool = False,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(reason)
        self.reason = reason[:300]
        self.permanent = permanent
        self.channel_down = channel_down
        self.before_message = before_message
        self.retry_after = retry_after


class Channel:
    """One way out. An object lives for one pass over the queue and may keep a connection open over it."""

    name: ClassVar[str]

    @staticmethod
    def wanted_by(user: User) -> bool:
        """Did this account leave the channel switched on?"""
        raise NotImplementedError

    @staticmethod
    def devices_of(user: User) -> list[PushSubscription | None]:
        """What it can be reached on: [None] for a channel without devices, [] where it cannot be reached."""
        raise NotImplementedError

    @staticmethod
    def can_reach() -> Q:
        """The same as a condition on `Notice` rows: `devices_of` its reader is not empty."""
        raise NotImplementedError

    def send(self, delivery: Delivery) -> None:
        """Hand the message over, within a stated time. Returns when the other side took it, else DeliveryFailed."""
        raise NotImplementedError

    def close(self) -> None:
        """Let go of what was kept open. Never raises."""
