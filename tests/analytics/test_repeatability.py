"""What several readings in a row tell of a person's error: on made-up people whose error is known."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from analytics.growth import look
from analytics.growth.settings import SETTINGS
from analytics.noise import METHOD_ERRORS, SESSION
from analytics.repeatability import Trial, own_errors
from analytics.series import series_of

AT = datetime(2026, 1, 10, tzinfo=UTC)


def reads(rng: np.random.Generator, factor: float, count: int = 4, mm: float = 25.0, method: str = "ruler") -> Trial:
    """One set of somebody whose relative error is `factor` times the method's, in whole mm."""
    error = METHOD_ERRORS[method]
    sd = np.hypot(factor * error.relative, error.absolute_mm / mm)
    return Trial(method, True, tuple(float(max(1, round(mm * np.exp(x)))) for x in rng.normal(0, sd, count)), AT)


def test_nothing_without_a_set_of_ones_own() -> None:
    assert own_errors([]) == []
    assert own_errors([Trial("ruler", False, (20.0, 21.0), AT)]) == []


def test_four_readings_make_nobody_overconfident() -> None:
    """Not four equal ones, not a hundred sets of them; nor does one slip make a bad measurer."""
    four = own_errors([Trial("ruler", True, (20.0,) * 4, AT)])[0]
    many = own_errors([Trial("ruler", True, (20.0,) * 10, AT)] * 40)[0]
    slip = own_errors([Trial("ruler", True, (20.0, 20.0, 20.0, 32.0), AT)])[0]
    assert 0.85 < four.factor < 1.0 and four.high / four.low > 1.5
    assert 0.6 < many.factor < four.factor
    assert 0.8 < slip.factor < 1.2


def test_it_finds_the_error_of_made_up_people_better_than_the_usual_figure_does() -> None:
    rng = np.random.default_rng(5)
    truth = np.exp(rng.normal(0, SETTINGS.error_spread, 300))
    for sets, at_most in ((1, 1.0), (3, 0.9), (10, 0.72)):
        found = [own_errors([reads(rng, k, mm=40) for _ in range(sets)])[0].factor for k in truth]
        miss = np.sqrt(np.mean((np.log(found) - np.log(truth)) ** 2))
        assert miss < at_most * SETTINGS.error_spread, (sets, miss)


def test_its_limits_hold_the_truth_nine_times_in_ten() -> None:
    rng = np.random.default_rng(6)
    inside = 0
    for k in np.exp(rng.normal(0, SETTINGS.error_spread, 400)):
        own = own_errors([reads(rng, float(k), mm=40)])[0]
        error = METHOD_ERRORS["ruler"]
        true = np.hypot(k * error.relative, np.hypot(error.absolute_mm, SETTINGS.rounding_mm) / own.size_mm)
        inside += own.low <= true <= own.high
    assert 0.86 < inside / 400 < 0.95


def test_a_second_persons_shift_is_drawn_towards_none() -> None:
    own = Trial("ruler", True, (20.0, 20.5, 19.5, 20.0), AT)
    other = Trial("ruler", False, (24.0, 24.5, 23.5, 24.0), AT + timedelta(hours=1))
    found = own_errors([own, other])[0]
    assert found.shift is not None and found.shift_low is not None and found.shift_high is not None
    assert 0.05 < found.shift < 0.2 and found.shift_low > 0
    assert own_errors([own, Trial("caliper", False, other.readings, AT)])[0].shift is None
    assert own_errors([own, Trial("ruler", False, other.readings, AT + timedelta(hours=25))])[0].shift is None
    agreeing = own_errors([own, Trial("ruler", False, own.readings, AT)])[0]
    assert agreeing.shift == pytest.approx(0, abs=1e-9)


def test_what_could_be_seen_and_when() -> None:
    steady, rough = (
        own_errors([Trial("ruler", True, readings, AT)])[0]
        for readings in ((30.0, 30.0, 30.0, 30.0), (30.0, 36.0, 25.0, 33.0))
    )
    assert steady.smallest_mm < rough.smallest_mm and steady.weeks < rough.weeks
    error = np.hypot(np.hypot(rough.factor * 0.07, np.hypot(1, 0.29) / rough.size_mm), SESSION)
    assert rough.smallest_mm == pytest.approx(rough.size_mm * np.expm1(1.645 * np.sqrt(2) * error), rel=1e-6)


def test_the_growth_engine_believes_a_steady_hand_sooner_and_a_rough_one_later() -> None:
    days, sizes = np.arange(0, 84, 7.0) + 20_000, [20, 20, 21, 20, 21, 21, 22, 22, 23, 23, 24, 25]
    asked = {
        factor: look(
            series_of(days, [[mm] for mm in sizes], ["ruler"] * len(days), own=(("ruler", factor),)),
            next_day=days[-1] + 7,
        )
        for factor in (0.7, 1.0, 2.0)
    }
    usual = look(series_of(days, [[mm] for mm in sizes], ["ruler"] * len(days)), next_day=days[-1] + 7)
    assert asked[1.0] == usual
    evidence = [asked[factor].evidence or 0.0 for factor in (0.7, 1.0, 2.0)]
    assert evidence[0] > evidence[1] > evidence[2]
    widths = [np.diff(asked[factor].next_mm["length"]["80"])[0] for factor in (0.7, 1.0, 2.0)]  # type: ignore[index]
    assert widths[0] < widths[1] < widths[2]
    other = look(series_of(days, [[mm] for mm in sizes], ["caliper"] * len(days), own=(("ruler", 2.0),)))
    assert other.evidence == look(series_of(days, [[mm] for mm in sizes], ["caliper"] * len(days))).evidence


def test_a_series_cut_keeps_whose_it_is() -> None:
    series = series_of([1, 2, 3], [[20], [21], [22]], own=(("ruler", 1.5),))
    assert series.first(2).own == series.without([1]).own == (("ruler", 1.5),)
