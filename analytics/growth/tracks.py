"""Many series made ready to be filtered together: cut to their last segment, padded, and shared where one begins another.

A replay asks about every beginning of one lump's series; each beginning is a stop on the same track, so the track is
walked once.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analytics.growth.settings import Settings
from analytics.noise import NO_METHOD, errors_of
from analytics.series import AXES, Flags, Floats, Ints, Series

SCAN = "scan"
COLUMNS = 4 + len(AXES)
ROUGH_STEP = 5.0  # mm
ROUGH_AFTER = 2  # readings


@dataclass(frozen=True)
class Tracks:
    """Readings of B tracks, longest first, padded to N: NaN days and sizes beyond a track's end.

    ``day`` (B, N); ``y`` (B, N, 3) ln mm, NaN = not recorded; ``relative`` and ``floor`` (B, N) error of the method;
    ``scan`` (B, N) true where it was a CT or MRI; ``count`` (B,) readings.
    """

    day: Floats
    y: Floats
    relative: Floats
    floor: Floats
    scan: Floats
    count: Ints

    def running(self, step: int) -> int:
        """How many tracks have a reading number ``step`` (from 0)."""
        return int(np.searchsorted(-self.count, -step, side="left"))


@dataclass(frozen=True)
class Stop:
    """Where one look stands: its track, how many of the track's readings it knows, and where those are in its series."""

    track: int
    readings: int
    places: Ints


def current(series: Series) -> Ints:
    """Places of the readings with a size in the last segment."""
    if not len(series):
        return np.zeros(0, dtype=np.int64)
    return np.flatnonzero(np.isfinite(series.mm).any(axis=1) & (series.segment == series.segment[-1]))


def lay(series: Sequence[Series], settings: Settings) -> tuple[Tracks, list[Stop]]:
    """Tracks for these series, and one Stop for each series in the order given. A series without a size stops at 0."""
    places = [current(one) for one in series]
    tables = _tables(series, places, settings)
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


def _tables(series: Sequence[Series], places: list[Ints], settings: Settings) -> list[Floats]:
    """For each series one row a reading: day, ln of the three sizes, relative error, floor, whether it was a scan."""
    counts = [len(place) for place in places]
    if not sum(counts):
        return [np.zeros((0, COLUMNS)) for _ in series]
    methods = [one.method[k] for one, place in zip(series, places, strict=True) for k in place.tolist()]
    relative, floor, scan = method_errors(methods, settings)
    if any(one.own for one in series):
        relative = relative * np.concatenate(
            [
                own_factors([one.method[k] for k in place.tolist()], one)
                for one, place in zip(series, places, strict=True)
            ]
        )
    rows = np.empty((len(methods), COLUMNS))
    rows[:, 0] = np.concatenate([one.day[place] for one, place in zip(series, places, strict=True)])
    rows[:, 1:4] = np.log(np.concatenate([one.mm[place] for one, place in zip(series, places, strict=True)]))
    rough = np.concatenate([_rough(one.mm[place]) for one, place in zip(series, places, strict=True)])
    floor = np.sqrt(floor**2 + np.where(rough, settings.rough_mm**2, 0.0))
    rows[:, 4], rows[:, 5], rows[:, 6] = relative, floor, scan
    return np.split(rows, np.cumsum(counts)[:-1])


def _rough(mm: Floats) -> Flags:
    """From the third reading on: whether all sizes so far are in steps of 5 mm, as of somebody who rounds so."""
    steps = np.logical_and.accumulate(np.all(np.isnan(mm) | (mm % ROUGH_STEP == 0), axis=1))
    return np.asarray(steps & (np.arange(len(mm)) >= ROUGH_AFTER))


def _pad(tables: list[Floats]) -> Tracks:
    count = np.array([len(table) for table in tables], dtype=np.int64)
    padded = np.full((len(tables), max(count, default=0), COLUMNS), np.nan)
    for k, table in enumerate(tables):
        padded[k, : len(table)] = table
    return Tracks(
        day=padded[..., 0],
        y=padded[..., 1:4],
        relative=padded[..., 4],
        floor=padded[..., 5],
        scan=padded[..., 6],
        count=count,
    )
