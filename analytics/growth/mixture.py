"""Quantiles and tails of mixtures of Gaussians: components on the first axis, one mixture for each place of the rest."""

import numpy as np
from scipy.special import ndtr, ndtri

from analytics.series import Floats

HALVINGS = 18  # to a few millionths of the components' range


def below(value: Floats | float, weight: Floats, mean: Floats, spread: Floats) -> Floats:
    """P(mixture < value) (...)."""
    return np.asarray((weight * ndtr((value - mean) / spread)).sum(axis=0))


def quantiles(levels: Floats, weight: Floats, mean: Floats, spread: Floats) -> Floats:
    """Quantiles (Q, ...) of mixtures given as (K, ...) arrays; weights add to 1."""
    each = np.stack([mean + ndtri(level) * spread for level in levels])  # the mixture's lies among its components'
    low, high = each.min(axis=1), each.max(axis=1)
    wanted = levels.reshape(-1, *[1] * (low.ndim - 1))
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        short = (weight[:, None] * ndtr((middle - mean[:, None]) / spread[:, None])).sum(axis=0) < wanted
        low, high = np.where(short, middle, low), np.where(short, high, middle)
    return np.asarray(0.5 * (low + high))


def collapse(weight: Floats, mean: Floats, variance: Floats, axes: tuple[int, ...]) -> tuple[Floats, Floats, Floats]:
    """Weight, mean and variance of the one Gaussian that stands for a mixture summed over ``axes``."""
    total = weight.sum(axis=axes)
    safe = np.where(total > 0, total, 1.0)
    middle = (weight * mean).sum(axis=axes) / safe
    second = (weight * (variance + mean**2)).sum(axis=axes) / safe
    usual = variance.mean(axis=axes)  # stands in where nothing weighs anything
    return total, middle, np.where(total > 0, np.maximum(second - middle**2, 1e-12), usual)
