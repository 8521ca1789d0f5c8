"""When one channel does not bring a pressing alert, another one does."""

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q

from tracker.models import Delivery, Notice
from tracker.models.base import uuid7
from tracker.notifications import messages
from tracker.notifications.channels import CHANNELS
from tracker.notifications.hours import out_of_quiet

PRESSING = ("emergency", "same_day", "soon")
PATIENCE = timedelta(minutes=10)  # so that a silent push service costs an e-mail less than 15 minutes
AT_ONCE = 100


def find(notice: Notice, at: datetime) -> int:
    """Open every other way for an alert that nothing has brought so far, and nothing young is about to.

    A channel the person switched off is used too: they asked to be told, and this is the last way left. Returns how
    many deliveries were added. Call inside a transaction.
    """
    if notice.kind != "alert" or notice.urgency not in PRESSING:
        return 0
    rows = list(notice.deliveries.values_list("channel", "state", "due_at"))
    under_way = (Delivery.WAITING, Delivery.CLAIMED)
    if any(state == Delivery.SENT or (state in under_way and due > at - PATIENCE) for _name, state, due in rows):
        return 0
    tried = {name for name, _state, _due in rows}
    due = at if notice.urgency in messages.PRESSING else out_of_quiet(notice.user, at, notice.person)
    added = [
        Delivery(pk=uuid7(), notice=notice, channel=name, device=device, due_at=due, next_try_at=due)
        for name, channel in CHANNELS.items()
        if name not in tried
        for device in channel.devices_of(notice.user)
    ]
    # two senders may look at once; the constraint keeps it to one delivery a channel, and every field here is ours
    Delivery.objects.bulk_create(added, ignore_conflicts=True)
    return len(added)


def look_for_stuck(at: datetime) -> int:
    """The same for alerts that the channels tried so far have kept waiting too long."""
    late = Delivery.objects.filter(
        state__in=(Delivery.WAITING, Delivery.CLAIMED),
        due_at__lte=at - PATIENCE,
        notice__kind="alert",
        notice__urgency__in=PRESSING,
    )
    stuck = Notice.objects.filter(pk__in=late.values("notice"))
    untried = Q(pk__in=[])
    for name, channel in CHANNELS.items():
        untried |= ~Q(Exists(Delivery.objects.filter(notice=OuterRef("pk"), channel=name))) & channel.can_reach()
    return sum(find(notice, at) for notice in stuck.filter(untried).select_related("user", "person")[:AT_ONCE])
