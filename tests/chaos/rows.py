"""The rows of accidents: senders killed, servers gone, one channel in trouble while the other works."""

import random
import time
from collections.abc import Callable
from datetime import timedelta

import time_machine
from django.conf import settings
from django.utils import timezone

from tests.chaos.ground import all_sent, fresh, lost_and_extra, mailbox, patient, push_service, sent_times
from tests.chaos.table import Plan, Result
from tests.notifications.cast import alert_of, lump_of, note
from tests.notifications.processes import celery_worker, nursery, wait_until
from tests.notifications.push_service import PushService, b64
from tests.support.smtp import Mailbox, Mood
from tests.support.valkey import Valkey
from tracker.actions.push import save_subscription
from tracker.models import Delivery, User
from tracker.models.base import uuid7
from tracker.notifications import bell, outbox, sender


def a1(plan: Plan) -> Result:
    """Three senders, no fault."""
    fresh(plan.notices)
    with mailbox() as mail, nursery(patient(mail), lease=60) as senders:
        for _ in range(3):
            senders.start()
        took = wait_until(all_sent, 600, "A1 is sent")
        lost, extra = lost_and_extra(mail)
    pace = plan.notices / took
    return Result(
        lost == extra == 0, f"{plan.notices} notices, 3 senders: lost {lost}, extra {extra}; {pace:.0f} a second"
    )


def a2(plan: Plan) -> Result:
    """Senders killed at random moments, three at work at a time."""
    fresh(plan.notices)
    chance, kills = random.Random(2), 0
    with mailbox() as mail, nursery(patient(mail), lease=10) as senders:
        for _ in range(3):
            senders.start()
        while kills < plan.kills:
            if all_sent():  # quicker than the kills: more to do
                for _ in range(plan.notices // 10):
                    note(User.objects.get())
            time.sleep(chance.uniform(0.02, 0.3))
            senders.kill(chance.choice(senders.alive))
            kills += 1
            senders.start()
        wait_until(all_sent, 600, "A2 is sent")
        lost, extra = lost_and_extra(mail)
        sent = Delivery.objects.count()
    return Result(
        lost == 0 and extra <= kills,
        f"{sent} notices, {kills} SIGKILLs: lost {lost}, extra {extra}, same Message-ID on every copy",
    )


def a4(plan: Plan) -> Result:
    """The broker is emptied, goes away for a while, and comes back; a real worker delivers."""
    alice = fresh(0)
    valkey = Valkey()
    valkey.start()
    settings.REDIS_URL = valkey.url
    settings.CELERY_BROKER_URL = valkey.url.replace("unix://", "redis+socket://")
    worst_away = 0.0
    try:
        with mailbox() as mail, celery_worker(valkey.url, patient(mail)):
            for _ in range(100):
                note(alice)
            with valkey.client() as client:
                client.flushall()
            flushed = wait_until(all_sent, 120, "A4 after FLUSHALL")
            valkey.stop()
            end = time.monotonic() + plan.away
            while time.monotonic() < end:
                note(alice)
                worst_away = max(worst_away, wait_until(all_sent, 120, "A4 without a broker"))
            valkey.start()
            bell._quiet_until[0] = 0.0
            for _ in range(100):
                note(alice)
            back = wait_until(all_sent, 120, "A4 after it is back")
            lost, extra = lost_and_extra(mail)
    finally:
        settings.REDIS_URL = ""
        valkey.close()
    return Result(
        lost == extra == 0 and max(flushed, worst_away, back) <= 60,
        f"FLUSHALL: sent in {flushed:.1f} s; away {plan.away:.0f} s: worst {worst_away:.1f} s; back: {back:.1f} s; "
        f"lost {lost}, extra {extra}",
    )


def a5(plan: Plan) -> Result:
    """SMTP away while 300 are queued; probes thirty times as often as in life."""
    fresh(300)
    with mailbox() as mail:
        mail.stop()
        with nursery(patient(mail), lease=10) as senders:
            for _ in range(3):
                senders.start()
            time.sleep(plan.away / 3)
            counted = Delivery.objects.filter(attempts__gt=0).count()
            mail.start()
            drained = wait_until(all_sent, 300, "A5 is drained")
            lost, extra = lost_and_extra(mail)
    return Result(
        lost == extra == counted == 0 and drained <= 60,
        f"300 queued, away {plan.away / 3:.0f} s (of {plan.away * 10:.0f} s, scaled): drained in {drained:.1f} s, "
        f"lost {lost}, extra {extra}, counted against a message {counted}",
    )


def a6(_plan: Plan) -> Result:
    """One channel in trouble at a time, each kind of trouble; the other brings everything."""
    figures, held = [], True
    troubles: list[tuple[str, str]] = [("email", mood) for mood in ("away", "drop", "busy", "refuse", "hang")]
    troubles += [("push", answer) for answer in ("410", "429", "500", "hang")]
    for channel, trouble in troubles:
        with mailbox() as mail, push_service() as service:
            other, silent = _in_trouble(mail, service, channel, trouble)
        figures.append(f"{channel} {trouble}: other {other}/20, silent {silent}")
        held = held and other == 20 and silent == 0
    return Result(held, "; ".join(figures))


def _in_trouble(mail: Mailbox, service: PushService, channel: str, trouble: str) -> tuple[int, int]:
    """How many the other channel brought at once, and how many of this one neither went out later nor say they failed."""
    alice = fresh(0)
    device = service.device("phone")
    save_subscription(user=alice, pk=uuid7(), endpoint=device.endpoint, p256dh=device.p256dh, auth=b64(device.auth))
    if channel == "push":
        service.answers["phone"] = "hang" if trouble == "hang" else int(trouble)
    elif trouble == "away":
        mail.stop()
    else:
        moods: dict[str, Mood] = {"drop": "drop", "busy": "busy", "refuse": "refuse", "hang": "hang"}
        mail.mood = moods[trouble]
    lump = lump_of(alice)
    for number in range(20):
        outbox.post_alert(alert_of(lump, "same_day", rule=f"r{number}"), at=timezone.now())
    sender.deliver()
    other = Delivery.objects.filter(state="sent").exclude(channel=channel).count()
    service.answers.clear()
    mail.mood = "accept"
    if trouble == "away":
        mail.start()
    with time_machine.travel(timezone.now() + timedelta(minutes=30)):
        sender.deliver()
        sender.deliver()
    silent = Delivery.objects.exclude(state="sent").exclude(state="failed", reason__gt="").count()
    return other, silent


def a12(_plan: Plan) -> Result:
    """200 due at once, a real worker with its doorbell."""
    alice = fresh(0)
    valkey = Valkey()
    valkey.start()
    settings.REDIS_URL = valkey.url
    settings.CELERY_BROKER_URL = valkey.url.replace("unix://", "redis+socket://")
    try:
        with mailbox() as mail, celery_worker(valkey.url, patient(mail)):
            note(alice)
            wait_until(all_sent, 60, "the worker is up")
            due = timezone.now()
            for _ in range(200):
                note(alice, at=due)
            wait_until(all_sent, 120, "A12 is sent")
    finally:
        settings.REDIS_URL = ""
        valkey.close()
    late = sorted((sent - due).total_seconds() for sent in sent_times())[1:]
    p99 = late[int(0.99 * len(late)) - 1]
    return Result(p99 <= 60, f"200 due at once: p50 {late[len(late) // 2]:.1f} s, p99 {p99:.1f} s")


ROWS: dict[str, Callable[[Plan], Result]] = {"A1": a1, "A2": a2, "A4": a4, "A5": a5, "A6": a6, "A12": a12}
