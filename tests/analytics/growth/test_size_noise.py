"""Sizes and errors, by hand."""

import numpy as np
import pytest

from analytics.noise import METHOD_ERRORS, sigma_log
from analytics.size import doubling_days, longest, mean_diameter, volume


def test_volume_of_an_ellipsoid_and_of_what_is_known_of_one() -> None:
    assert float(volume(20, 16, 10)) == pytest.approx(np.pi / 6 * 20 * 16 * 10)
    assert float(volume(20, np.nan, np.nan)) == pytest.approx(np.pi / 6 * 20**3)
    assert float(volume(20, 5, np.nan)) == pytest.approx(np.pi / 6 * 10**3)
    assert np.isnan(volume(np.nan, np.nan, np.nan))


def test_mean_and_longest() -> None:
    assert float(mean_diameter(20, 5, np.nan)) == pytest.approx(10.0)
    np.testing.assert_allclose(longest([20, np.nan], [25, 7]), [25, 7])


def test_volume_doubles_when_the_diameter_grows_26_percent() -> None:
    assert doubling_days(26.0) == pytest.approx(30.4, rel=0.01)
    assert doubling_days(0.0) is None
    assert doubling_days(-3.0) is None


def test_errors_are_those_of_the_clinical_basis() -> None:
    assert float(sigma_log(20, "ruler", session=False)) == pytest.approx(np.hypot(0.07, 1 / 20))
    assert float(sigma_log(20, "ruler")) == pytest.approx(np.sqrt(0.07**2 + 0.05**2 + 0.03**2))
    assert float(sigma_log(20, "")) == float(sigma_log(20, "ruler"))
    assert METHOD_ERRORS["eye"] == (0.15, 3.0)
    assert METHOD_ERRORS["scan"].relative == 0.06
    assert np.isnan(sigma_log(np.nan, "ruler"))
