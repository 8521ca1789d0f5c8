"""The figures an operator watches, read from the tables at the moment they are asked for: counts and ages, no names.

Each stands in docs/operate.md with what it means and what to do.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count, Min

from tracker.models import Alert, ChannelState, ClockRun, Delivery, Lump, Photo


@dataclass(frozen=True)
class Figure:
    """One gauge: `values` maps the labels' values (in the order of `labels`) to the number."""

    name: str
    help: str
    labels: tuple[str, ...] = ()
    values: dict[tuple[str, ...], float] = field(default_factory=dict)


def figures(at: datetime) -> Iterator[Figure]:
    """All of them, by ten queries that do not grow with the number of people."""
    yield from _outbox(at)
    yield Figure(
        "diary_scan_lag_seconds", "How long the most overdue lump has waited for its look.", values={(): _lag(at)}
    )
    yield from _photos(at)
    opened = Alert.objects.exclude(state=Alert.CLOSED).order_by().values_list("urgency").annotate(count=Count("pk"))
    yield Figure("diary_alerts_open", "Alerts that stand open.", ("urgency",), {(urgency,): n for urgency, n in opened})
    yield from _clock(at)
    down = ChannelState.objects.values_list("channel", "down_since")
    yield Figure(
        "diary_channel_down_seconds", "How long a way out has been down; 0 where it works.", ("channel",),
        {(channel,): _age(at, since) for channel, since in down},
    )  # fmt: skip


def _lag(at: datetime) -> float:
    """By when a look is due, and by when the last one was: a lump that kills its worker is due anew every two minutes."""
    kept = Lump.objects.filter(deleted_at__isnull=True, person__deleted_at__isnull=True)
    due = kept.filter(next_look_at__lte=at).order_by("next_look_at").values_list("next_look_at", flat=True).first()
    near = kept.filter(next_look_at__lte=at + Lump.TAKEN_FOR, looked_at__lt=at - Lump.LOOK_EVERY)
    looked = near.order_by("looked_at").values_list("looked_at", flat=True).first()
    return max(_age(at, due), _age(at, looked and looked + Lump.LOOK_EVERY))


def _outbox(at: datetime) -> Iterator[Figure]:
    waiting = Delivery.objects.filter(state__in=(Delivery.WAITING, Delivery.CLAIMED), next_try_at__lte=at)
    rows = list(waiting.order_by().values("channel").annotate(count=Count("pk"), oldest=Min("due_at")))
    yield Figure(
        "diary_outbox_depth", "Messages that are due and not yet sent.", ("channel",),
        {(row["channel"],): row["count"] for row in rows},
    )  # fmt: skip
    yield Figure(
        "diary_outbox_age_seconds", "How long the oldest of them has waited.", ("channel",),
        {(row["channel"],): _age(at, row["oldest"]) for row in rows},
    )  # fmt: skip


def _photos(at: datetime) -> Iterator[Figure]:
    parts = {"clean": Photo.objects.filter(state=Photo.PROCESSING), "measure": Photo.objects.filter(to_read=True)}
    found = {name: rows.aggregate(count=Count("pk"), oldest=Min("created_at")) for name, rows in parts.items()}
    yield Figure(
        "diary_photos_waiting", "Photos still to be made clean, or to be measured.", ("work",),
        {(name,): each["count"] for name, each in found.items()},
    )  # fmt: skip
    yield Figure(
        "diary_photos_age_seconds", "How long the oldest of them has waited.", ("work",),
        {(name,): _age(at, each["oldest"]) for name, each in found.items()},
    )  # fmt: skip


def _clock(at: datetime) -> Iterator[Figure]:
    runs = list(ClockRun.objects.filter(finished_at__isnull=False))
    yield Figure(
        "diary_clock_age_seconds", "How long ago each work of the clock last ended.", ("work",),
        {(run.name,): _age(at, run.finished_at) for run in runs},
    )  # fmt: skip
    yield Figure(
        "diary_clock_took_seconds", "How long it took.", ("work",), {(run.name,): run.seconds or 0.0 for run in runs}
    )
    counts: dict[tuple[str, ...], float] = {
        (run.name, key): float(value)
        for run in runs
        for key, value in run.counts.items()
        if isinstance(value, int | float)
    }
    yield Figure(
        "diary_clock_counts", "What it counted the last time: work=scan counts assessments done and failed.",
        ("work", "what"), counts,
    )  # fmt: skip


def _age(at: datetime, since: datetime | None) -> float:
    return 0.0 if since is None else max(0.0, (at - since).total_seconds())
