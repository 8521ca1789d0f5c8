"""What the outbox forgets, and when."""

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef

from tracker.models import Alert, ChannelState, ClockRun, Delivery, Notice, PushSubscription
from tracker.notifications.channels import CHANNELS

KEPT = timedelta(days=180)
AT_ONCE = 2000


def forget_old(at: datetime) -> dict[str, int]:
    """Remove messages of more than 180 days with all that came of them, browsers that went as long ago, and the marks
    of clocks and channels that are no more.

    A message that is still on its way stays, and so does one about a lump with an alert that is not closed: an alert
    knows by its messages whom it told. How the channels and the clock fare now is one row each and always stays.
    """
    before = at - KEPT
    on_its_way = Delivery.objects.filter(notice=OuterRef("pk"), state__in=(Delivery.WAITING, Delivery.CLAIMED))
    still_open = Alert.objects.not_closed().filter(lump=OuterRef("lump"))
    old = Notice.objects.filter(~Exists(on_its_way), ~Exists(still_open), created_at__lt=before)
    notices = list(old.order_by("created_at").values_list("pk", flat=True)[:AT_ONCE])
    Notice.objects.filter(pk__in=notices).delete()
    gone = PushSubscription.objects.filter(gone_at__lt=before)
    waiting = Delivery.objects.filter(device=OuterRef("pk"), state__in=(Delivery.WAITING, Delivery.CLAIMED))
    devices = gone.filter(~Exists(waiting)).delete()[1].get("tracker.PushSubscription", 0)
    ClockRun.objects.filter(started_at__lt=before).delete()
    ChannelState.objects.exclude(channel__in=CHANNELS).filter(sender_seen_at__lt=before).delete()
    return {"notices": len(notices), "devices": devices}
