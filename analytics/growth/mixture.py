"""Quantiles and tails of mixtures of Gaussians: components on the first axis, one mixture for each place of the rest."""

from math import erfc, sqrt

import numpy as np

from analytics.series import Floats

ROOT_2 = sqrt(2.0)
HALVINGS = 18  # to a few millionths of the components' range
FEW = 32  # components of all quantiles, below which numbers are quicker than arrays of so few


def below(value: Floats | float, weight: Floats, mean: Floats, spread: Floats) -> Floats:
    """P(mixture < value) (...)."""
    from scipy.special import ndtr  # late: it takes 10 MB, of which a worker that waits needs nothing

    return np.asarray(np.add.reduce(weight * ndtr((value - mean) / spread), axis=0))


def quantiles(levels: Floats, weight: Floats, mean: Floats, spread: Floats) -> Floats:
    """Quantiles (Q, ...) of mixtures given as (K, ...) arrays; weights add to 1."""
    from scipy.special import ndtr, ndtri

    wanted = levels.reshape(-1, *[1] * (mean.ndim - 1))
    each = mean[:, None] + ndtri(wanted) * spread[:, None]  # the mixture's lies among its components'
    low, high = each.min(axis=0), each.max(axis=0)
    if each.size <= FEW and low[0].size == 1:
        ends, parts = (low.ravel(), high.ravel()), (weight.ravel(), mean.ravel(), spread.ravel())
        return np.array(_one_by_one(levels, ends, parts)).reshape(low.shape)
    weight, mean, spread = weight[:, None], mean[:, None], spread[:, None]
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        short = (weight * ndtr((middle - mean) / spread)).sum(axis=0) < wanted
        low, high = np.where(short, middle, low), np.where(short, high, middle)
    return np.asarray(0.5 * (low + high))


def _one_by_one(levels: Floats, ends: tuple[Floats, Floats], parts: tuple[Floats, Floats, Floats]) -> list[float]:
    """The same for one mixture: ``parts`` are its weights, means and spreads (K,), ``ends`` (Q,) lie about each quantile."""
    weight, mean, spread = (part.tolist() for part in parts)
    # P(x < value) is half of erfc((mean - value) / (spread * sqrt(2)))
    terms = [(w, m / (s * ROOT_2), 1.0 / (s * ROOT_2)) for w, m, s in zip(weight, mean, spread, strict=True)]
    found = []
    for level, least, most in zip(levels.tolist(), ends[0].tolist(), ends[1].tolist(), strict=True):
        low, high = least, most
        for _ in range(HALVINGS):
            middle = 0.5 * (low + high)
            if sum([w * erfc(at - middle * by) for w, at, by in terms]) < 2.0 * level:
                low = middle
            else:
                high = middle
        found.append(0.5 * (low + high))
    return found


def collapse(weight: Floats, mean: Floats, variance: Floats, axes: tuple[int, ...]) -> tuple[Floats, Floats, Floats]:
    """Weight, mean and variance of the one Gaussian that stands for a mixture summed over ``axes``."""
    total = weight.sum(axis=axes)
    safe = np.where(total > 0, total, 1.0)
    middle = (weight * mean).sum(axis=axes) / safe
    second = (weight * (variance + mean**2)).sum(axis=axes) / safe
    found = np.maximum(second - middle**2, 1e-12)
    if not total.all():
        found = np.where(total > 0, found, variance.mean(axis=axes))  # stands in where nothing weighs anything
    return total, middle, found
