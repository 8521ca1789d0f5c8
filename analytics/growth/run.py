"""One pass over all tracks: what the bank believed after every reading, and its full state where a look stands."""

from copy import copy
from dataclasses import dataclass
from hashlib import blake2b
from typing import NamedTuple, TypeVar

import numpy as np

from analytics.growth.bank import LEVEL, LEVEL_VAR, STILL, Bank
from analytics.growth.settings import Settings, error_grid
from analytics.growth.shape import Shape
from analytics.growth.tracks import Stop, Tracks
from analytics.memory import Memory
from analytics.noise import SESSION
from analytics.series import Floats, Ints

T = TypeVar("T")


@dataclass(frozen=True)
class Trace:
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
        self.factors, _ = error_grid(settings)
        self.shape = Shape(tracks, settings)
        self.skipped = np.zeros(tracks, dtype=bool)
        self.bank: Bank | None = None

    def copy(self) -> "Walker":
        """The same, with arrays of its own."""
        twin = copy(self)
        twin.shape, twin.skipped = _own(self.shape), self.skipped.copy()
        twin.bank = None if self.bank is None else _own(self.bank)
        return twin

    def take(self, day: Floats, y: Floats, relative: Floats, floor: Floats, scan: Floats) -> Trace:
        """Take in one reading (B,), ``y`` (B, 3), of the first B tracks. Returns what is known after it, (B,) each."""
        s, n, level = self.s, len(day), None
        self.shape.cut(n)
        if self.bank is not None:
            self.bank.cut(n)
            level = self.bank.expected_level(day)
            self.bank.pass_time(day, np.where(scan > 0, s.scan_walk, s.walk))
        session = np.where(scan > 0, s.scan_session, SESSION)
        reading = self.shape.fold(y, level, (relative, floor, session), self.factors)
        usual = len(self.factors) // 2
        if self.bank is None or level is None:
            self.bank = Bank(reading.z, reading.variance, day, scan, s)
            nothing = np.zeros(n)
            odds = self.bank.log_odds()
            return Trace(odds, reading.z, reading.z, np.full(n, np.nan), nothing + 1.0, reading.bad, nothing)
        self.bank.state[LEVEL] += reading.shift
        level = level + reading.shift
        spread = np.sqrt(self.bank.state[LEVEL_VAR, STILL, usual] + reading.variance[usual])
        skip = (np.abs(reading.z - level) > s.skip_size) & ~self.skipped[:n]
        good = self.bank.take(reading.z, reading.variance, reading.extra, skip)
        self.skipped = skip
        return Trace(self.bank.log_odds(), reading.z, level, spread, good, reading.bad, skip.astype(np.float64))

    def beliefs(self, tracks: Ints) -> Beliefs:
        """The full state of these tracks now. Only after the first reading."""
        bank, shape = self.bank, self.shape
        if bank is None:
            raise ValueError("no reading has been taken yet")
        away = np.eye(3) - shape.leaned[tracks][:, None, :]
        offset_var = np.einsum("bai,bij,baj->ba", away, shape.cov[tracks], away)
        return Beliefs(
            bank.share[:, :, tracks], bank.state[..., tracks], shape.mean[tracks], offset_var, bank.now[tracks]
        )


def run(tracks: Tracks, stops: list[Stop], settings: Settings) -> tuple[Trace, Beliefs]:
    """Filter all tracks. Beliefs are in the order of ``stops``; a stop with no reading gets an empty place (NaN)."""
    by_step = _by_step(stops)
    if len(tracks.count) == 1:
        return _run_one(tracks, by_step, len(stops), settings)
    trace = _blank(tracks)
    kept: list[tuple[Ints, Beliefs]] = []
    walker = Walker(len(tracks.count), settings)
    for step in range(tracks.day.shape[1]):
        _step(walker, tracks, step, trace)
        if step + 1 in by_step:
            places, at = by_step[step + 1]
            kept.append((places, walker.beliefs(at)))
    return trace, _in_order(kept, len(stops))


class _Stood(NamedTuple):
    """The walker of one track after some readings, and the trace of them; neither is changed any more."""

    walker: Walker
    trace: Trace


_stood: Memory[_Stood] = Memory(512)  # about 15 kB each


def _run_one(
    tracks: Tracks, by_step: dict[int, tuple[Ints, Ints]], stops: int, settings: Settings
) -> tuple[Trace, Beliefs]:
    """The same for a single track, from where it stood when last looked at: most looks add one reading to a diary."""
    n = int(tracks.count[0])
    keys = [(settings, digest) for digest in _beginnings(tracks, n)]
    wanted = sorted({*by_step, n} - {0})
    found = {step: stood for step in wanted if (stood := _stood.get(keys[step])) is not None}
    missing = [step for step in wanted if step not in found]
    if missing:
        found |= _walk_on(tracks, keys, missing, settings)
    kept = [(by_step[step][0], found[step].walker.beliefs(by_step[step][1])) for step in wanted if step in by_step]
    return found[n].trace if n else _blank(tracks), _in_order(kept, stops)


def _walk_on(
    tracks: Tracks, keys: list[tuple[Settings, bytes]], wanted: list[int], settings: Settings
) -> dict[int, _Stood]:
    """Walk a single track to its end from the latest place remembered, and remember it after each ``wanted`` step."""
    trace, walker, begin = _blank(tracks), Walker(1, settings), 0
    for step in range(wanted[0], 0, -1):
        if (stood := _stood.get(keys[step])) is not None:
            walker, begin = stood.walker.copy(), step
            for name in Trace.__dataclass_fields__:
                getattr(trace, name)[:, :step] = getattr(stood.trace, name)
            break
    found = {}
    for step in range(begin, wanted[-1]):
        _step(walker, tracks, step, trace)
        if step + 1 in wanted:
            past = Trace(*(getattr(trace, name)[:, : step + 1].copy() for name in Trace.__dataclass_fields__))
            found[step + 1] = _Stood(walker.copy(), past)
            _stood.put(keys[step + 1], found[step + 1])
    return found


def _beginnings(tracks: Tracks, n: int) -> list[bytes]:
    """A digest of the first 0, 1, ... n readings of a single track."""
    digest = blake2b(digest_size=16)
    columns = (tracks.day, tracks.y[..., 0], tracks.y[..., 1], tracks.y[..., 2])
    rows = np.stack([column[0, :n] for column in (*columns, tracks.relative, tracks.floor, tracks.scan)], axis=1)
    found = [digest.digest()]
    for row in rows:
        digest.update(row.tobytes())
        found.append(digest.digest())
    return found


def _blank(tracks: Tracks) -> Trace:
    return Trace(*(np.full(tracks.day.shape, np.nan) for _ in range(7)))


def _step(walker: Walker, tracks: Tracks, step: int, trace: Trace) -> None:
    """Take in reading number ``step`` of every track that has one, and write down what is known after it."""
    now = slice(0, tracks.running(step)), step
    told = walker.take(tracks.day[now], tracks.y[now], tracks.relative[now], tracks.floor[now], tracks.scan[now])
    for name in Trace.__dataclass_fields__:
        getattr(trace, name)[now] = getattr(told, name)


def _own(thing: T) -> T:
    twin = copy(thing)
    twin.__dict__.update({name: value.copy() for name, value in vars(thing).items() if isinstance(value, np.ndarray)})
    return twin


def _by_step(stops: list[Stop]) -> dict[int, tuple[Ints, Ints]]:
    """For each number of readings: which stops stand there, and on which tracks."""
    found: dict[int, list[int]] = {}
    for k, stop in enumerate(stops):
        found.setdefault(stop.readings, []).append(k)
    return {n: (np.array(ks), np.array([stops[k].track for k in ks])) for n, ks in found.items()}


def _in_order(kept: list[tuple[Ints, Beliefs]], looks: int) -> Beliefs:
    """The beliefs gathered step by step, put in the order of the looks."""
    if not kept:
        return Beliefs(np.zeros((0, 0, 0)), np.zeros((6, 0, 0, 0)), np.zeros((0, 3)), np.zeros((0, 3)), np.zeros(0))
    first = kept[0][1]
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
