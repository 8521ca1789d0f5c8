"""Claim, send, then mark. The row is the queue.

A claim is a conditional UPDATE with a lease; sending happens outside any transaction and within a time; only then is
the row marked. A sender that dies leaves a lease that runs out, and the message goes out again under the same
Message-ID or push tag. While a channel is down one probe at a time goes out, and its success releases the queue.
"""

import logging
import os
import secrets
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from django.db import DatabaseError, connection, transaction
from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.utils import timezone

from tracker.models import Delivery, Membership, Notice, PushSubscription
from tracker.models.base import uuid7
from tracker.notifications import other_ways, unsubscribing
from tracker.notifications.channel_state import is_down, mark_down, mark_up, seen, take_probe
from tracker.notifications.channels import CHANNELS, Channel, DeliveryFailed
from tracker.notifications.marking import mark, not_waiting_for_the_disk

log = logging.getLogger(__name__)

BATCH = 20
LEASE = timedelta(seconds=90)
LONGEST_SEND = timedelta(seconds=60)  # six answers of a mail server at ten seconds each
# a message that is refused by itself: 22 hours in all, then it has visibly failed
RETRY_MINUTES = (1, 5, 15, 60, 180, 360, 720)
# a message to a far machine that is away waits uncounted, so that all of them go within a minute of its return
AWAY_WAIT, AWAY_LONGEST = timedelta(minutes=1), timedelta(days=1)


def deliver(only: str | None = None) -> dict[str, int]:
    """Send all that is due now and say how many were sent, put off, failed or dropped.

    Channels with something to send go side by side, so that one that hangs holds up no other. Safe to run in any
    number of processes at once.
    """
    at = timezone.now()
    names = [only] if only else list(CHANNELS)
    for name in names:
        seen(name, at)
    busy = [name for name in names if Delivery.objects.due(at).filter(channel=name).exists()]
    counts: Counter[str] = Counter()
    if len(busy) == 1:
        counts.update(send_due(busy[0]))
    elif busy:
        with ThreadPoolExecutor(len(busy), thread_name_prefix="deliver") as pool:
            for found in pool.map(_in_thread, busy):
                counts.update(found)
    counts["rerouted"] += other_ways.look_for_stuck(timezone.now())
    return dict(counts)


def send_due(name: str) -> Counter[str]:
    """One channel's share of `deliver`, in this thread."""
    counts: Counter[str] = Counter()
    channel = CHANNELS[name]()
    try:
        while True:
            at = timezone.now()
            if not Delivery.objects.due(at).filter(channel=name).exists():
                break
            probing = is_down(name)
            if probing and not take_probe(name, at):
                break
            batch, token = claim(name, at, 1 if probing else BATCH)
            with not_waiting_for_the_disk():
                if not batch or not _send_batch(channel, batch, token, counts, probing=probing):
                    break
    finally:
        channel.close()
    return counts


def send_now(notice: Notice, channel_name: str, devices: Iterable[PushSubscription | None]) -> list[Delivery]:
    """Send a notice by one channel this moment, whatever the queue and the channel's state, with a single try.

    For a test that somebody waits for. Returns the deliveries with their true end.
    """
    at, token = timezone.now(), _new_token()
    rows = [
        Delivery(
            pk=uuid7(), notice=notice, channel=channel_name, device=device, next_try_at=at,
            state=Delivery.CLAIMED, lease_until=at + LEASE, claimed_by=token, attempts=len(RETRY_MINUTES),
        )
        for device in devices
    ]  # fmt: skip
    Delivery.objects.bulk_create(rows)
    channel, members = CHANNELS[channel_name](), _live_members(rows)
    try:
        for row in rows:
            failure = _send_one(channel, row, token, members, Counter())
            if failure is not None and failure.channel_down:
                give_up(row, token, failure.reason, timezone.now())
    finally:
        channel.close()
    return list(Delivery.objects.filter(pk__in=[row.pk for row in rows]))


def claim(name: str, at: datetime, most: int) -> tuple[list[Delivery], str]:
    """Take up to `most` due deliveries of a channel for LEASE, pressing ones first, and the token that holds them."""
    token = _new_token()
    pressing = Case(
        When(notice__urgency__in=("emergency", "same_day"), then=Value(0)), default=Value(1), output_field=IntegerField()
    )  # fmt: skip
    with transaction.atomic():
        due = Delivery.objects.due(at).filter(channel=name).order_by(pressing, "next_try_at", "pk")
        # SKIP LOCKED only spares two senders the wait for each other; the condition of the UPDATE is what decides
        keys = list(due.select_for_update(of=("self",), skip_locked=True).values_list("pk", flat=True)[:most])
        Delivery.objects.due(at).filter(pk__in=keys).update(
            state=Delivery.CLAIMED, lease_until=at + LEASE, claimed_by=token
        )
    rows = Delivery.objects.filter(claimed_by=token, state=Delivery.CLAIMED)
    return list(
        rows.select_related("notice__user", "notice__lump", "device").order_by(pressing, "next_try_at", "pk")
    ), token


def _send_batch(
    channel: Channel, batch: list[Delivery], token: str, counts: Counter[str], *, probing: bool = False
) -> bool:
    """Send what was claimed. False when the channel is down: the rest was put back."""
    lease_until = batch[0].lease_until or timezone.now()
    members = _live_members(batch)
    stumbled = False
    for index, delivery in enumerate(batch):
        if timezone.now() + LONGEST_SEND > lease_until:
            lease_until = timezone.now() + LEASE
            _still_mine(token).filter(pk__in=[row.pk for row in batch[index:]]).update(lease_until=lease_until)
        failure = _send_one(channel, delivery, token, members, counts)
        if failure is None or not failure.channel_down:
            if probing:  # whatever it said of this message, it answers
                mark_up(channel.name)
            probing = stumbled = False
            continue
        if counts["sent"] and not stumbled and not failure.before_message:
            # it worked a moment ago, so it may be this very message that the server chokes on: let the next one tell
            stumbled = True
            _put_off(delivery, token, failure, counts)
            continue
        _put_back(delivery, token, failure)
        _release(token, batch[index + 1 :])
        counts["put_off"] += len(batch) - index
        mark_down(channel.name, failure.reason, timezone.now())
        log.warning("Channel %s is down: %s", channel.name, failure.reason)
        return False
    return True


def _send_one(
    channel: Channel, delivery: Delivery, token: str, members: set[tuple[object, object]], counts: Counter[str]
) -> DeliveryFailed | None:
    """Send one and mark it; None when it is out or no longer to be sent. A failure of the channel is left unmarked."""
    why_not = _no_longer(delivery, members)
    if why_not:
        mark(lambda: _still_mine(token).filter(pk=delivery.pk).update(**_ended(Delivery.DROPPED, why_not)))
        counts["dropped"] += 1
        return None
    try:
        channel.send(delivery)
    except DeliveryFailed as failure:
        if not failure.channel_down:
            _put_off(delivery, token, failure, counts)
        return failure
    except Exception as error:  # noqa: BLE001 - one message that cannot be built must not hold up the others
        log.error("Delivery %s could not be made: %s", delivery.pk, type(error).__name__)
        fault = DeliveryFailed(f"It could not be made: {type(error).__name__}")
        _put_off(delivery, token, fault, counts)
        return fault
    # whoever holds the row by now, it was sent: that is what it must say
    mark(lambda: Delivery.objects.filter(pk=delivery.pk).update(**_ended(Delivery.SENT, ""), sent_at=timezone.now()))
    counts["sent"] += 1
    return None


def _put_off(delivery: Delivery, token: str, failure: DeliveryFailed, counts: Counter[str]) -> None:
    """A message refused by itself: try later, or end it where that is hopeless. Other channels step in then."""
    at = timezone.now()
    hopeless = failure.permanent or delivery.attempts >= len(RETRY_MINUTES)
    if hopeless or (failure.host_away and at - delivery.created_at > AWAY_LONGEST):
        give_up(delivery, token, failure.reason, at)
        counts["failed"] += 1
        return
    attempts, wait = delivery.attempts, AWAY_WAIT
    if not failure.host_away:
        wait, attempts = timedelta(minutes=RETRY_MINUTES[attempts]), attempts + 1
    if failure.retry_after:
        wait = max(wait, timedelta(seconds=min(failure.retry_after, 24 * 3600)))
    fields = _waiting(failure.reason) | {"attempts": attempts, "next_try_at": at + wait}
    mark(lambda: _still_mine(token).filter(pk=delivery.pk).update(**fields))
    counts["put_off"] += 1
    log.info("Delivery %s waits %s minutes: %s", delivery.pk, int(wait.total_seconds() // 60), failure.reason)


def give_up(delivery: Delivery, token: str, reason: str, at: datetime) -> None:
    """The end of a delivery that cannot be made: visibly failed, and the notice looks for another way."""

    def work() -> None:
        with transaction.atomic():
            if _still_mine(token).filter(pk=delivery.pk).update(**_ended(Delivery.FAILED, reason)):
                other_ways.find(delivery.notice, at)

    mark(work)
    log.warning("Delivery %s failed for good: %s", delivery.pk, reason)


def _put_back(delivery: Delivery, token: str, failure: DeliveryFailed) -> None:
    """The channel's fault: the message waits without a mark against it, behind the others, so that no single
    message is the probe for ever."""
    fields = _waiting(failure.reason) | {"next_try_at": timezone.now()}
    mark(lambda: _still_mine(token).filter(pk=delivery.pk).update(**fields))


def _release(token: str, rest: list[Delivery]) -> None:
    fields = {"state": Delivery.WAITING, "lease_until": None, "claimed_by": ""}
    mark(lambda: _still_mine(token).filter(pk__in=[row.pk for row in rest]).update(**fields))


def _new_token() -> str:
    return f"{os.getpid()}-{secrets.token_hex(8)}"


def _still_mine(token: str) -> "QuerySet[Delivery]":
    return Delivery.objects.filter(claimed_by=token, state=Delivery.CLAIMED)


def _waiting(reason: str) -> dict[str, object]:
    return {"state": Delivery.WAITING, "lease_until": None, "claimed_by": "", "reason": reason[:300]}


def _ended(state: str, reason: str) -> dict[str, object]:
    return {"state": state, "lease_until": None, "reason": reason[:300]}


def _no_longer(delivery: Delivery, members: set[tuple[object, object]]) -> str:
    """Why this message must not go out any more, or ""."""
    notice = delivery.notice
    if not notice.user.is_active:
        return "The account is closed."
    if notice.person_id and (notice.user_id, notice.person_id) not in members:
        return "The account no longer sees this diary."
    if notice.lump is not None and notice.lump.deleted_at is not None:
        return "What it was about was deleted."
    if unsubscribing.which(notice.kind) and not CHANNELS[delivery.channel].wanted_by(notice.user, notice.kind):
        return "The reader has switched this off meanwhile."
    return ""


def _live_members(batch: Iterable[Delivery]) -> set[tuple[object, object]]:
    """(account, person) pairs that hold now: whoever was shut out since the posting gets nothing."""
    wanted = Q(pk__in=[])
    for row in batch:
        if row.notice.person_id:
            wanted |= Q(user=row.notice.user_id, person=row.notice.person_id)
    live = Membership.objects.live().filter(wanted, person__deleted_at__isnull=True)
    return set(live.values_list("user_id", "person_id"))


def _in_thread(name: str) -> Counter[str]:
    try:
        return send_due(name)
    except DatabaseError as error:
        log.error("Channel %s stopped: %s", name, type(error).__name__)
        return Counter(stopped=1)
    finally:
        connection.close()
