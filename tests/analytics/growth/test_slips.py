"""Slips are doubted, not trended."""

import numpy as np
import pytest

from analytics.growth import Doubt, look
from analytics.series import series_of

WEEKS = np.arange(10) * 7.0


def flat(at: int | None = None, value: float = 20.0) -> list[list[float]]:
    """Ten readings of about 20 mm, one of them another value."""
    mm = [[20.0 + 0.5 * (-1) ** k] for k in range(10)]
    if at is not None:
        mm[at] = [value]
    return mm


@pytest.mark.parametrize(
    ("value", "why"),
    [(200.0, "ten_times"), (2.0, "ten_times"), (0.8, "inches"), (508.0, "inches"), (30.0, "jump"), (13.0, "jump")],
)
def test_a_slip_is_doubted_and_makes_no_trend(value: float, why: str) -> None:
    growth, clean = look(series_of(WEEKS, flat(5, value))), look(series_of(WEEKS, flat()))
    assert growth.doubted == (Doubt(5, why),)
    assert not growth.rapid
    assert growth.percent_per_month == pytest.approx(clean.percent_per_month, abs=1.0)


@pytest.mark.parametrize("value", [13.0, 29.0])
def test_a_first_reading_that_slipped_is_no_growth(value: float) -> None:
    growth = look(series_of(WEEKS, flat(0, value)))
    assert not growth.rapid
    assert growth.doubted == (Doubt(0, "jump"),)


def test_the_newest_reading_can_be_doubted() -> None:
    growth = look(series_of(WEEKS, flat(9, 31.0)))
    assert growth.doubted == (Doubt(9, "jump"),)
    assert not growth.rapid


def test_one_axis_that_slipped_is_named() -> None:
    mm = [[20.0, 16.0 + 0.3 * (-1) ** k] for k in range(10)]
    mm[6] = [20.0, 30.0]
    assert look(series_of(WEEKS, mm)).doubted == (Doubt(6, "axis"),)


def test_a_step_to_a_new_level_is_cleared_once_others_agree() -> None:
    mm = [[20.0]] * 8 + [[30.0]] * 8
    growth = look(series_of(np.arange(16) * 7.0, mm))
    assert growth.doubted == ()
    assert not growth.slow


def test_places_are_those_of_the_series_given() -> None:
    mm: list[list[float | None]] = [[*row] for row in flat()]
    mm.insert(2, [None])
    mm[6] = [200.0]
    growth = look(series_of(np.arange(11) * 7.0, mm))
    assert growth.doubted == (Doubt(6, "ten_times"),)


def test_honest_lumps_are_seldom_doubted() -> None:
    rng = np.random.default_rng(8)
    doubts = sum(
        len(look(series_of(np.arange(20) * 7.0, np.round(20 * np.exp(rng.normal(0, 0.07, (20, 2))), 1))).doubted)
        for _ in range(20)
    )
    assert doubts <= 8  # of 400 readings
