"""The ways out, one small class each. A new one is a file here, a line below, a template and a test."""

from tracker.notifications.channels.base import AddressedChannel, Channel, DeliveryFailed
from tracker.notifications.channels.email import EmailChannel
from tracker.notifications.channels.ntfy import NtfyChannel
from tracker.notifications.channels.push import PushChannel

CHANNELS: dict[str, type[Channel]] = {channel.name: channel for channel in (EmailChannel, PushChannel, NtfyChannel)}

__all__ = ["CHANNELS", "AddressedChannel", "Channel", "DeliveryFailed", "EmailChannel"]
