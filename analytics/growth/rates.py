"""How fast, how sure and since when: the bank's beliefs about the growth rate, told in plain numbers."""

from dataclasses import dataclass

import numpy as np

from analytics.growth.bank import BORN, DRIFT, FAST, RATE, RATE_VAR, STEADY
from analytics.growth.mixture import below, collapse, quantiles
from analytics.growth.run import Beliefs
from analytics.growth.settings import RAPID_RATE, Settings
from analytics.series import Floats

LIMITS = np.array([0.05, 0.5, 0.95])


@dataclass(frozen=True)
class Rates:
    """For L looks: ``limits`` (3, L) the 5, 50 and 95 % points of the rate a day; ``growing``, ``rapid``, ``fast`` (L,)
    probabilities that it is above 0, above the rapid rate, and that a fast story holds."""

    limits: Floats
    growing: Floats
    rapid: Floats
    fast: Floats


def rates_of(known: Beliefs, settings: Settings) -> Rates:
    """Fold the stories into one Gaussian each for still, step, drift, steady and every class of fast growth, and read that."""
    told, rate, vary = _told(known.weight, settings), known.state[RATE], known.state[RATE_VAR]
    shape = (-1, len(settings.fast_mean), *told.shape[1:])
    alone = collapse(told[:FAST], rate[:FAST], vary[:FAST], (1,))
    fast = collapse(told[FAST:].reshape(shape), rate[FAST:].reshape(shape), vary[FAST:].reshape(shape), (0, 2))
    weight, mean, variance = (np.concatenate(two) for two in zip(alone, fast, strict=True))
    spread = np.sqrt(variance)
    return Rates(
        limits=quantiles(LIMITS, weight, mean, spread),
        growing=1.0 - below(0.0, weight, mean, spread),
        rapid=1.0 - below(RAPID_RATE, weight, mean, spread),
        fast=known.weight[FAST:].sum(axis=(0, 1)),
    )


def _told(share: Floats, settings: Settings) -> Floats:
    """Weights (C, S, L) of the stories when a rate is told, adding to 1: the steady one counts, a drift counts less."""
    told = share.copy()
    told[STEADY] *= settings.steady_told / settings.steady_share
    told[DRIFT] *= settings.drift_told
    return np.asarray(told / told.sum(axis=(0, 1)))


def onset(known: Beliefs) -> Floats:
    """The 5, 50 and 95 % points (3, L) of the day of onset, over the fast stories."""
    looks = known.day.shape[0]
    weight = known.weight[FAST:].reshape(-1, looks)
    born = known.state[BORN, FAST:].reshape(-1, looks)
    order = np.argsort(born, axis=0)
    climbing = np.cumsum(np.take_along_axis(weight, order, axis=0), axis=0)
    total = np.maximum(climbing[-1], 1e-300)
    picked = [np.argmax(climbing >= level * total, axis=0) for level in LIMITS]
    places = np.stack(picked)
    return np.asarray(np.take_along_axis(np.take_along_axis(born, order, axis=0), places, axis=0))
