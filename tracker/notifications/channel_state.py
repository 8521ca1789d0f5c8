"""How a channel fares, shared by all senders: up, or down with one probe at a time."""

from datetime import datetime, timedelta

from django.db.models import Q

from tracker.models import ChannelState

PROBE_EVERY = timedelta(seconds=15)
SEEN_EVERY = timedelta(seconds=5)


def seen(name: str, at: datetime) -> None:
    """A sender of this channel is alive. Written at most every few seconds."""
    ChannelState.objects.get_or_create(channel=name)
    stale = Q(sender_seen_at__isnull=True) | Q(sender_seen_at__lt=at - SEEN_EVERY) | Q(sender_seen_at__gt=at)
    ChannelState.objects.filter(stale, channel=name).update(sender_seen_at=at)


def is_down(name: str) -> bool:
    return ChannelState.objects.filter(channel=name, down_since__isnull=False).exists()


def take_probe(name: str, at: datetime) -> bool:
    """May this sender try one message on a channel that is down? Only one sender is told yes for each turn."""
    # a turn that lies further ahead than turns do comes from a clock that was set back
    ripe = Q(probe_at__isnull=True) | Q(probe_at__lte=at) | Q(probe_at__gt=at + 2 * PROBE_EVERY)
    free = ChannelState.objects.filter(ripe, channel=name, down_since__isnull=False)
    return bool(free.update(probe_at=at + PROBE_EVERY))


def mark_down(name: str, reason: str, at: datetime) -> None:
    state = ChannelState.objects.filter(channel=name)
    state.filter(down_since__isnull=True).update(down_since=at)
    state.update(probe_at=at + PROBE_EVERY, reason=reason[:300])


def mark_up(name: str) -> None:
    """The first success releases the queue."""
    ChannelState.objects.filter(channel=name).update(down_since=None, probe_at=None, reason="")
