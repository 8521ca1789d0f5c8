"""Quantiles and tails of mixtures of Gaussians: components on the first axis, one mixture for each place of the rest."""

import numpy as np
from scipy.special import ndtr, ndtri

from analytics.series import Floats

HALVINGS = 18  # to a few millionths of the components' range
FEW, AT_ONCE = (
    8,
    3,
)  # for so few quantiles, so many halvings go in one round of calls: the calls cost more than the sums


def below(value: Floats | float, weight: Floats, mean: Floats, spread: Floats) -> Floats:
    """P(mixture < value) (...)."""
    return np.asarray(np.add.reduce(weight * ndtr((value - mean) / spread), axis=0))


def quantiles(levels: Floats, weight: Floats, mean: Floats, spread: Floats) -> Floats:
    """Quantiles (Q, ...) of mixtures given as (K, ...) arrays; weights add to 1."""
    wanted = levels.reshape(-1, *[1] * (mean.ndim - 1))
    each = mean[:, None] + ndtri(wanted) * spread[:, None]  # the mixture's lies among its components'
    low, high = each.min(axis=0), each.max(axis=0)
    weight, mean, spread = weight[:, None], mean[:, None], spread[:, None]
    if low.size <= FEW:
        return _few(wanted, weight, mean, spread, (low, high))
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        short = (weight * ndtr((middle - mean) / spread)).sum(axis=0) < wanted
        low, high = np.where(short, middle, low), np.where(short, high, middle)
    return np.asarray(0.5 * (low + high))


def _few(wanted: Floats, weight: Floats, mean: Floats, spread: Floats, ends: tuple[Floats, Floats]) -> Floats:
    """The same place between the ``ends``, found in fewer and larger steps."""
    low, part = ends[0], (ends[1] - ends[0]) / 2**AT_ONCE
    cuts = np.arange(1, 2**AT_ONCE).reshape(-1, *[1] * (weight.ndim))
    for _ in range(HALVINGS // AT_ONCE):
        short = np.add.reduce(weight * ndtr((low + cuts * part - mean) / spread), axis=1) < wanted
        low, part = low + np.add.reduce(short, axis=0) * part, part / 2**AT_ONCE
    return np.asarray(low + part * 2 ** (AT_ONCE - 1))


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
