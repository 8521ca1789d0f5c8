"""What every channel promises."""

from typing import ClassVar

from django.db.models import Exists, OuterRef, Q

from tracker.models import ChannelAddress, Delivery, PushSubscription, User


class DeliveryFailed(Exception):
    """A delivery that did not go out, and what that says about the next try.

    `permanent`: never try this one again. `channel_down`: nothing can go out this way for now, it is not this
    message's fault (`before_message`: it was not even spoken of yet). `host_away`: the same of one far machine among
    several. `retry_after`: seconds the other side asked for. `reason` is kept for the operator and shows no address
    and no word of the message.
    """

    def __init__(
        self,
        reason: str,
        permanent: bool = False,
        *,
        channel_down: bool = False,
        before_message: bool = False,
        host_away: bool = False,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(reason)
        self.reason = reason[:300]
        self.permanent = permanent
        self.channel_down = channel_down
        self.before_message = before_message
        self.host_away = host_away
        self.retry_after = retry_after


class Channel:
    """One way out. An object lives for one pass over the queue and may keep a connection open over it."""

    name: ClassVar[str]

    @classmethod
    def offered(cls) -> bool:
        """Does this server have it? An operator's setting may say no."""
        return True

    @classmethod
    def wanted_by(cls, user: User, kind: str) -> bool:
        """Did this account leave the channel switched on, for messages of this kind?"""
        raise NotImplementedError

    @classmethod
    def devices_of(cls, user: User) -> list[PushSubscription | None]:
        """What it can be reached on: [None] for a channel without devices, [] where it cannot be reached."""
        raise NotImplementedError

    @classmethod
    def can_reach(cls) -> Q:
        """The same as a condition on `Notice` rows: `devices_of` its reader is not empty."""
        raise NotImplementedError

    def send(self, delivery: Delivery) -> None:
        """Hand the message over, within a stated time. Returns when the other side took it, else DeliveryFailed."""
        raise NotImplementedError

    def close(self) -> None:
        """Let go of what was kept open. Never raises."""


class AddressedChannel(Channel):
    """A channel with one address an account, which the person typed in. To have set one is to want it."""

    @classmethod
    def why_not(cls, address: str) -> str:
        """Why this address cannot be used, as a sentence for the person; "" where it can."""
        raise NotImplementedError

    @classmethod
    def wanted_by(cls, user: User, kind: str) -> bool:
        return True

    @classmethod
    def devices_of(cls, user: User) -> list[PushSubscription | None]:
        there = cls.offered() and user.channel_addresses.filter(channel=cls.name).exists()
        return [None] if there else []

    @classmethod
    def can_reach(cls) -> Q:
        if not cls.offered():
            return Q(pk__in=[])
        return Q(Exists(ChannelAddress.objects.filter(user=OuterRef("user"), channel=cls.name)))

    def address_of(self, delivery: Delivery) -> str:
        """Where this delivery goes now. Raises DeliveryFailed where the person has taken the address away."""
        row = ChannelAddress.objects.filter(user=delivery.notice.user_id, channel=self.name).first()
        if row is None or not self.offered():
            raise DeliveryFailed("There is no address any more.", permanent=True)
        why_not = self.why_not(row.address)
        if why_not:
            raise DeliveryFailed(why_not, permanent=True)
        return row.address
