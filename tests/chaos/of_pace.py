"""How many notices a second, beside a plain loop that sends the same mails over one connection; and how late."""

import time
from collections.abc import Callable
from statistics import median
from typing import Any

from django.utils import timezone

from tests.chaos.ground import all_sent, fresh, mailbox, patient
from tests.chaos.table import Plan, Result
from tests.notifications.processes import nursery, wait_until
from tests.support.smtp import Mailbox
from tracker.models import Delivery

ROUNDS = 3


def pace(plan: Plan) -> Result:
    """Loop, one sender and three in turn, so that a busy minute of the machine falls on all; the median of each."""
    rates: dict[str, list[float]] = {"loop": [], "one": [], "three": []}
    late: list[float] = []
    lost_or_extra = 0
    for _ in range(ROUNDS):
        for name, senders in (("loop", 0), ("one", 1), ("three", 3)):
            fresh(plan.notices)
            with mailbox() as mail, nursery(patient(mail), lease=60) as children:
                due = timezone.now()
                Delivery.objects.update(due_at=due, next_try_at=due)
                for _ in range(senders):
                    children.start()
                if not senders:
                    children.start("loop")
                rates[name].append(_rate(mail, plan.notices))
                if senders:
                    wait_until(all_sent, 60, "all are marked")
                lost_or_extra += abs(len(mail.received) - plan.notices)
            if senders == 1:
                late += [(sent - due).total_seconds() for sent in _sent_times()]
    each = {name: median(found) for name, found in rates.items()}
    p99 = sorted(late)[int(0.99 * len(late)) - 1]
    one, three = each["one"] / each["loop"], each["three"] / each["loop"]
    return Result(
        min(one, three) >= 0.8 and not lost_or_extra,
        f"{plan.notices} mails a round, {ROUNDS} rounds: plain loop {each['loop']:.0f} a second, one sender "
        f"{each['one']:.0f} ({one:.2f} of it), three {each['three']:.0f} ({three:.2f}); one sender, all due at once: "
        f"p99 {p99:.1f} s late; lost or extra {lost_or_extra}",
    )


def _rate(mail: Mailbox, count: int) -> float:
    """Mails a second from the first that arrives to the last: starting a process is not sending."""
    wait_until(lambda: bool(mail.received), 60, "the first mail")
    first, began = len(mail.received), time.monotonic()
    wait_until(lambda: len(mail.received) >= count, 600, "the last mail")
    return (count - first) / (time.monotonic() - began)


def _sent_times() -> list[Any]:
    return list(Delivery.objects.filter(sent_at__isnull=False).values_list("sent_at", flat=True))


ROWS: dict[str, Callable[[Plan], Result]] = {"pace": pace}
