"""The likely true size of one axis, day by day, for a plot: looking back with all that is known now, and ahead."""

from collections.abc import Sequence

import numpy as np

from analytics.growth.bank import BORN, FAST, LEVEL, LEVEL_VAR, RATE, RATE_VAR
from analytics.growth.result import BandPoint
from analytics.growth.run import Beliefs, Trace, run
from analytics.growth.settings import SETTINGS, Settings
from analytics.growth.tracks import Tracks, lay
from analytics.series import AXES, Floats, Series

LIMIT = 1.645  # 90 % limits


def band(
    series: Series, days: Sequence[float], *, axis: str = "length", settings: Settings = SETTINGS
) -> list[BandPoint]:
    """The likely true size in mm of ``axis`` on each of ``days``: middle and 90 % limits.

    Empty where the last segment has no reading of that axis. Days before the first reading stand at its level.
    """
    tracks, stops = lay([series], settings)
    column = AXES.index(axis)
    if not stops[0].readings or not np.isfinite(tracks.y[0, :, column]).any():
        return []
    trace, known = run(tracks, stops, settings)
    wanted = np.asarray(days, dtype=np.float64)
    mean, variance = _smoothed(tracks, trace, known, wanted, settings)
    middle = mean + known.offset[0, column]
    spread = LIMIT * np.sqrt(variance + known.offset_var[0, column])
    ends = np.exp(np.stack([middle - spread, middle, middle + spread], axis=1))
    return [BandPoint(float(day), *map(float, three)) for day, three in zip(wanted, ends, strict=True)]


def _growth_by(known: Beliefs, days: Floats) -> tuple[Floats, Floats]:
    """Growth of ln size from each day to the look, expected over the stories, and its variance (negative days ahead)."""
    weight = known.weight[..., 0].reshape(-1, 1)
    rate, spread = known.state[RATE, ..., 0].reshape(-1, 1), known.state[RATE_VAR, ..., 0].reshape(-1, 1)
    since = known.state[BORN, ..., 0].reshape(-1, 1)
    growing = np.zeros(known.weight.shape[:2], dtype=bool)
    growing[FAST:] = True
    begin = np.where(growing.reshape(-1, 1), since, -np.inf)
    span = known.day[0] - np.maximum(days, begin)
    mean = (weight * rate * span).sum(axis=0)
    second = (weight * (spread + rate**2) * span**2).sum(axis=0)
    return mean, np.maximum(second - mean**2, 0.0)


def _smoothed(tracks: Tracks, trace: Trace, known: Beliefs, days: Floats, settings: Settings) -> tuple[Floats, Floats]:
    """Mean and variance of ln size on each day: a local level smoothed both ways, with the growth taken out first."""
    n = int(tracks.count[0])
    at, z = tracks.day[0, :n], trace.z[0, :n]
    weight = known.weight[..., 0]
    level = float((weight * known.state[LEVEL, ..., 0]).sum())
    level_var = float((weight * (known.state[LEVEL_VAR, ..., 0] + (known.state[LEVEL, ..., 0] - level) ** 2)).sum())
    back, _ = _growth_by(known, at)
    flat = z + back  # every reading as if read at the look
    noise = np.nan_to_num(trace.spread[0, :n], nan=float(np.nanmedian(trace.spread[0, :n])) if n > 1 else 0.15) ** 2
    trusted = np.clip(trace.good[0, :n] * (1.0 - trace.left_out[0, :n]), 1e-6, 1.0)
    noise = noise / trusted
    walk = np.where(tracks.scan[0, :n] > 0, settings.scan_walk, settings.walk) ** 2
    spent = np.concatenate([[0.0], np.cumsum(walk[1:] * np.diff(at))])
    clock = np.interp(days, at, spent) + walk[-1] * np.maximum(days - at[-1], 0.0)
    covariance = np.minimum(spent[:, None], spent[None, :])
    cross = np.minimum(np.clip(clock, 0.0, spent[-1])[:, None], spent[None, :])
    vague = 1.0  # the level at the first reading is free
    solve = np.linalg.inv(covariance + vague + np.diag(noise))
    mean = level + (cross + vague) @ solve @ (flat - level)
    variance = np.maximum(clock + vague - np.einsum("ij,jk,ik->i", cross + vague, solve, cross + vague), 1e-8)
    ahead, growth_var = _growth_by(known, days)
    later = days > at[-1]
    # behind the last reading the readings themselves tied the size down; how sure the growth is matters only ahead
    return np.where(later, level, mean) - ahead, np.where(later, level_var + clock - spent[-1] + growth_var, variance)
