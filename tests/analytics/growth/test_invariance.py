"""What must not matter, does not."""

import warnings
from dataclasses import fields

import numpy as np
import pytest

from analytics.growth import Growth, look, looks
from analytics.growth.settings import SETTINGS
from analytics.series import Series, series_of
from analytics.synthetic import make_lump, make_lumps


def numbers(growth: Growth) -> dict[str, object]:
    return {field.name: getattr(growth, field.name) for field in fields(growth)}


def same(one: Growth, other: Growth, tolerance: float = 1e-6) -> None:
    for name, value in numbers(one).items():
        if isinstance(value, float):
            assert value == pytest.approx(getattr(other, name), rel=tolerance, abs=tolerance), name
        elif name != "next_mm":
            assert value == getattr(other, name), name


@pytest.fixture
def series() -> Series:
    return make_lumps("after", 1, 5)[0].series


def test_the_same_readings_give_the_same_answer(series: Series) -> None:
    assert look(series, next_day=series.day[-1] + 7) == look(series, next_day=series.day[-1] + 7)


def test_a_look_does_not_depend_on_its_company(series: Series) -> None:
    others = [lump.series for lump in make_lumps("slow", 5, 5)]
    prefixes = [series.first(k) for k in range(len(series) + 1)]
    together = looks([*others, *prefixes, *others[::-1]])
    for k, prefix in enumerate(prefixes):
        same(together[len(others) + k], look(prefix))


def test_the_zero_of_the_calendar_does_not_matter(series: Series) -> None:
    moved = Series(series.day - 1_000.0, series.mm, series.method, series.segment)
    one, other = look(series), look(moved)
    assert one.evidence == pytest.approx(other.evidence)
    assert one.percent_per_month == pytest.approx(other.percent_per_month)
    assert (one.since is None) == (other.since is None)
    if one.since is not None and other.since is not None:
        assert (one.since - other.since).days == 1_000


def test_scale_matters_only_through_the_error_in_mm(series: Series) -> None:
    big = Series(series.day, series.mm * 1.02, series.method, series.segment)
    assert look(big).percent_per_month == pytest.approx(look(series).percent_per_month, abs=0.5)


def test_no_method_is_a_ruler(series: Series) -> None:
    named = Series(series.day, series.mm, ("",) * len(series), series.segment)
    same(look(series), look(named))


def test_readings_without_a_size_change_nothing(series: Series) -> None:
    day = np.insert(series.day, 3, series.day[3])
    mm = np.insert(series.mm, 3, np.nan, axis=0)
    padded = Series(day, mm, ("ruler",) * len(day), np.zeros(len(day), dtype=np.int64))
    one, other = look(series), look(padded)
    assert one.readings == other.readings
    assert one.evidence == pytest.approx(other.evidence)


def test_a_width_only_lump_is_followed_like_a_length_only_one() -> None:
    rng = np.random.default_rng(1)
    mm = np.round(20.0 * np.exp(0.003 * np.arange(20) * 7 + rng.normal(0, 0.04, 20)), 1)
    along = look(series_of(np.arange(20) * 7.0, [[one, None] for one in mm]))
    across = look(series_of(np.arange(20) * 7.0, [[None, one] for one in mm]))
    assert along.rapid and across.rapid
    assert along.percent_per_month == pytest.approx(across.percent_per_month, rel=0.1)


def test_a_missing_axis_now_and_then_makes_no_jump() -> None:
    rng = np.random.default_rng(2)
    mm = np.round(np.exp(np.log([30.0, 18.0]) + rng.normal(0, 0.03, (30, 2))), 1)
    mm[::3, 0] = np.nan
    mm[1::3, 1] = np.nan
    growth = look(series_of(np.arange(30) * 7.0, mm))
    assert not growth.rapid and not growth.slow
    assert growth.doubted == ()


def test_agreeing_duplicates_of_every_reading_do_not_turn_a_verdict() -> None:
    lumps = make_lumps("stable", 20, 9)
    doubled = [
        Series(
            np.repeat(one.series.day, 2),
            np.repeat(one.series.mm, 2, axis=0),
            tuple(np.repeat(one.series.method, 2)),
            np.repeat(one.series.segment, 2),
        )
        for one in lumps
    ]
    said, again = looks([one.series for one in lumps]), looks(doubled)
    assert sum(a.rapid != b.rapid for a, b in zip(said, again, strict=True)) <= 2


def test_edges_give_numbers_and_no_warnings() -> None:
    rng = np.random.default_rng(0)
    hard = [
        series_of([5.0] * 6, [[20, 15]] * 6),
        series_of(np.arange(500) / 2.0, np.round(20.0 * np.exp(rng.normal(0, 0.1, (500, 3))), 1)),
        series_of(np.arange(10) * 7.0, [[0.1, 0.1, 0.1]] * 10),
        series_of(np.arange(10) * 7.0, [[500.0]] * 10),
        series_of(np.arange(10) * 7.0, [[None, None, 12.0]] * 10),
        series_of(np.arange(8) * 7.0, [[1.0 if k % 2 else 500.0] for k in range(8)]),
        series_of([0.0, 4_000.0, 8_000.0, 12_000.0], [[20], [21], [19], [400]]),
        series_of(np.arange(12) * 42.0, [[80.0 / (k + 1)] for k in range(12)], ["scan"] * 12),
    ]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        said = looks(hard, next_days=[float(one.day[-1]) + 3_000.0 for one in hard], next_methods=["eye"] * len(hard))
    for growth in said:
        for name, value in numbers(growth).items():
            assert not isinstance(value, float) or np.isfinite(value), name
        for ends in (growth.next_mm or {}).values():
            assert all(0 < low <= high < np.inf for low, high in ends.values())


def test_an_unknown_method_is_refused() -> None:
    with pytest.raises(KeyError):
        look(series_of([0], [[20]], ["guess"]))


def test_bad_series_are_refused() -> None:
    with pytest.raises(ValueError, match="order"):
        series_of([3, 2], [[20], [20]])
    with pytest.raises(ValueError, match="above 0"):
        series_of([0], [[0.0]])
    with pytest.raises(ValueError, match="one length"):
        series_of([0, 1], [[20], [20]], ["ruler"])


def test_the_generator_repeats_itself_and_grows_by_more() -> None:
    few, more = make_lumps("after", 3, 4), make_lumps("after", 6, 4)
    for one, other in zip(few, more, strict=False):
        np.testing.assert_array_equal(one.series.mm, other.series.mm)
    with pytest.raises(ValueError, match="kind"):
        make_lump("odd", np.random.default_rng(0))
    assert SETTINGS.start_share < 0.5
