"""What the clock throws away, and what stays."""

from datetime import timedelta
from typing import Any

import pytest
import requests
from django.utils import timezone

from tests.notifications.cast import account, alert_of, lump_of, note
from tracker import tasks
from tracker.models import Alert, ChannelState, ClockRun, Delivery, Notice, PushSubscription
from tracker.notifications import outbox, watchdog
from tracker.notifications.pruning import KEPT, forget_old

pytestmark = pytest.mark.django_db
NOW = timezone.now()
LONG_AGO = NOW - KEPT - timedelta(days=1)


def _age(notice: Notice, **delivery: Any) -> Notice:
    Notice.objects.filter(pk=notice.pk).update(created_at=LONG_AGO)
    notice.deliveries.update(**({"state": "sent"} | delivery))
    return notice


def test_what_is_half_a_year_old_goes_and_the_rest_stays() -> None:
    alice = account("alice")
    gone = [_age(note(alice)), _age(note(alice), state="failed")]
    waiting, young = _age(note(alice), state="waiting"), note(alice)
    lump = lump_of(alice)
    [open_still] = outbox.post_alert(alert_of(lump), at=NOW)
    _age(open_still)
    assert forget_old(NOW)["notices"] == len(gone)
    assert set(Notice.objects.all()) == {waiting, young, open_still}
    assert Delivery.objects.count() == 3
    Alert.objects.update(state="closed")
    assert forget_old(NOW)["notices"] == 1


def test_browsers_that_went_and_clocks_that_are_no_more_go() -> None:
    alice = account("alice")
    for name, gone in (("here", None), ("yesterday", NOW), ("long", LONG_AGO)):
        PushSubscription.objects.create(
            user=alice, endpoint=f"https://fcm.googleapis.com/{name}", p256dh="x", auth="y", label=name, gone_at=gone
        )
    ClockRun.objects.create(name="renamed", started_at=LONG_AGO)
    ClockRun.objects.create(name="sweep", started_at=NOW)
    ChannelState.objects.create(channel="pigeon", sender_seen_at=LONG_AGO)
    ChannelState.objects.create(channel="email", sender_seen_at=LONG_AGO)
    assert forget_old(NOW)["devices"] == 1
    assert set(PushSubscription.objects.values_list("label", flat=True)) == {"here", "yesterday"}
    assert set(ClockRun.objects.values_list("name", flat=True)) == {"sweep"}
    assert set(ChannelState.objects.values_list("channel", flat=True)) == {"email"}


def test_the_clock_does_it() -> None:
    _age(note(account("alice")))
    tasks.tidy()
    assert not Notice.objects.exists()
    assert ClockRun.objects.get(name="tidy").counts["notices"] == 1


def test_the_watchdog_is_asked_once_a_minute_whoever_asks(settings: Any, monkeypatch: Any) -> None:
    asked: list[str] = []

    class Well:
        def raise_for_status(self) -> None:
            pass

    def get(address: str, **_more: Any) -> Well:
        asked.append(address)
        return Well()

    monkeypatch.setattr(requests, "get", get)
    settings.WATCHDOG_URL = "https://watch.example/ping"
    for channel in ("email", "push", "ntfy"):
        ChannelState.objects.create(channel=channel, sender_seen_at=NOW)
    assert [watchdog.report(NOW + timedelta(seconds=second)) for second in range(0, 121, 15)].count(True) == 3
    assert len(asked) == 3
    assert watchdog.report(NOW - timedelta(minutes=30)) is True  # the clock was set back
