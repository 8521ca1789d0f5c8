"""Many series made ready to be filtered together: cut to their last segment, padded, and shared where one begins another.

A replay asks about every beginning of one lump's series; each beginning is a stop on the same track, so the track is
walked once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, pairwise

import numpy as np

from analytics.growth.settings import Settings
from analytics.growth.shape import Sight, sights
from analytics.noise import METHOD_ERRORS, NO_METHOD, errors_of
from analytics.series import AXES, Flags, Floats, Ints, Series

SCAN = "scan"
COLUMNS = 4 + len(AXES)
ROUGH_STEP = 5.0  # mm
ROUGH_AFTER = 2  # readings


@dataclass(frozen=True)
class Tracks:
    """Readings of B tracks, longest first, padded to N: NaN days and sizes beyond a track's end.

    ``table`` (B, N, 7) holds them by its columns: ``day`` (B, N); ``y`` (B, N, 3) ln mm, NaN = not recorded; ``relative``
    and ``floor`` (B, N) error of the method; ``scan`` (B, N) true where it was a CT or MRI; ``count`` (B,) readings.
    """

    table: Floats
    count: Ints

    @property
    def day(self) -> Floats:
        return self.table[..., 0]

    @property
    def y(self) -> Floats:
        return self.table[..., 1:4]

    @property
    def relative(self) -> Floats:
        return self.table[..., 4]

    @property
    def floor(self) -> Floats:
        return self.table[..., 5]

    @property
    def scan(self) -> Floats:
        return self.table[..., 6]

    @property
    def longest(self) -> int:
        """How many readings the longest track has."""
        return int(self.count[0]) if len(self.count) else 0

    def part(self, begin: int, end: int) -> "Tracks":
        """Some tracks in a row."""
        count = self.count[begin:end]
        return Tracks(self.table[begin:end, : int(count[0])], count)

    def running(self, begin: int, end: int) -> list[int]:
        """How many tracks have a reading number ``begin`` (from 0), and each further one up to ``end``."""
        return [int(n) for n in np.searchsorted(-self.count, -np.arange(begin, end), side="left")]

    def readings(self, steps: slice, settings: Settings) -> Sight:
        """These readings of all tracks, made ready to be taken in."""
        table = np.ascontiguousarray(self.table[:, steps].transpose(2, 1, 0))
        day, relative, floor, scan = table[0], table[4], table[5], table[6]
        return sights(day, table[1:4].swapaxes(0, 1), relative, floor, scan, settings)


@dataclass(frozen=True)
class Stop:
    """Where one look stands: its track, how many of the track's readings it knows, and where those are in its series."""

    track: int
    readings: int
    places: Ints


def lay(series: Sequence[Series], settings: Settings) -> tuple[Tracks, list[Stop]]:
    """Tracks for these series, and one Stop for each series in the order given. A series without a size stops at 0."""
    tables, places = _tables(series, settings)
    heads: dict[bytes, list[int]] = {}
    for k, table in enumerate(tables):
        heads.setdefault(table[:1].tobytes(), []).append(k)
    tracks: list[Floats] = []
    stops: dict[int, Stop] = {}
    for family in heads.values():
        for k, track in _share(family, tables, tracks).items():
            stops[k] = Stop(track, len(tables[k]), places[k])
    longest = sorted(range(len(tracks)), key=lambda track: -len(tracks[track]))
    moved = {old: new for new, old in enumerate(longest)}
    ordered = [stops[k] for k in range(len(series))]
    return _pad([tracks[k] for k in longest]), [Stop(moved[s.track], s.readings, s.places) for s in ordered]


def _share(family: list[int], tables: list[Floats], tracks: list[Floats]) -> dict[int, int]:
    """Add to ``tracks`` what this family of tables with one first row needs, and say which track each walks."""
    known: dict[tuple[int, int], int] = {}
    found: dict[int, int] = {}
    lengths = {len(tables[k]) for k in family}
    for k in sorted(family, key=lambda k: -len(tables[k])):
        table, data = tables[k], tables[k].tobytes()
        track = known.get((len(table), hash(data)))
        if track is None or tracks[track][: len(table)].tobytes() != data:
            track = len(tracks)
            tracks.append(table)
            width = table.shape[1] * table.itemsize
            known.update({(n, hash(data[: n * width])): track for n in lengths if n <= len(table)})
        found[k] = track
    return found


def method_errors(methods: Sequence[str | None], settings: Settings) -> tuple[Floats, Floats, Floats]:
    """Relative error, floor in mm with the rounding in it, and 1 for a scan, (n,) each, of readings by ``methods``."""
    relative, floor = errors_of(methods)
    scan = np.array([word == SCAN for word in methods], dtype=np.float64)
    relative = np.where(scan > 0, settings.scan_error * relative, relative)
    floor = np.where(scan > 0, settings.scan_floor_mm, floor)
    return relative, np.sqrt(floor**2 + settings.rounding_mm**2), scan


def own_factors(methods: Sequence[str | None], series: Series) -> Floats:
    """How many times a method's relative error this person's is, (n,): 1 for a method they have not measured."""
    own = dict(series.own)
    return np.array([own.get(method or NO_METHOD, 1.0) for method in methods], dtype=np.float64)


@lru_cache(maxsize=8)
def _errors(settings: Settings) -> tuple[dict[str, int], Floats]:
    """Where each method's errors stand, and the errors: relative, floor and 1 for a scan, as ``method_errors`` has them."""
    words = list(METHOD_ERRORS)
    return {word: place for place, word in enumerate(words)}, np.stack(method_errors(words, settings), axis=1)


def _tables(series: Sequence[Series], settings: Settings) -> tuple[list[Floats], list[Ints]]:
    """For each series one row a reading with a size in its last segment: day, ln of the three sizes, relative error, floor,
    whether it was a scan; and the places of those readings."""
    if not series:
        return [], []
    lengths = [len(one) for one in series]
    day, mm, segment = (
        np.concatenate(column) for column in zip(*((s.day, s.mm, s.segment) for s in series), strict=True)
    )
    ends = np.cumsum(lengths)
    last = np.array([one.segment[-1] if len(one) else 0 for one in series])
    keep = np.isfinite(mm).any(axis=1) & (segment == np.repeat(last, lengths))
    at = np.flatnonzero(keep)
    day, mm = day[at], mm[at]
    cuts = [0, *np.searchsorted(at, ends).tolist()]
    where, errors = _errors(settings)
    methods = list(chain.from_iterable(one.method for one in series))
    code = np.array([where[methods[place] or NO_METHOD] for place in at.tolist()], dtype=np.intp)
    rows = np.empty((len(at), COLUMNS))
    rows[:, 0], rows[:, 1:4], rows[:, 4:] = day, np.log(mm), errors[code]
    for one, (begin, end) in zip(series, pairwise(cuts), strict=True):
        if one.own:
            rows[begin:end, 4] *= own_factors([methods[place] for place in at[begin:end].tolist()], one)
    rough = _rough(mm, np.array(cuts))
    if rough.any():
        rows[rough, 5] = np.sqrt(rows[rough, 5] ** 2 + settings.rough_mm**2)
    starts = [0, *ends.tolist()[:-1]]
    found = [at[begin:end] - start for (begin, end), start in zip(pairwise(cuts), starts, strict=True)]
    return [rows[begin:end] for begin, end in pairwise(cuts)], found


def _rough(mm: Floats, cuts: Ints) -> Flags:
    """From the third reading on: whether all sizes so far are in steps of 5 mm, as of somebody who rounds so. The readings
    between two ``cuts`` are one track's."""
    so_far = np.zeros(len(mm) + 1, dtype=np.int64)
    np.cumsum((mm % ROUGH_STEP > 0).any(axis=1), out=so_far[1:])
    begin = np.repeat(cuts[:-1], np.diff(cuts))
    return np.asarray((so_far[1:] == so_far[begin]) & (np.arange(len(mm)) - begin >= ROUGH_AFTER))


def _pad(tables: list[Floats]) -> Tracks:
    count = np.array([len(table) for table in tables], dtype=np.int64)
    if len(tables) == 1:
        return Tracks(tables[0][None], count)
    padded = np.full((len(tables), max(count, default=0), COLUMNS), np.nan)
    for k, table in enumerate(tables):
        padded[k, : len(table)] = table
    return Tracks(padded, count)
