"""The one door from the rules to the growth engine: growth as it stood at an entry, worked out only where it is asked for."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from analytics.growth import Growth, looks
from analytics.series import AXES, Series, day_of
from tracker.rules.facts import Entry
from tracker.rules.frames import Fold

NOTHING = Growth(readings=0)
Key = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Ask:
    """Growth as it stood at the entry at ``place`` in ``segment``, with a forecast for ``next`` where it is given."""

    place: int
    segment: int
    next: Entry | None = None


class Trend:
    """Growth of one lump at any of its entries; what was asked once is remembered."""

    def __init__(self, fold: Fold) -> None:
        self.fold = fold
        self._known: dict[Key, Growth] = {}

    def at(self, place: int, segment: int) -> Growth:
        """What the readings up to the entry at ``place`` say of ``segment``; ``place`` -1: before any entry."""
        key = self._key(place, segment)
        if key not in self._known:
            self.fetch([Ask(place, segment)])
        return self._known[key]

    def fetch(self, asks: Sequence[Ask]) -> list[Growth]:
        """Many at once, in one call of the engine. Forecasts go to the list alone, not into what is remembered."""
        keys = [self._key(ask.place, ask.segment) for ask in asks]
        wanted = [i for i, ask in enumerate(asks) if ask.next is not None or keys[i] not in self._known]
        wanted = [i for i in wanted if keys[i][0] >= 0]
        found = dict(zip(wanted, self._compute([asks[i] for i in wanted]), strict=True))
        for i, growth in found.items():
            self._known.setdefault(keys[i], growth)
        for key in keys:
            if key[0] < 0:
                self._known[key] = NOTHING
        return [found.get(i, self._known[keys[i]]) for i in range(len(asks))]

    def ever_growing(self, places: Iterable[tuple[int, int]]) -> bool:
        """Whether growth.rapid or growth.slow held at any of these (place, segment)."""
        wanted = [Ask(*each) for each in dict.fromkeys(places)]
        return any(growth.rapid or growth.slow for growth in self.fetch(wanted))

    def series_at(self, place: int) -> Series:
        """All readings that count at the entry at ``place``, every segment."""
        return self._cut(self._counts_from <= place)

    def _compute(self, asks: Sequence[Ask]) -> list[Growth]:
        if not asks:
            return []
        return looks(
            [self.series_at(ask.place) for ask in asks],
            next_days=[None if ask.next is None else day_of(ask.next.at) for ask in asks],
            next_methods=[None if ask.next is None else ask.next.method for ask in asks],
            next_axes=[None if ask.next is None else _axes_of(ask.next) for ask in asks],
        )

    def _key(self, place: int, segment: int) -> Key:
        """The latest entry that changed what counts, or -1 where this segment has no reading yet."""
        there = (self._counts_from <= place) & (self._all.segment == segment)
        return (int(self._counts_from[there].max()) if there.any() else -1), segment

    def _cut(self, keep: np.ndarray) -> Series:
        whole = self._all
        if keep.all():
            return whole
        method = tuple(word for word, kept in zip(whole.method, keep, strict=True) if kept)
        return Series(whole.day[keep], whole.mm[keep], method, whole.segment[keep])

    @cached_property
    def _counts_from(self) -> np.ndarray:
        never = len(self.fold.frames)
        return np.array([never if start is None else start for start in self.fold.counts_from], dtype=np.int64)

    @cached_property
    def _all(self) -> Series:
        readings = self.fold.readings
        sizes = [[np.nan if size is None else float(size) for size in reading.axes] for reading in readings]
        return Series(
            np.array([day_of(reading.at) for reading in readings], dtype=np.float64),
            np.array(sizes, dtype=np.float64).reshape(len(readings), len(AXES)),
            tuple(reading.method or "" for reading in readings),
            np.array([reading.segment for reading in readings], dtype=np.int64),
        )


def _axes_of(entry: Entry) -> list[str]:
    return [axis for axis, size in zip(AXES, entry.sizes_mm, strict=True) if size is not None]
