"""One pass over all tracks: what the bank believed after every reading, and its full state where a look stands."""

from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import dataclass
from hashlib import blake2b
from math import ceil
from typing import NamedTuple

import numpy as np

from analytics.growth.bank import LEVEL, LEVEL_VAR, STILL, Bank
from analytics.growth.settings import Settings
from analytics.growth.shape import Shape, Sight, sights
from analytics.growth.tracks import Stop, Tracks
from analytics.memory import Memory
from analytics.series import Floats, Ints

TOGETHER = 384  # tracks at most, side by side: more do not fit a core's cache, for fewer numpy's calls cost most
AHEAD = 64  # readings made ready at once, to bound memory


class Trace(NamedTuple):
    """What was known after each reading of each track, (B, N) each, NaN beyond a track's end.

    ``odds``: log odds of fast growth; ``z`` ln size as read; ``level``: ln size expected before it; ``spread``: SD of
    that forecast; ``good``: probability that it was no slip; ``bad_axis``: probability that one axis slipped;
    ``left_out``: 1 where the reading was set aside until a second one agrees.
    """

    odds: Floats
    z: Floats
    level: Floats
    spread: Floats
    good: Floats
    bad_axis: Floats
    left_out: Floats


@dataclass(frozen=True)
class Beliefs:
    """The bank's full state at L stops: ``weight`` (C, S, L) adding to 1, ``state`` (6, C, S, L), ``offset`` (L, 3) of
    the axes over the size, ``offset_var`` (L, 3) of an axis's level beyond the size's own, ``day`` (L,)."""

    weight: Floats
    state: Floats
    offset: Floats
    offset_var: Floats
    day: Floats

    def only(self, places: list[int]) -> "Beliefs":
        """The beliefs at some of the stops."""
        if places == list(range(len(self.day))):
            return self
        return Beliefs(
            self.weight[..., places],
            self.state[..., places],
            self.offset[places],
            self.offset_var[places],
            self.day[places],
        )


class Walker:
    """Takes tracks through their readings one at a time, the first B of them still running at each step."""

    def __init__(self, tracks: int, settings: Settings) -> None:
        self.s = settings
        self.usual = len(settings.error_steps) // 2
        self.tracks = tracks
        self.shape = Shape(tracks, settings)
        self.skipped = np.zeros(tracks, dtype=bool)
        self.bank: Bank | None = None

    def copy(self) -> "Walker":
        """The same, to be walked on by itself."""
        twin = copy(self)
        twin.shape, twin.bank = copy(self.shape), None if self.bank is None else self.bank.copy()
        return twin

    def take(self, day: Floats, y: Floats, relative: Floats, floor: Floats, scan: Floats) -> Trace:
        """Take in one reading (B,), ``y`` (B, 3), of the first B tracks. Returns what is known after it, (B,) each."""
        several = sights(day[None], y.T[None], relative[None], floor[None], scan[None], self.s)
        return self.see(several.at(0, len(day)))

    def see(self, sight: Sight) -> Trace:
        """Take in one reading of the first B tracks. Returns what is known after it, (B,) each."""
        n = len(sight.day)
        if n < self.tracks:
            self._cut(n)
        if self.bank is None:
            return self._first(sight)
        bank, shape = self.bank, self.shape
        level = bank.expected_level(sight.day)
        bank.pass_time(sight.day, sight.walk)
        reading = shape.fold(sight, level)
        if reading.shift is not None:
            bank.state[LEVEL] += reading.shift
            level = level + reading.shift
        spread = np.sqrt(bank.state[LEVEL_VAR, STILL, self.usual] + reading.variance[self.usual])
        skip = (np.abs(reading.z - level) > self.s.skip_size) & ~self.skipped
        good = bank.take(reading.z, reading.variance, reading.extra, skip)
        self.skipped = skip
        return Trace(bank.log_odds(), reading.z, level, spread, good, reading.bad, skip.astype(np.float64))

    def _first(self, sight: Sight) -> Trace:
        reading = self.shape.fold(sight, None)
        self.bank = Bank(reading.z, reading.variance, sight.day, sight.scan, self.s)
        nothing = np.zeros(len(sight.day))
        return Trace(self.bank.log_odds(), reading.z, reading.z, nothing + np.nan, nothing + 1.0, reading.bad, nothing)

    def _cut(self, tracks: int) -> None:
        """Keep the first ``tracks`` tracks only: the others have no more readings."""
        self.tracks = tracks
        self.shape.cut(tracks)
        self.skipped = self.skipped[:tracks]
        if self.bank is not None:
            self.bank.cut(tracks)

    def beliefs(self, tracks: Ints) -> Beliefs:
        """The full state of these tracks now. Only after the first reading."""
        bank, shape = self.bank, self.shape
        if bank is None:
            raise ValueError("no reading has been taken yet")
        leaned, cov = shape.leaned[:, tracks], shape.cov[..., tracks]
        along = np.add.reduce(cov * leaned, axis=1)
        # the variance of one axis's offset less those that the size leans on
        offset_var = cov[[0, 1, 2], [0, 1, 2]] - 2.0 * along + np.add.reduce(leaned * along, axis=0)
        return Beliefs(
            bank.share.take(tracks, axis=-1),
            bank.state.take(tracks, axis=-1),
            shape.mean[:, tracks].T,
            offset_var.T,
            bank.now[tracks],
        )


def run(tracks: Tracks, stops: list[Stop], settings: Settings) -> tuple[Trace, Beliefs]:
    """Filter all tracks. Beliefs are in the order of ``stops``; a stop with no reading gets an empty place (NaN)."""
    # groups of one size: a small last one would cost nearly as much as a full one
    size = max(1, ceil(len(tracks.count) / ceil(len(tracks.count) / TOGETHER or 1)))
    wanted = _by_group(stops, size)
    if len(tracks.count) == 1:
        return _run_one(tracks, wanted.get(0, {}), len(stops), settings)
    trace = _blank(tracks)
    kept: list[tuple[Ints, Beliefs]] = []
    for group, begin in enumerate(range(0, len(tracks.count), size)):
        part, at = tracks.part(begin, begin + size), wanted.get(group, {})
        walker, ours = Walker(len(part.count), settings), Trace(*[told[begin : begin + size] for told in trace])
        steps = _walk(walker, part, 0, part.longest, ours)
        kept += [(at[step][0], walker.beliefs(at[step][1])) for step in steps if step in at]
    return trace, _in_order(kept, len(stops))


def _walk(walker: Walker, tracks: Tracks, begin: int, end: int, trace: Trace) -> Iterator[int]:
    """Take in the readings from number ``begin`` (from 0) up to ``end`` of all tracks that have them, and write down what is
    known. Yields after each how many have been taken."""
    for block in range(begin, end, AHEAD):
        ready = tracks.readings(slice(block, min(block + AHEAD, end)), walker.s)
        for ahead, n in enumerate(tracks.running(block, min(block + AHEAD, end))):
            for column, told in zip(trace, walker.see(ready.at(ahead, n)), strict=True):
                column[:n, block + ahead] = told
            yield block + ahead + 1


class _Stood(NamedTuple):
    """The walker of one track after some readings, and the trace of them; neither is changed any more."""

    walker: Walker
    trace: Trace


_stood: Memory[_Stood] = Memory(512)  # about 15 kB each


def _run_one(
    tracks: Tracks, by_step: dict[int, tuple[Ints, Ints]], stops: int, settings: Settings
) -> tuple[Trace, Beliefs]:
    """The same for a single track, from where it stood when last looked at: most looks add one reading to a diary."""
    n = tracks.longest
    wanted = sorted({*by_step, n} - {0})
    keys = _keys(tracks, wanted)
    found = {step: stood for step in wanted if (stood := _stood.get((settings, keys[step]))) is not None}
    missing = [step for step in wanted if step not in found]
    if missing:
        found |= _walk_on(tracks, keys, missing, settings)
    kept = [(by_step[step][0], found[step].walker.beliefs(by_step[step][1])) for step in wanted if step in by_step]
    return found[n].trace if n else _blank(tracks), _in_order(kept, stops)


def _walk_on(tracks: Tracks, keys: dict[int, bytes], wanted: list[int], settings: Settings) -> dict[int, _Stood]:
    """Walk a single track to its end from the latest place remembered, and remember it after each ``wanted`` step."""
    trace = _blank(tracks)
    begin, stood = _latest(tracks, wanted[0] - 1, settings)
    walker = Walker(1, settings) if stood is None else stood.walker.copy()
    if stood is not None:
        for told, known in zip(trace, stood.trace, strict=True):
            told[:, :begin] = known
    found = {}
    for step in _walk(walker, tracks, begin, wanted[-1], trace):
        if step in wanted:
            if step == tracks.longest:
                found[step] = _Stood(walker, trace)  # the walk is over
            else:
                found[step] = _Stood(walker.copy(), Trace(*[told[:, :step].copy() for told in trace]))
            _stood.put((settings, keys[step]), found[step])
    return found


def _latest(tracks: Tracks, most: int, settings: Settings) -> tuple[int, _Stood | None]:
    """Of the first ``most`` readings or fewer, the most that are remembered; at an entry, all but the new one."""
    for steps in ([most] if most > 0 else [], range(1, most)):
        keys = _keys(tracks, steps)
        for step in reversed(steps):
            if (stood := _stood.get((settings, keys[step]))) is not None:
                return step, stood
    return 0, None


def _keys(tracks: Tracks, steps: Sequence[int]) -> dict[int, bytes]:
    """For each of ``steps``, which go up, a digest of so many first readings of a single track."""
    found, digest, done = {}, blake2b(digest_size=16), 0
    for step in steps:
        digest.update(tracks.table[0, done:step].tobytes())
        found[step], done = digest.digest(), step
    return found


def _blank(tracks: Tracks) -> Trace:
    return Trace(*np.full((len(Trace._fields), *tracks.day.shape), np.nan))


def _by_group(stops: list[Stop], size: int) -> dict[int, dict[int, tuple[Ints, Ints]]]:
    """For each group of tracks and each number of readings: which stops stand there, and on which tracks of the group."""
    found: dict[int, dict[int, list[int]]] = {}
    for k, stop in enumerate(stops):
        found.setdefault(stop.track // size, {}).setdefault(stop.readings, []).append(k)
    return {
        group: {n: (np.array(ks), np.array([stops[k].track % size for k in ks])) for n, ks in by_step.items()}
        for group, by_step in found.items()
    }


def _in_order(kept: list[tuple[Ints, Beliefs]], looks: int) -> Beliefs:
    """The beliefs gathered step by step, put in the order of the looks."""
    if not kept:
        return Beliefs(np.zeros((0, 0, 0)), np.zeros((6, 0, 0, 0)), np.zeros((0, 3)), np.zeros((0, 3)), np.zeros(0))
    first = kept[0][1]
    if looks == 1:
        return first
    out = Beliefs(
        np.full((*first.weight.shape[:2], looks), np.nan),
        np.full((*first.state.shape[:3], looks), np.nan),
        np.full((looks, 3), np.nan),
        np.full((looks, 3), np.nan),
        np.full(looks, np.nan),
    )
    for places, part in kept:
        out.weight[..., places], out.state[..., places] = part.weight, part.state
        out.offset[places], out.offset_var[places], out.day[places] = part.offset, part.offset_var, part.day
    return out
