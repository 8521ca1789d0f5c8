"""What a reading says once the lump's shape is known: three axes folded into one size.

Length, width and depth of a lump grow together, so the differences between their logarithms hold still whatever the
size does. They are learnt apart from growth, by a small Gaussian over the three offsets.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from analytics.growth.settings import Settings, error_grid
from analytics.noise import SESSION
from analytics.series import Floats

SIZE = 2  # of a Sight's three rows: width against length, depth against both, and the size itself


class Sight(NamedTuple):
    """One reading of B tracks by itself, or N of them with one more axis in front: all that needs no memory of the lump.

    ``day``, ``scan`` (B,) as in Tracks; ``walk`` (B,) of the level until it, a root day. Three sums over the axes are
    looked at: width over length, depth over both, and the size. ``row`` (3, 3, B) the weight of each axis in each, 0 where
    it was not recorded; ``squares`` its squares; ``value`` (3, B) each sum of ln mm; ``noise`` (3, S, B) its variance, but
    for the floor; ``floor`` (B,) in mm, squared; ``use`` (2, B) 1 where the axes can be compared; ``slip`` (B,) variance of
    the size where one axis slipped.
    """

    day: Floats
    scan: Floats
    walk: Floats
    row: Floats
    squares: Floats
    value: Floats
    noise: Floats
    floor: Floats
    use: Floats
    slip: Floats

    def at(self, step: int, tracks: int) -> "Sight":
        """Reading number ``step`` of several, of the first tracks alone."""
        return Sight(*[part[step, ..., :tracks] for part in self])


def sights(day: Floats, y: Floats, relative: Floats, floor: Floats, scan: Floats, settings: Settings) -> Sight:
    """N readings at once: ``y`` (N, 3, B) ln mm, NaN = not recorded; the others (N, B) as in Tracks."""
    recorded = np.isfinite(y)
    there = recorded.astype(np.float64)
    counts = np.cumsum(there, axis=1)  # of the axes up to each
    use = there[:, 1:] * (counts[:, :2] > 0)
    row = np.zeros((len(y), 3, *y.shape[1:]))
    row[:, 0, 0] = -use[:, 0]
    row[:, 1, :2] = -there[:, :2] * (use[:, 1] / np.maximum(counts[:, 1], 1.0))[:, None]
    row[:, 0, 1], row[:, 1, 2] = use[:, 0], use[:, 1]
    row[:, SIZE] = there / np.maximum(counts[:, 2:], 1.0)
    squares = row * row
    factors, _ = error_grid(settings)
    own = np.add.reduce(squares, axis=2) * (relative * relative)[:, None]
    own[:, :SIZE] += 1.0 - use  # any variance will do where there is nothing to compare
    noise = (factors * factors)[:, None] * own[:, :, None]
    scanned = scan > 0
    noise[:, SIZE] += np.where(scanned, settings.scan_session**2, SESSION**2)[:, None]
    slip = (settings.slip_size * np.maximum.reduce(row[:, SIZE], axis=1)) ** 2
    walk = np.where(scanned, settings.scan_walk, settings.walk)
    value = np.add.reduce(row * np.where(recorded, y, 0.0)[:, None], axis=2)
    return Sight(day, scan, walk, row, squares, value, noise, floor * floor, use, slip)


@dataclass(frozen=True)
class Reading:
    """One reading of every track as one number: S is the grid over the person's own error, B the tracks.

    ``z`` (B,) ln size; ``variance`` (S, B) of it; ``extra`` (S, B) log evidence the axes' agreement gives on the error;
    ``shift`` (B,) by which sizes known before must move, now that the shape is known better; ``bad`` (B,) probability
    that one axis slipped. ``extra`` and ``shift`` are None where no two axes were compared: all 0.
    """

    z: Floats
    variance: Floats
    extra: Floats | None
    shift: Floats | None
    bad: Floats


class Shape:
    """Offsets of the axes: ``mean`` (3, B), ``cov`` (3, 3, B); ``leaned`` (3, B) how much the size so far rests on each."""

    def __init__(self, tracks: int, settings: Settings) -> None:
        self.s = settings
        self.usual = len(settings.error_steps) // 2
        self.mean = np.repeat(np.array(settings.shape_mean)[:, None], tracks, axis=1)
        self.cov = np.repeat(np.diag(np.array(settings.shape_spread) ** 2.0)[:, :, None], tracks, axis=2)
        self.leaned = np.zeros((3, tracks))
        self.seen = 0
        share = settings.axis_slip_share
        self.shares = np.array([1.0 - share, share])[:, None, None]
        self.slips = np.array([0.0, settings.slip_size**2])[:, None, None]

    def cut(self, tracks: int) -> None:
        """Keep the first ``tracks`` tracks only."""
        for name in ("mean", "cov", "leaned"):
            setattr(self, name, np.ascontiguousarray(getattr(self, name)[..., :tracks]))

    def fold(self, sight: Sight, level: Floats | None) -> Reading:
        """Learn from one reading and fold it; ``level`` (B,) is the ln size expected (None: the first)."""
        share = sight.row[SIZE]
        off = sight.value - np.add.reduce(sight.row * self.mean, axis=1)
        if level is None:
            level = off[SIZE]
        floors = sight.floor * np.exp(-2.0 * (level + self.mean))
        noise = sight.noise + np.add.reduce(sight.squares * floors, axis=1)[:, None]
        z, total, extra, shift, bad = off[SIZE], noise[SIZE], None, None, np.zeros(len(level))
        if sight.use.any():
            before = self.mean
            extra, bad = self._compare(sight, off, noise)
            shift = -np.add.reduce(self.leaned * (self.mean - before), axis=0)
            z = sight.value[SIZE] - np.add.reduce(share * self.mean, axis=0)
            total = total + bad * sight.slip
        tilt = share - self.leaned
        if self.seen:
            total = total + np.add.reduce(tilt * np.add.reduce(self.cov * tilt, axis=1), axis=0)
        self.leaned = self.leaned + max(1.0 / (self.seen + 1), self.s.lean) * tilt
        self.seen += 1
        return Reading(z, total, extra, shift, bad)

    def _compare(self, sight: Sight, off: Floats, noise: Floats) -> tuple[Floats, Floats]:
        """Each axis against the mean of those before it: evidence on the error (S, B), probability of a slip (B,).

        Both comparisons are weighed by the shape known before the reading; only then is it learnt from them, one by one.
        """
        cov, extra, bad = self.cov, np.zeros(noise.shape[1:]), np.zeros(noise.shape[2])
        for k in (0, 1):
            use = sight.use[k]
            if not use.any():
                continue
            contrast = sight.row[k]
            unsure = np.add.reduce(contrast * np.add.reduce(cov * contrast, axis=1), axis=0)
            evidence, good = self._mixture(off[k], noise[k] + unsure)
            extra += use * evidence
            bad = np.maximum(bad, use * (1.0 - good))
            self._learn(contrast, sight.value[k], good / noise[k, self.usual])
        return extra, bad

    def _learn(self, contrast: Floats, value: Floats, precision: Floats) -> None:
        """One measured difference of the offsets (B,) with this precision (B,)."""
        along = np.add.reduce(self.cov * contrast, axis=1)
        pull = along * (precision / (1.0 + precision * np.add.reduce(contrast * along, axis=0)))
        self.mean = self.mean + pull * (value - np.add.reduce(contrast * self.mean, axis=0))
        self.cov = self.cov - pull[:, None] * along

    def _mixture(self, off: Floats, variance: Floats) -> tuple[Floats, Floats]:
        """Log density (S, B) of ``off`` (B,) under error or slip, and (B,) the probability, by the usual error, that it
        was no slip."""
        either = variance + self.slips
        plain, slip = self.shares * np.exp(-0.5 * off * off / either) / np.sqrt(either)
        either = plain + (slip + 1e-300)
        return np.log(either), plain[self.usual] / either[self.usual]
