"""Known points, a known square, a known ellipse, a known dome, known colours; and the same picture for the same seed."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from analytics.photo import card
from analytics.synthetic.scenes import BAD, KINDS, Scene, scene, take
from analytics.synthetic.scenes.camera import pose, project, rays, true_tilt
from analytics.synthetic.scenes.facts import Camera, Film, Light, Lump, Strip
from analytics.synthetic.scenes.surface import lump_map, meet_dome, meet_skin, outline, skin_height
from analytics.synthetic.scenes.tones import D65, SRGB, TONES, linear, redness, typology, under

BENT = Camera(
    640, 480, distance=260, tilt=33, azimuth=70, roll=20, off=(0.1, -0.05), centre=(0.01, 0), k1=0.05, k2=-0.02
)
LEVEL = Camera(1280, 960, distance=300)
CLEAN = Film(noise=0, contrast=0, saturation=1, defocus=0, sharpen=0, balance=1, jpeg=100)
EVEN = Light(kelvin=6504, ambient_kelvin=6504, ambient=1, uneven=0, shine=0)


def test_a_point_is_seen_where_its_ray_comes_from() -> None:
    slope, (_, lens) = rays(BENT), pose(BENT)
    x, y = meet_skin(Scene("flat", 1, camera=BENT, bend=(120.0, 700.0)), slope, lens)
    rows, columns = np.array([20, 240, 455]), np.array([620, 300, 33])
    places = np.stack([x[rows, columns], y[rows, columns]], axis=1)
    turned = Scene("flat", 1, bend=(120.0, 700.0))
    depth = -np.asarray(skin_height(turned, places[:, 0].astype(float), places[:, 1].astype(float)))
    assert project(BENT, np.column_stack([places, depth])) == pytest.approx(np.stack([columns, rows], axis=1), abs=0.05)


def test_the_lump_lies_at_its_distance_where_it_should() -> None:
    _, lens = pose(BENT)
    assert np.linalg.norm(lens) == pytest.approx(260)
    assert true_tilt(replace(BENT, off=(0.0, 0.0))) == pytest.approx(33)
    middle = project(replace(BENT, centre=(0.0, 0.0), k1=0, k2=0), np.zeros((1, 3)))[0]
    assert middle == pytest.approx([319.5 + 64, 239.5 - 24])


def test_a_printed_square_has_its_size() -> None:
    strips = (Strip(0, 0.0, 0.0, 0.0, above=0.0),)
    rgb, _ = take(Scene("flat", 3, camera=LEVEL, strips=strips, light=EVEN, film=CLEAN))
    per_mm = LEVEL.focal * LEVEL.width / LEVEL.distance
    box = card.marker_box(12)
    grey = rgb.mean(axis=2)
    row = round(479.5 + (box.top + 1 - card.STRIP_WIDTH / 2) * per_mm)  # through the square's upper border
    start = round(639.5 + (box.left - 2 - card.STRIP_LENGTH / 2) * per_mm)
    line = grey[row, start : start + round(20 * per_mm)]
    share = np.clip((line.max() - line) / np.ptp(line), 0, 1)
    assert share.sum() / per_mm == pytest.approx(card.MARKER, rel=0.02)
    dark = np.flatnonzero(share > 0.5)
    assert (start + dark.mean() - 639.5) / per_mm == pytest.approx(box.left + 8 - card.STRIP_LENGTH / 2, abs=0.15)


def test_an_ellipse_has_its_size_and_its_area() -> None:
    lump = Lump(length=24, width=15, turn=35)
    rgb, truth = take(Scene("flat", 4, camera=LEVEL, lump=lump, light=EVEN, film=CLEAN))
    per_mm = LEVEL.focal * LEVEL.width / LEVEL.distance
    assert truth.length == pytest.approx(24, rel=1e-3)
    assert truth.width == pytest.approx(15, rel=1e-3)
    assert truth.mask.sum() / per_mm**2 == pytest.approx(np.pi * 24 * 15 / 4, rel=0.01)
    assert truth.length_ends is not None
    assert truth.width_ends is not None
    assert np.linalg.norm(np.diff(truth.length_ends, axis=0)) / per_mm == pytest.approx(24, rel=1e-3)
    assert np.linalg.norm(np.diff(truth.width_ends, axis=0)) / per_mm == pytest.approx(15, rel=1e-3)
    inner = cv2.erode(truth.mask.astype(np.uint8), np.ones((9, 9))) > 0
    assert rgb[inner].mean() < rgb[~truth.mask].mean() - 5


def test_the_top_of_a_dome_is_met_and_its_far_side_hidden() -> None:
    camera = replace(LEVEL, tilt=35, azimuth=0)
    lump = Lump(length=40, width=40, height=10, profile="ellipsoid")
    facts = Scene("dome", 5, camera=camera, lump=lump, light=EVEN, film=CLEAN)
    slope, (_, lens) = rays(camera), pose(camera)
    x, y = meet_dome(facts, lump_map(lump), slope, lens, meet_skin(facts, slope, lens))
    column, row = project(camera, np.array([[0.0, 0.0, -10.0]])).round().astype(int)[0]
    assert (x[row, column], y[row, column]) == pytest.approx((0, 0), abs=0.4)
    _, truth = take(facts)
    base = project(camera, outline(facts))
    seen = np.argwhere(truth.mask)
    low, high = base[:, 1].min(), base[:, 1].max()
    beyond = max(low - seen[:, 0].min(), seen[:, 0].max() - high)  # its far slope stands over its far edge
    per_mm = LEVEL.focal * LEVEL.width / LEVEL.distance
    turn = np.radians(35)
    outline_of_half = np.hypot(20 * np.cos(turn), 10 * np.sin(turn)) - 20 * np.cos(
        turn
    )  # of an ellipsoid seen from afar
    assert beyond / per_mm == pytest.approx(outline_of_half, rel=0.25)


def test_skins_lie_in_their_classes_and_colours_are_kept() -> None:
    limits = {"very light": (55, 90), "light": (41, 55), "intermediate": (28, 41), "tan": (10, 28), "brown": (-30, 10)}
    for tone, lab in TONES.items():
        low, high = limits.get(tone, (-90, -30))
        assert low < typology(lab) < high
        assert redness(linear(lab)) == pytest.approx(lab[1], abs=0.01)
    assert under(6504) == pytest.approx(np.eye(3), abs=0.01)
    warm = under(2700) @ np.ones(3)
    assert warm[0] > 1.5 * warm[2] > 0
    assert (SRGB @ warm)[1] == pytest.approx(D65[1], rel=0.02)


def test_the_same_seed_is_the_same_picture_and_every_kind_says_what_is_wrong() -> None:
    first, _ = take(scene("dome", 12, width=320))
    again, truth = take(scene("dome", 12, width=320))
    assert np.array_equal(first, again)
    assert truth.reason is None
    for kind in KINDS:
        facts = scene(kind, 2)
        assert facts.reason == (kind if kind in BAD else None)
        assert true_tilt(facts.camera) > 45 if kind == "too_tilted" else true_tilt(facts.camera) <= 40
        assert len(facts.strips) == {"no_card": 0, "one_strip": 1}.get(kind, 2)
        assert (facts.lump is None) == (kind == "no_outline")
