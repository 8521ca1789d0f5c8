"""Known answers: lumps whose truth is known get the right numbers."""

import numpy as np
import pytest

from analytics.growth import alarms, band, look, looks
from analytics.series import Series, series_of
from analytics.synthetic import make_lumps

MONTH = 30.4


def steady(
    doubling_days: float | None, count: int = 40, gap: float = 7.0, noise: float = 0.05, seed: int = 0
) -> Series:
    """A lump of 20 mm that grows (or shrinks) steadily, measured along two axes with this much error."""
    rng = np.random.default_rng(seed)
    day = np.arange(count) * gap
    rate = np.log(2.0) / 3.0 / doubling_days if doubling_days else 0.0
    ln = np.log(20.0) + rate * day[:, None] + np.array([0.0, -0.22]) + rng.normal(0.0, noise, (count, 2))
    return series_of(20_000.0 + day, np.round(np.exp(ln), 1))


@pytest.mark.parametrize("days", [50.0, 80.0, 120.0])
def test_fast_growth_is_rapid_and_its_rate_is_right(days: float) -> None:
    growth = look(steady(days))
    truth = 100.0 * np.expm1(np.log(2.0) / 3.0 / days * MONTH)
    assert growth.rapid
    assert growth.p_rapid is not None and growth.p_rapid > 0.9
    assert growth.percent_per_month == pytest.approx(truth, rel=0.15)
    assert growth.low is not None and growth.high is not None
    assert growth.low < truth < growth.high
    assert growth.doubling_days == pytest.approx(days, rel=0.15)
    assert growth.doubling_low is not None and growth.doubling_high is not None
    assert growth.doubling_low < days < growth.doubling_high


@pytest.mark.parametrize("days", [None, -100.0])
def test_a_lump_that_stays_or_shrinks_is_not_growing(days: float | None) -> None:
    growth = look(steady(days))
    assert not growth.rapid
    assert not growth.slow
    assert growth.doubling_days is None
    assert growth.doubling_high is None
    assert growth.since is None
    assert growth.p_rapid is not None and growth.p_rapid < 0.1


def test_shrinking_is_seen_as_shrinking() -> None:
    growth = look(steady(-100.0))
    assert growth.high is not None and growth.high < 0.0
    assert growth.p_growing is not None and growth.p_growing < 0.05


def test_onset_is_found() -> None:
    lumps = make_lumps("after", 60, 7)
    said = looks([lump.series for lump in lumps])
    off = [
        abs((growth.since.toordinal() - 719_163) - lump.onset_day)  # 1970-01-01 is day 719163 of the calendar
        for growth, lump in zip(said, lumps, strict=True)
        if growth.since is not None and lump.onset_day is not None
    ]
    assert len(off) > 50
    assert float(np.median(off)) < 25.0


def test_below_four_readings_or_21_days_it_is_silent_but_for_the_forecast() -> None:
    three = look(series_of([0, 20, 40], [[20], [30], [40]]), next_day=50)
    short = look(series_of([0, 5, 10, 20.9], [[20], [25], [30], [40]]), next_day=50)
    enough = look(series_of([0, 5, 10, 21], [[20], [25], [30], [40]]), next_day=50)
    for growth in (three, short):
        assert growth.percent_per_month is None
        assert growth.p_growing is None
        assert growth.since is None
        assert growth.smallest_change_mm is None
        assert not growth.rapid
        assert growth.next_mm is not None
    assert enough.percent_per_month is not None


def test_one_reading_gives_a_forecast_and_none_gives_nothing() -> None:
    one = look(series_of([0], [[20, 16]]), next_day=7)
    assert one.readings == 1
    assert one.next_mm is not None and set(one.next_mm) == {"length", "width"}
    low, high = one.next_mm["length"]["50"]
    assert low < 20.0 < high
    assert look(series_of([], np.zeros((0, 3)))).readings == 0
    assert look(series_of([0, 7], [[None], [None]]), next_day=9).next_mm is None


def test_intervals_are_nested_and_follow_the_axes_asked_for() -> None:
    growth = look(steady(None), next_day=20_300.0, next_method="eye", next_axes=["width", "depth"])
    assert growth.next_mm is not None and list(growth.next_mm) == ["width", "depth"]
    for ends in growth.next_mm.values():
        assert ends["95"][0] < ends["80"][0] < ends["50"][0] < ends["50"][1] < ends["80"][1] < ends["95"][1]
    by_ruler = look(steady(None), next_day=20_300.0, next_method="ruler", next_axes=["width"]).next_mm
    assert by_ruler is not None
    assert np.ptp(by_ruler["width"]["80"]) < np.ptp(growth.next_mm["width"]["80"])


def test_a_drained_lump_starts_again() -> None:
    before, after = steady(60.0, count=10), [[8.0, 6.0]] * 5
    day = np.concatenate([before.day, before.day[-1] + 7.0 * np.arange(1, 6)])
    mm = np.vstack([before.mm[:, :2], after])
    growth = look(series_of(day, mm, segment=[0] * 10 + [1] * 5))
    assert growth.readings == 5
    assert not growth.rapid


def test_the_person_s_own_error_is_learnt() -> None:
    careful, careless = (look(steady(None, noise=noise)) for noise in (0.02, 0.15))
    assert careful.error_percent is not None and careless.error_percent is not None
    assert careful.error_percent < 0.8 * careless.error_percent
    assert careful.smallest_change_mm is not None and careless.smallest_change_mm is not None
    assert careful.smallest_change_mm < careless.smallest_change_mm
    assert careful.steady_weeks is not None and careless.steady_weeks is not None
    assert careful.steady_weeks < careless.steady_weeks


def test_repeats_in_a_session_sharpen_the_error_too() -> None:
    rng = np.random.default_rng(3)
    day = np.repeat(np.arange(5) * 7.0, 4)
    close = series_of(day, np.round(20.0 * np.exp(rng.normal(0, 0.01, (20, 2))), 1))
    apart = series_of(day, np.round(20.0 * np.exp(rng.normal(0, 0.15, (20, 2))), 1))
    errors = [look(one).error_percent for one in (close, apart)]
    assert errors[0] is not None and errors[1] is not None and errors[0] < errors[1]


def test_evidence_agrees_with_rapid_when_it_begins() -> None:
    series = steady(70.0)
    holds, _ = alarms([series])[0]
    first = int(np.argmax(holds))
    assert not look(series.first(first)).rapid
    growth = look(series.first(first + 1))
    assert growth.rapid
    assert growth.evidence is not None and growth.evidence >= 0.0


def test_it_asks_again_while_evidence_is_short_of_the_bar() -> None:
    series = steady(70.0)
    said = looks([series.first(k) for k in range(1, len(series) + 1)])
    asked = [growth for growth in said if growth.recheck_in_days is not None]
    assert asked
    assert not any(growth.rapid for growth in asked)
    assert look(steady(-100.0)).recheck_in_days is None


def test_the_band_holds_the_truth_and_widens_ahead() -> None:
    series = steady(80.0)
    days = [20_000.0, 20_140.0, 20_273.0, 20_330.0]
    points = band(series, days)
    truth = 20.0 * np.exp(np.log(2.0) / 3.0 / 80.0 * (np.array(days) - 20_000.0))
    for point, size in zip(points, truth, strict=True):
        assert point.low < point.middle < point.high
        assert point.low * 0.97 < size < point.high * 1.03
    assert np.log(points[3].high / points[3].low) > np.log(points[2].high / points[2].low)
    assert band(series, days, axis="depth") == []
