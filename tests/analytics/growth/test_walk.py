"""How the readings are walked (in groups, in blocks, from where one stood) changes how long it takes, and nothing else."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from analytics.evaluate.parts import ROWS
from analytics.growth import Growth, alarms, look, looks, run
from analytics.growth.mixture import FEW, quantiles
from analytics.growth.settings import SETTINGS
from analytics.growth.shape import SIZE, Shape, sights
from analytics.noise import SESSION
from analytics.series import Series
from analytics.synthetic import make_lumps
from tests.analytics.growth.test_invariance import same

PINNED = json.loads((Path(__file__).parent / "pinned.json").read_text(encoding="utf-8"))


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    run._stood.clear()
    yield
    run._stood.clear()


def long(count: int) -> Series:
    """One diary of more readings than are made ready at once."""
    several = [lump.series for lump in make_lumps("after", 4, 12)]
    mm = np.concatenate([one.mm for one in several])[:count]
    day = np.arange(count, dtype=np.float64) * 5.0
    return Series(20_000.0 + day, mm, ("ruler",) * count, np.zeros(count, dtype=np.int64))


def test_the_answers_are_those_of_the_engine_that_was_scored() -> None:
    """Made by the engine as evaluated; write them anew only where the model itself is changed, and evaluated again."""
    for name, kind, place, count, numbers, rapid, slow, since, doubted in PINNED:
        series = make_lumps(kind, place + 1, 77, ROWS[name])[place].series
        said = look(series.first(count), next_day=float(series.day[count]))
        assert told(said) == pytest.approx(numbers, rel=1e-6, abs=1e-6), (name, kind, count)
        assert (said.rapid, said.slow, str(said.since)) == (rapid, slow, since)
        assert [[doubt.index, doubt.why] for doubt in said.doubted] == doubted


def told(said: Growth) -> list[float | None]:
    ends = (said.next_mm or {})["length"]["95"]
    return [
        said.percent_per_month, said.low, said.high, said.p_growing, said.p_rapid, said.evidence, said.error_percent,
        said.smallest_change_mm, said.steady_weeks, *ends,
    ]  # fmt: skip


def test_groups_of_tracks_do_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    series = [lump.series for kind in ("slow", "start") for lump in make_lumps(kind, 5, 3)]
    series += [one.first(k) for one in series[:3] for k in (0, 3, 20)]
    together, spoken = looks(series), alarms(series)
    monkeypatch.setattr(run, "TOGETHER", 4)
    for one, other in zip(looks(series), together, strict=True):
        same(one, other, 1e-9)
    for (holds, odds), (others, other_odds) in zip(alarms(series), spoken, strict=True):
        np.testing.assert_array_equal(holds, others)
        np.testing.assert_allclose(odds, other_odds, rtol=1e-9, atol=1e-9)


def test_blocks_of_readings_and_rests_between_them_do_not_matter() -> None:
    series = long(run.AHEAD * 2 + 5)
    whole = look(series)
    beside = looks([series, long(9)])[0]
    run._stood.clear()
    for count in (3, 4, run.AHEAD, run.AHEAD + 1, len(series)):
        grown = look(series.first(count))
    same(whole, beside, 1e-9)
    same(whole, grown, 1e-12)


def test_nothing_to_look_at_is_no_fault() -> None:
    empty = long(0)
    assert looks([]) == [] and alarms([]) == []
    assert looks([empty, empty]) == [look(empty)] * 2 == [Growth(readings=0)] * 2


def test_the_quantiles_of_one_mixture_are_those_of_many() -> None:
    rng = np.random.default_rng(6)
    weight, mean = rng.dirichlet(np.ones(5)), rng.normal(0, 2, 5)
    spread, levels = rng.uniform(0.1, 2, 5), np.array([0.05, 0.5, 0.95])
    one = quantiles(levels, weight[:, None], mean[:, None], spread[:, None])
    many = quantiles(levels, *(np.repeat(part[:, None], FEW, axis=1) for part in (weight, mean, spread)))
    assert len(mean) * len(levels) <= FEW
    np.testing.assert_allclose(many, np.repeat(one, FEW, axis=1), rtol=1e-12)


def test_the_shape_is_learnt_as_by_solving_for_it() -> None:
    """Against the sums over all comparisons so far, done at once, with the weight each had when it came."""
    rng = np.random.default_rng(7)
    y = np.log([20.0, 15.0, 12.0]) + rng.normal(0, 0.08, (12, 3))
    y[rng.random((12, 3)) < 0.25] = np.nan
    y[0] = np.log([20.0, 16.0, 12.0])
    one = np.ones((12, 1))
    ready = sights(np.arange(12.0)[:, None], y[:, :, None], 0.07 * one, one, 0.0 * one, SETTINGS)
    shape, spread = Shape(1, SETTINGS), np.array(SETTINGS.shape_spread)
    precision, info = np.diag(spread**-2.0), np.diag(spread**-2.0) @ np.array(SETTINGS.shape_mean)
    for step in range(12):
        sight, cov, mean = ready.at(step, 1), shape.cov[..., 0], shape.mean[:, 0]
        level = float((sight.value[SIZE] - sight.row[SIZE, :, 0] @ mean)[0])
        variance = 0.07**2 + np.exp(-2.0 * (level + mean))
        for k in (0, 1):
            contrast = sight.row[k, :, 0]
            if contrast.any():
                noise, off = contrast**2 @ variance, float(sight.value[k, 0]) - contrast @ mean
                both = np.array([noise, noise + SETTINGS.slip_size**2]) + contrast @ cov @ contrast
                likely = np.exp(-0.5 * off**2 / both) / np.sqrt(both) * [0.98, 0.02]
                gain = likely[0] / likely.sum() / noise
                precision, info = (
                    precision + gain * np.outer(contrast, contrast),
                    info + gain * contrast * sight.value[k],
                )
        reading = shape.fold(sight, np.array([level]))
        np.testing.assert_allclose(shape.cov[..., 0], np.linalg.inv(precision), rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(shape.mean[:, 0], np.linalg.solve(precision, info), rtol=1e-9, atol=1e-12)
        assert float(reading.variance[1, 0]) > SESSION**2
    assert SETTINGS.axis_slip_share == 0.02
