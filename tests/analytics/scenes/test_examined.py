"""The examiner: tuning and scoring scenes apart, a perfect and a bad reader told apart, missed goals said."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from analytics.evaluate.photos.examine import Found, overlap, to_flat
from analytics.evaluate.photos.figures import figures
from analytics.evaluate.photos.plan import SCORING, SPACE, TUNING, jobs, lumps
from analytics.evaluate.photos.tables import write
from analytics.synthetic.scenes import BAD, Truth, scene
from analytics.synthetic.scenes.chance import series
from analytics.synthetic.scenes.tones import TONES, grade

GOOD = Found(
    kind="flat", seed=1, tone="tan", hue="red", wide=2048, meant=None, reason=None, seconds=1.0, tilt=10, tilt_read=10.5,
    length=20, by_ends=20.1, by_finger=20.4, finger_sd=0.5, width=15, width_by_ends=15, by_outline=20.5, outline_sd=0.6,
    dome=0, dome_read=None, overlap=0.95, redness=8, redness_read=8, redness_sd=0.3,
)  # fmt: skip


def test_seeds_for_tuning_and_for_scoring_are_apart_and_every_scene_can_be_made() -> None:
    used = {}
    for first in (TUNING, SCORING):
        plan = jobs(first, 1.0)
        seeds = [seed for _, seed, _ in plan]
        assert len(set(seeds)) == len(seeds)
        used[first] = {*seeds, *(seed for _, seed in lumps(first, 1.0))}
        assert min(used[first]) >= first and max(used[first]) < first + SPACE
    assert not used[TUNING] & used[SCORING]
    for kind, seed, options in jobs(TUNING, 1.0)[::3]:
        assert scene(kind, seed, **options).kind == kind


def test_a_series_changes_the_light_and_nothing_else() -> None:
    first, second, *_ = series(5, "dark", 3)
    assert first.light != second.light
    assert (first.camera, first.lump, first.strips) == (second.camera, second.lump, second.strips)
    assert (first.film.contrast, first.film.saturation) == (second.film.contrast, second.film.saturation)


def test_points_go_to_the_flat_picture_and_an_outline_back_over_the_lump() -> None:
    shape = (400, 600, 3)
    # the flat picture: 0.5 mm a pixel, its corner at (100, 50) of the photo, one to one in pixels
    matrix = [[1 / 600, 0, 1 / 6], [0, 1 / 400, 1 / 8], [0, 0, 1]]
    reading = {
        "flat": {"width": 200, "height": 200, "mm_per_px": 0.5, "from_flat": matrix},
        "outline": [[20, 20], [60, 20], [60, 40], [20, 40]],
    }  # fmt: skip
    assert to_flat(reading, np.array([[139.5, 89.5]]), shape) == pytest.approx(np.array([[20.0, 20.0]]))
    mask = np.zeros(shape[:2], bool)
    mask[90:130, 140:220] = True
    truth = Truth(None, 0, 40, 20, 0, None, None, mask, None)
    assert overlap(reading, truth, shape) == pytest.approx(1, abs=0.06)
    mask[90:130, 180:220] = False
    assert overlap(reading, replace(truth, mask=mask), shape) == pytest.approx(0.5, abs=0.04)
    assert overlap(reading | {"outline": None}, truth, shape) == 0


def test_the_table_says_met_and_missed(tmp_path: Path) -> None:
    good = [replace(GOOD, tone=tone) for tone in TONES] + [replace(GOOD, kind="dome", hue="skin", by_ends=20.5)]
    bad = [replace(GOOD, kind=kind, meant=kind, reason=kind, overlap=None) for kind in BAD]
    lit = [[replace(GOOD, tone=tone, redness_read=8 + off * grade(tone)) for off in (-0.1, 0, 0.1)] for tone in TONES]
    made = figures(good + bad, lit)
    assert made["redness"]["dark"]["share"] == pytest.approx(0.1)
    write({"first_seed": SCORING, **made}, tmp_path)
    page = (tmp_path / "photos.md").read_text(encoding="utf-8")
    assert "**missed**" not in page
    assert (tmp_path / "photos.json").exists()

    worse = [replace(one, reason="no_card") for one in good[:1]] + [
        replace(one, overlap=0.5, by_ends=22) for one in good[1:]
    ]
    bad[0] = replace(bad[0], reason=None)
    lit[-1][0] = replace(lit[-1][0], redness_read=11)
    write({"first_seed": SCORING, **figures(worse + bad, lit)}, tmp_path)
    page = (tmp_path / "photos.md").read_text(encoding="utf-8")
    assert page.count("**missed**") == 9
    assert "| redness, SD over lights, worst skin tone (dark) |" in page
    assert f"measured ({bad[0].seed})" in page
