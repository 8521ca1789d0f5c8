"""What the next reading may be: predictive intervals per axis."""

from collections.abc import Sequence

import numpy as np

from analytics.growth.bank import COVARIANCE, DRIFT, FAST, LEVEL, LEVEL_VAR, RATE, RATE_VAR, STILL
from analytics.growth.mixture import collapse, quantiles
from analytics.growth.result import LEVELS, Interval
from analytics.growth.run import Beliefs
from analytics.growth.settings import Settings, error_grid
from analytics.growth.tracks import method_errors
from analytics.noise import SESSION
from analytics.series import Flags, Floats

GROUPS = (slice(STILL, DRIFT), slice(DRIFT, FAST), slice(FAST, None))  # still or stepped, drifting, growing fast
SENSIBLE = (np.log(0.1), np.log(5_000.0))  # a forecast far ahead must still be a number
TAILS = np.array([tail for _, level in LEVELS for tail in (0.5 - level / 2, 0.5 + level / 2)])


def intervals(
    known: Beliefs, days: Floats, methods: Sequence[str | None], own: Floats, settings: Settings
) -> list[list[dict[str, Interval]]]:
    """For each of L looks and each of the three axes: the intervals of a reading on ``days`` (L,) by ``methods`` (L),
    whose relative error is ``own`` (L,) times the usual."""
    relative, floor, scanned = method_errors(methods, settings)
    relative = relative * own
    scan = scanned > 0
    weight, mean, variance = _ahead(known, np.maximum(days - known.day, 0.0), scan, settings)
    factors, _ = error_grid(settings)
    slip = np.where(scan, settings.scan_slip_share, settings.slip_share)
    session = np.where(scan, settings.scan_session, SESSION)
    slip_size = np.where(scan, settings.scan_slip_size, settings.slip_size)
    weights = np.concatenate([weight * (1.0 - slip), weight * slip])
    found = []
    for axis in range(known.offset.shape[1]):
        middle = mean + known.offset[:, axis]
        size = np.exp((weight * middle).sum(axis=(0, 1)))
        noise = (factors[:, None] * relative) ** 2 + (floor / size) ** 2 + session**2
        plain = variance + known.offset_var[:, axis] + noise
        spread = np.sqrt(np.concatenate([plain, plain + slip_size**2]))
        flat = [part.reshape(-1, part.shape[-1]) for part in (weights, np.concatenate([middle, middle]), spread)]
        found.append(np.exp(np.clip(quantiles(TAILS, *flat), *SENSIBLE)))
    return [[_named(found[axis][:, look]) for axis in range(len(found))] for look in range(len(days))]


def _ahead(known: Beliefs, days: Floats, scan: Flags, settings: Settings) -> tuple[Floats, Floats, Floats]:
    """Weight, mean and variance (groups, S, L) of the true ln size after ``days``."""
    state, walk = known.state, np.where(scan, settings.scan_walk, settings.walk)
    mean = state[LEVEL] + days * state[RATE]
    variance = state[LEVEL_VAR] + days * (2.0 * state[COVARIANCE] + days * state[RATE_VAR] + walk**2)
    parts = [collapse(known.weight[group], mean[group], variance[group], (0,)) for group in GROUPS]
    weight, middle, spread = (np.stack(column) for column in zip(*parts, strict=True))
    return weight, middle, spread


def _named(ends: Floats) -> dict[str, Interval]:
    return {name: (float(ends[2 * k]), float(ends[2 * k + 1])) for k, (name, _) in enumerate(LEVELS)}
