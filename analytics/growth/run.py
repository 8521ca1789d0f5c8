"""One pass over all tracks: what the bank believed after every reading, and its full state where a look stands."""

from dataclasses import dataclass

import numpy as np

from analytics.growth.bank import LEVEL, LEVEL_VAR, STILL, Bank
from analytics.growth.settings import Settings, error_grid
from analytics.growth.shape import Shape
from analytics.growth.tracks import Stop, Tracks
from analytics.series import Floats, Ints


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


def run(tracks: Tracks, stops: list[Stop], settings: Settings) -> tuple[Trace, Beliefs]:
    """Filter all tracks. Beliefs are in the order of ``stops``; a stop with no reading gets an empty place (NaN)."""
    shape_of = tracks.day.shape
    trace = Trace(*(np.full(shape_of, np.nan) for _ in range(7)))
    by_step = _by_step(stops)
    kept: list[tuple[Ints, Beliefs]] = []
    factors, _ = error_grid(settings)
    walk = np.where(tracks.scan > 0, settings.scan_walk, settings.walk)
    bank, shape, skipped = None, Shape(len(tracks.count), settings), np.zeros(len(tracks.count), dtype=bool)
    for step in range(shape_of[1]):
        n = tracks.running(step)
        shape.cut(n)
        level = None
        if bank is not None:
            bank.cut(n)
            level = bank.expected_level(tracks.day[:n, step])
            bank.pass_time(tracks.day[:n, step], walk[:n, step])
        reading = shape.fold(tracks.y[:n, step], level, tracks.relative[:n, step], tracks.floor[:n, step], factors)
        if bank is None or level is None:
            bank = Bank(reading.z, reading.variance, tracks.day[:n, step], tracks.scan[:n, step], settings)
            good, level, skip = np.ones(n), reading.z, np.zeros(n, dtype=bool)
        else:
            bank.state[LEVEL] += reading.shift
            level = level + reading.shift
            skip = (np.abs(reading.z - level) > settings.skip_size) & ~skipped[:n]
            usual = len(factors) // 2
            trace.spread[:n, step] = np.sqrt(bank.state[LEVEL_VAR, STILL, usual] + reading.variance[usual])
            good = bank.take(reading.z, reading.variance, reading.extra, skip)
        skipped = skip
        for field, value in zip(
            (trace.odds, trace.z, trace.level, trace.good, trace.bad_axis, trace.left_out),
            (bank.log_odds(), reading.z, level, good, reading.bad, skip),
            strict=True,
        ):
            field[:n, step] = value
        if step + 1 in by_step:
            kept.append(_beliefs(bank, shape, *by_step[step + 1]))
    return trace, _in_order(kept, len(stops))


def _by_step(stops: list[Stop]) -> dict[int, tuple[Ints, Ints]]:
    """For each number of readings: which stops stand there, and on which tracks."""
    found: dict[int, list[int]] = {}
    for k, stop in enumerate(stops):
        found.setdefault(stop.readings, []).append(k)
    return {n: (np.array(ks), np.array([stops[k].track for k in ks])) for n, ks in found.items()}


def _beliefs(bank: Bank, shape: Shape, places: Ints, tracks: Ints) -> tuple[Ints, Beliefs]:
    away = np.eye(3) - shape.leaned[tracks][:, None, :]
    offset_var = np.einsum("bai,bij,baj->ba", away, shape.cov[tracks], away)
    return places, Beliefs(bank.share[:, :, tracks], bank.state[..., tracks], shape.mean[tracks], offset_var, bank.now[tracks])


def _in_order(kept: list[tuple[Ints, Beliefs]], looks: int) -> Beliefs:
    """The beliefs gathered step by step, put in the order of the looks."""
    if not kept:
        return Beliefs(*(np.zeros((*lead, 0)) for lead in ((0, 0), (6, 0, 0))), *(np.zeros((0, 3)),) * 2, np.zeros(0))
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
