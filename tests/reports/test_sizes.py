"""Size now, change and rate: with their errors, or why they cannot be said."""

from dataclasses import replace

import numpy as np
import pytest

from tests.reports.histories import entry, event, history, weekly
from tracker.reports.changes import changes_of, rate_of
from tracker.reports.sizes import readings_of, size_now


def test_size_now_names_axes_error_method_and_who_measured() -> None:
    now = size_now(readings_of(history(entry(0, 20), entry(7, 24, width_mm=19))))
    assert now is not None
    assert now.words == "24 × 19 mm on 12 Jan 2026"
    assert [(axis.axis, axis.mm) for axis in now.axes] == [("length", 24), ("width", 19)]
    # ruler: sqrt(7 %² + (1 mm / 24)² + 3 %²) = 8.7 %; twice that, about
    assert now.axes[0].plus_minus_mm == pytest.approx(1.96 * 24 * np.sqrt(0.07**2 + (1 / 24) ** 2 + 0.03**2))
    assert "ruler" in now.method_words and "measured at home by the patient" in now.method_words
    scan = size_now(readings_of(history(entry(0, 24, method="scan"))))
    assert scan is not None and "at home" not in scan.method_words


def test_nothing_measured_is_said_and_breaks_nothing() -> None:
    readings = readings_of(history(entry(0, pain=2)))
    assert size_now(readings) is None and changes_of(readings) == ()
    assert rate_of(readings).too_early and rate_of(readings).words == "no size was recorded"


def test_a_depth_alone_is_named() -> None:
    now = size_now(readings_of(history(entry(0, depth_mm=12, method="ultrasound"))))
    assert now is not None and now.words.startswith("Depth 12 mm")
    assert now.volume_ml is None and now.volume_words == "volume: not enough axes"


def test_volume_has_limits_and_says_when_an_axis_was_guessed() -> None:
    full = size_now(readings_of(history(entry(0, 30, width_mm=20, depth_mm=10))))
    assert full is not None and full.volume_ml is not None
    assert full.volume_low_ml is not None and full.volume_high_ml is not None
    assert full.volume_ml == pytest.approx(np.pi / 6 * 6000 / 1000)
    assert full.volume_low_ml < full.volume_ml < full.volume_high_ml
    two = size_now(readings_of(history(entry(0, 30, width_mm=20))))
    assert two is not None and two.volume_ml == pytest.approx(np.pi / 6 * 12000 / 1000)
    assert "taken as the smaller one" in two.volume_words and "taken as" not in full.volume_words


def test_changes_compare_like_with_like_and_carry_their_limits() -> None:
    first, twelve, four = changes_of(readings_of(history(*weekly(20, 0.09))))
    assert [change.span for change in (first, twelve, four)] == ["first", "12_weeks", "4_weeks"]
    assert four.percent == pytest.approx(100 * (1.09 ** (28 / 30.4) - 1), abs=0.5)
    assert twelve.percent == pytest.approx(100 * (1.09 ** (84 / 30.4) - 1), abs=0.5)
    for change in (first, twelve, four):
        assert change.low is not None and change.percent is not None and change.high is not None
        assert change.low < change.percent < change.high
    assert four.low is not None and first.low is not None and four.low < 0 < first.low
    assert first.words.startswith("+") and "from 20 mm on 5 Jan 2026" in first.words


def test_the_limits_of_a_change_hold_the_errors_of_both_readings_and_both_sessions() -> None:
    change = changes_of(readings_of(history(entry(0, 20), entry(28, 25))))[0]
    # clinical.md: ruler 7 % and 1 mm for each reading, and 3 % for each session
    error = np.sqrt(2 * 0.07**2 + (1 / 20) ** 2 + (1 / 25) ** 2 + 2 * 0.03**2)
    ends = [100 * (25 / 20 * np.exp(side * 1.96 * error) - 1) for side in (-1, 1)]
    assert [change.low, change.high] == pytest.approx(ends)


def test_a_change_is_never_made_of_different_axes() -> None:
    changes = changes_of(readings_of(history(entry(0, 20), entry(28, width_mm=30, method="ruler"))))
    assert changes[0].percent is None and changes[0].words == "other axes were measured then"


def test_one_reading_and_a_gap_say_why_there_is_no_change() -> None:
    assert changes_of(readings_of(history(entry(0, 20))))[0].words == "only one measurement so far"
    _first, twelve, four = changes_of(readings_of(history(entry(0, 20), entry(200, 22))))
    assert twelve.percent is None and four.percent is None
    assert four.words == "nothing measured then to compare with"


def test_after_a_drainage_the_change_starts_anew() -> None:
    first, *_rest = changes_of(readings_of(history(entry(0, 30), event(3, "drained"), entry(7, 8), entry(30, 9))))
    assert first.label == "Since treatment"
    assert first.percent == pytest.approx(12.5)


@pytest.mark.parametrize(("weeks", "early"), [(3, True), (4, False)])
def test_too_early_to_say_below_four_readings_or_three_weeks(weeks: int, early: bool) -> None:
    rate = rate_of(readings_of(history(*weekly(weeks))))
    assert rate.too_early == early and (rate.percent_per_month is None) == early
    assert ("too early to say" in rate.words) == early


def test_growth_is_told_with_limits_and_a_doubling_time() -> None:
    rate = rate_of(readings_of(history(*weekly(20, 0.09))))
    assert rate.low is not None and rate.percent_per_month is not None and rate.high is not None
    assert rate.low <= rate.percent_per_month <= rate.high
    assert rate.percent_per_month == pytest.approx(9, abs=4)
    assert "90 % limits" in rate.words and "volume doubles in about" in rate.doubling_words
    assert rate_of(readings_of(history(*weekly(20)))).doubling_days is None


def test_a_slip_of_the_pen_is_doubted_and_moves_nothing() -> None:
    good = weekly(8)
    slip = replace(good[6], length_mm=200.0)
    readings = readings_of(history(*good[:6], slip, good[7]))
    assert list(readings.doubted) == [6]
    assert changes_of(readings)[0].percent == pytest.approx(0)
    now = size_now(readings_of(history(*good[:6], slip)))
    assert now is not None and now.doubted is not None and "slip" in now.doubted
