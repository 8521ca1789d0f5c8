"""What a reading says once the lump's shape is known: three axes folded into one size.

Length, width and depth of a lump grow together, so the differences between their logarithms hold still whatever the
size does. They are learnt apart from growth, by a small Gaussian over the three offsets.
"""

from dataclasses import dataclass

import numpy as np

from analytics.growth.settings import Settings
from analytics.series import Flags, Floats


@dataclass(frozen=True)
class Reading:
    """One reading of every track as one number: S is the grid over the person's own error, B the tracks.

    ``z`` (B,) ln size; ``variance`` (S, B) of it; ``extra`` (S, B) log evidence the axes' agreement gives on the error;
    ``shift`` (B,) by which sizes known before must move, now that the shape is known better; ``bad`` (B,) probability
    that one axis slipped.
    """

    z: Floats
    variance: Floats
    extra: Floats
    shift: Floats
    bad: Floats


class Shape:
    """Offsets of the axes: ``mean`` (B, 3), ``cov`` (B, 3, 3); ``leaned`` (B, 3) how much the size so far rests on each."""

    def __init__(self, tracks: int, settings: Settings) -> None:
        self.s = settings
        mean = np.array(settings.shape_mean)
        precision = np.diag(np.array(settings.shape_spread) ** -2.0)
        self.precision = np.tile(precision, (tracks, 1, 1))
        self.info = np.tile(precision @ mean, (tracks, 1))
        self.mean = np.tile(mean, (tracks, 1))
        self.cov = np.linalg.inv(self.precision)
        self.leaned = np.zeros((tracks, 3))
        self.seen = np.zeros(tracks)

    def cut(self, tracks: int) -> None:
        """Keep the first ``tracks`` tracks only."""
        for name in ("precision", "info", "mean", "cov", "leaned", "seen"):
            setattr(self, name, getattr(self, name)[:tracks])

    def fold(self, y: Floats, level: Floats | None, errors: tuple[Floats, Floats, Floats], factors: Floats) -> Reading:
        """Learn from one reading ``y`` (B, 3) and fold it; ``level`` (B,) is the ln size expected (None: the
        first), ``errors`` the reading's relative error, floor in mm and session error (B,) each."""
        relative, floor, session = errors
        there = np.isfinite(y)
        share = there / there.sum(axis=1)[:, None]
        y = np.where(there, y, 0.0)
        if level is None:
            level = (share * (y - self.mean)).sum(axis=1)
        floors = (floor[:, None] / np.exp(level[:, None] + self.mean)) ** 2
        variance = (factors[:, None, None] * relative[:, None]) ** 2 + floors
        extra, bad = self._compare(y, there, variance, relative[:, None] ** 2 + floors)
        before, self.cov = self.mean, np.linalg.inv(self.precision)
        self.mean = np.einsum("bij,bj->bi", self.cov, self.info)
        shift = -(self.leaned * (self.mean - before)).sum(axis=1)
        tilt = share - self.leaned if self.seen.any() else np.zeros_like(share)
        unsure = np.einsum("bi,bij,bj->b", tilt, self.cov, tilt)
        slipped = bad * (self.s.slip_size * share.max(axis=1)) ** 2
        total = (variance * share**2).sum(axis=2) + session**2 + unsure + slipped
        self._lean(share)
        return Reading((share * (y - self.mean)).sum(axis=1), total, extra, shift, bad)

    def _lean(self, share: Floats) -> None:
        weight = np.maximum(1.0 / (self.seen + 1.0), self.s.lean)
        self.leaned = self.leaned + weight[:, None] * (share - self.leaned)
        self.seen = self.seen + 1.0

    def _compare(self, y: Floats, there: Flags, variance: Floats, usual: Floats) -> tuple[Floats, Floats]:
        """Each axis against the mean of those before it: evidence on the error (S, B), probability of a slip (B,)."""
        total, used, count = np.zeros(len(y)), np.zeros_like(y), np.zeros(len(y))
        extra, bad = np.zeros(variance.shape[:2]), np.zeros(len(y))
        for axis in range(y.shape[1]):
            use = there[:, axis] & (count > 0)
            if use.any():
                contrast = -used / np.maximum(count, 1.0)[:, None]
                contrast[:, axis] = 1.0
                value = (contrast * y).sum(axis=1)
                unsure = np.einsum("bi,bij,bj->b", contrast, self.cov, contrast)
                off = value - (contrast * self.mean).sum(axis=1)
                noise = (variance * contrast**2).sum(axis=2)
                evidence, _ = self._mixture(off, noise + unsure)
                plain = (usual * contrast**2).sum(axis=1)
                _, good = self._mixture(off, plain + unsure)
                extra += np.where(use, evidence, 0.0)
                bad = np.maximum(bad, np.where(use, 1.0 - good, 0.0))
                gain = np.where(use, good / plain, 0.0)
                self.precision = self.precision + gain[:, None, None] * contrast[:, :, None] * contrast[:, None, :]
                self.info = self.info + (gain * value)[:, None] * contrast
            total, count = total + there[:, axis], count + there[:, axis]
            used[:, axis] = there[:, axis]
        return extra, bad

    def _mixture(self, off: Floats, variance: Floats) -> tuple[Floats, Floats]:
        """Log density of ``off`` under error or slip, and the probability that it was no slip."""
        wide = variance + self.s.slip_size**2
        plain = (1.0 - self.s.axis_slip_share) * np.exp(-0.5 * off**2 / variance) / np.sqrt(variance)
        slip = self.s.axis_slip_share * np.exp(-0.5 * off**2 / wide) / np.sqrt(wide) + 1e-300
        return np.log(plain + slip), plain / (plain + slip)
