"""The bank against the same sums done the slow way."""

from dataclasses import replace

import numpy as np
import pytest

from analytics.growth.bank import COVARIANCE, FAST, LEVEL, LEVEL_VAR, RATE, RATE_VAR, STILL, join_two, merge
from analytics.growth.mixture import below, collapse, quantiles
from analytics.growth.run import Walker
from analytics.growth.settings import SETTINGS

PLAIN = replace(
    SETTINGS,
    error_steps=(0.0,),
    slip_share=1e-12,
    step_share=1e-12,
    drift_share=1e-12,
    onset_hazard=1e-12,
    stop_hazard=1e-12,
    settling_share=1e-12,
    step_settles=1e-12,
    drift_settles=1e-12,
)
BIG = np.log(400.0)  # mm, so that the error's floor hardly counts
RELATIVE = 0.07


def walked(day: np.ndarray, y: np.ndarray) -> Walker:
    walker = Walker(1, PLAIN)
    for at, value in zip(day, y, strict=True):
        one = np.ones(1)
        walker.take(np.array([at]), np.array([[value, np.nan, np.nan]]), RELATIVE * one, one, 0.0 * one)
    return walker


@pytest.mark.parametrize(("story", "mean", "spread"), [(STILL, 0.0, SETTINGS.still_spread), (FAST, 0.0026, 0.0006)])
def test_a_story_is_the_exact_gaussian_posterior(story: int, mean: float, spread: float) -> None:
    rng = np.random.default_rng(4)
    day = np.cumsum(rng.integers(2, 15, 12)).astype(float)
    y = BIG + 0.001 * (day - day[0]) + rng.normal(0, 0.07, 12)
    state = walked(day, y)
    assert state.bank is not None
    got = state.bank.state[:, story, 0, 0]
    since = day - day[0]
    noise = RELATIVE**2 + 0.03**2 + (1.0 / 400.0) ** 2
    walk = SETTINGS.walk**2 * np.minimum(since[:, None], since[None, :])
    prior = 1e4 + walk + spread**2 * np.outer(since, since)  # a free level, a walk, a rate
    gain = np.linalg.solve(prior + noise * np.eye(12), np.stack([prior[:, -1], spread**2 * since], axis=1))
    off = y - BIG - mean * since
    assert got[LEVEL] == pytest.approx(BIG + mean * since[-1] + gain[:, 0] @ off, abs=2e-4)
    assert got[RATE] == pytest.approx(mean + gain[:, 1] @ off, abs=1e-5)
    assert got[LEVEL_VAR] == pytest.approx(prior[-1, -1] - gain[:, 0] @ prior[:, -1], rel=0.01)
    assert got[COVARIANCE] == pytest.approx(spread**2 * since[-1] - gain[:, 1] @ prior[:, -1], rel=0.02, abs=1e-9)
    assert got[RATE_VAR] == pytest.approx(spread**2 - spread**2 * since @ gain[:, 1], rel=0.01)


def test_weights_are_the_likelihoods() -> None:
    rng = np.random.default_rng(5)
    day = np.arange(10) * 7.0
    y = BIG + 0.003 * day + rng.normal(0, 0.07, 10)
    bank = walked(day, y).bank
    assert bank is not None
    noise = RELATIVE**2 + 0.03**2 + (1.0 / 400.0) ** 2
    logs = []
    for mean, spread in ((0.0, SETTINGS.still_spread), (0.0026, 0.0006)):
        cov = (
            1e2 + SETTINGS.walk**2 * np.minimum(day[:, None], day) + spread**2 * np.outer(day, day) + noise * np.eye(10)
        )
        off = y - BIG - mean * day
        logs.append(-0.5 * (off @ np.linalg.solve(cov, off) + np.linalg.slogdet(cov)[1]))
    first = np.log(SETTINGS.start_share * SETTINGS.fast_share[0] / (1 - SETTINGS.start_share - SETTINGS.drift_start))
    got = bank.weight[FAST, 0, 0] - bank.weight[STILL, 0, 0]
    assert got == pytest.approx(logs[1] - logs[0] + first, abs=0.02)


def test_merging_keeps_mean_and_variance() -> None:
    states = [np.zeros((6, 1)) for _ in range(2)]
    states[0][[LEVEL, LEVEL_VAR], 0] = 1.0, 0.5
    states[1][[LEVEL, LEVEL_VAR], 0] = 3.0, 0.1
    weight, out = merge(np.array([[0.75], [0.25]]), np.stack(states, axis=1))
    assert weight[0] == pytest.approx(1.0)
    assert out[LEVEL, 0] == pytest.approx(1.5)
    assert out[LEVEL_VAR, 0] == pytest.approx(0.75 * 0.5 + 0.25 * 0.1 + 0.75 * 0.25 + 0.25 * 2.25)


def test_two_are_merged_like_several() -> None:
    rng = np.random.default_rng(3)
    weights, states = rng.random((2, 4)), rng.normal(0.0, 1.0, (6, 2, 4))
    several = merge(weights, states)
    two = join_two((weights[0], weights[1]), (states[:, 0], states[:, 1]))
    for one, other in zip(two, several, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-12)


def test_quantiles_undo_the_distribution() -> None:
    rng = np.random.default_rng(1)
    weight = rng.dirichlet(np.ones(4), 7).T
    mean, spread = rng.normal(0, 2, (4, 7)), rng.uniform(0.1, 2, (4, 7))
    levels = np.array([0.025, 0.5, 0.9])
    for level, value in zip(levels, quantiles(levels, weight, mean, spread), strict=True):
        np.testing.assert_allclose(below(value, weight, mean, spread), level, atol=1e-4)
    total, middle, variance = collapse(weight, mean, spread**2, (0,))
    np.testing.assert_allclose(total, 1.0)
    np.testing.assert_allclose(middle, (weight * mean).sum(axis=0))
    np.testing.assert_allclose(variance, (weight * (spread**2 + mean**2)).sum(axis=0) - middle**2)
