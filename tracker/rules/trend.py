"""The one door from the rules to the growth engine: growth as it stood at an entry, worked out only where it is asked for."""

from bisect import bisect_right
from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np

from analytics.growth import Growth, looks
from analytics.series import AXES, Series, day_of
from tracker.rules.facts import Entry
from tracker.rules.frames import Fold
from tracker.rules.sizes import Reading

NOTHING = Growth(readings=0)
Key = tuple[int, int]


class Ask(NamedTuple):
    """Growth as it stood at the entry at ``place`` in ``segment``, with a forecast for ``next`` where it is given."""

    place: int
    segment: int
    next: Entry | None = None


class Trend:
    """Growth of one lump at any of its entries; what was asked once is remembered."""

    def __init__(self, fold: Fold) -> None:
        self.fold = fold
        self._known: dict[Key, Growth] = {}
        self._keys: dict[tuple[int, int], Key] = {}

    def at(self, place: int, segment: int) -> Growth:
        """What the readings up to the entry at ``place`` say of ``segment``; ``place`` -1: before any entry."""
        return self.fetch([Ask(place, segment)])[0]

    def fetch(self, asks: Sequence[Ask]) -> list[Growth]:
        """Many at once, in one call of the engine. Forecasts go to the list alone, not into what is remembered."""
        if not self.wanted(asks):  # as nearly always, and then without a call's preparations
            return [self.known(ask) for ask in asks]
        return fetch_all([(self, asks)])[0]

    def growing_at(self, place: int, segment: int) -> bool:
        """Whether growth.rapid or growth.slow held there."""
        growth = self.at(place, segment)
        return growth.rapid or growth.slow

    def series_at(self, place: int) -> Series:
        """All readings that count at the entry at ``place``, every segment."""
        count = bisect_right(self._starts, place)
        return self._all if count == len(self._starts) else self._all.first(count)

    def wanted(self, asks: Sequence[Ask]) -> list[int]:
        """Which of these only the engine can answer."""
        keys = [self.key(ask) for ask in asks]
        pairs = enumerate(zip(asks, keys, strict=True))
        return [i for i, (ask, key) in pairs if key[0] >= 0 and (ask.next is not None or key not in self._known)]

    def keep(self, ask: Ask, growth: Growth) -> None:
        self._known.setdefault(self.key(ask), growth)

    def known(self, ask: Ask) -> Growth:
        return self._known.get(self.key(ask), NOTHING)

    def key(self, ask: Ask) -> Key:
        """The latest entry that changed what counts, or -1 where this segment has no reading yet; with the segment."""
        place, segment = ask.place, ask.segment
        if (place, segment) not in self._keys:
            seen = reversed(range(bisect_right(self._starts, place)))
            starts = (self._starts[i] for i in seen if self._counting[i].segment == segment)
            self._keys[place, segment] = next(starts, -1), segment
        return self._keys[place, segment]

    @cached_property
    def _counting(self) -> list[Reading]:
        """The readings that ever count, in the order in which they came to: one that was doubted counts together with
        the next that does, or never."""
        return [
            each for each, start in zip(self.fold.readings, self.fold.counts_from, strict=True) if start is not None
        ]

    @cached_property
    def _starts(self) -> list[int]:
        """From which entry on each of them does; never falling."""
        return [start for start in self.fold.counts_from if start is not None]

    @cached_property
    def _all(self) -> Series:
        readings = self._counting
        return Series(
            np.array([day_of(reading.at) for reading in readings], dtype=np.float64),
            np.array([reading.axes for reading in readings], dtype=np.float64).reshape(len(readings), len(AXES)),
            tuple([reading.method or "" for reading in readings]),
            np.array([reading.segment for reading in readings], dtype=np.int64),
            self.fold.history.own_errors,
        )


def fetch_all(wanted: Sequence[tuple[Trend, Sequence[Ask]]]) -> list[list[Growth]]:
    """The growths that several lumps ask for, in one call of the engine, which is quickest with many lumps at once."""
    first: dict[tuple[int, Key], int] = {}  # of asks of one lump that are the same, as of two looks, the first
    calls = [
        (trend, asks[i], place, i)
        for place, (trend, asks) in enumerate(wanted)
        for i in trend.wanted(asks)
        if asks[i].next is not None or first.setdefault((place, trend.key(asks[i])), i) == i
    ]
    found = looks(
        [trend.series_at(ask.place) for trend, ask, _, _ in calls],
        next_days=[None if ask.next is None else day_of(ask.next.at) for _, ask, _, _ in calls],
        next_methods=[None if ask.next is None else ask.next.method for _, ask, _, _ in calls],
        next_axes=[None if ask.next is None else _axes_of(ask.next) for _, ask, _, _ in calls],
    ) if calls else []  # fmt: skip
    fresh: dict[tuple[int, int], Growth] = {}
    for (trend, ask, place, i), growth in zip(calls, found, strict=True):
        trend.keep(ask, growth)
        fresh[place, i] = growth

    def answer(trend: Trend, ask: Ask, place: int, i: int) -> Growth:
        known = fresh.get((place, i if ask.next is not None else first.get((place, trend.key(ask)), i)))
        return trend.known(ask) if known is None else known

    return [[answer(trend, ask, place, i) for i, ask in enumerate(asks)] for place, (trend, asks) in enumerate(wanted)]


def _axes_of(entry: Entry) -> list[str]:
    return [axis for axis, size in zip(AXES, entry.sizes_mm, strict=True) if size is not None]
