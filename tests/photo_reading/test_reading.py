"""Photos of known truth, read: sizes, refusals by name, and what a person corrects."""

import dataclasses
import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from PIL import Image

from analytics.photo.outline import Size, average, feret, size_of
from analytics.photo.reading import REASONS, PhotoReading, flatten, read
from tests.photo_reading.scene import DARK, Scene, Sheet, render
from tracker.card.words import SENTENCES, sentence_for

SIZE = (1280, 960)
PLAIN = Scene(size=SIZE, tilt=15, azimuth=60, roll=20)


@lru_cache(maxsize=4)
def _seen(scene: Scene) -> tuple[np.ndarray, Any]:
    """The picture and its PhotoReading (Any: its fields may be None, and a test that meets one should fail)."""
    rgb = render(scene)
    return rgb, read(rgb)


def _changed(**what: Any) -> Scene:
    return dataclasses.replace(PLAIN, **what)


@pytest.mark.parametrize(
    "scene",
    [
        PLAIN,
        _changed(tilt=36, azimuth=200, k1=-0.05, hairs=30, shadow=0.4, white=(1.0, 0.8, 0.5), exposure=0.9, skin=DARK),
        _changed(sheets=(Sheet(1, -6, -45, 9, raised=1, curl=0.002), Sheet(2, 5, 40, 184, tilt=3)), distance=380),
    ],
    ids=["plain", "tilted, warm, dark skin, hairs", "loose and curled strips"],
)
def test_a_lump_is_measured(scene: Scene) -> None:
    _, reading = _seen(scene)
    assert reading.ok and reading.reason is None
    assert reading.tilt_deg == pytest.approx(scene.tilt, abs=2.5)
    assert scene.lump is not None
    for found, sd, true in zip(
        (reading.length_mm, reading.width_mm), (reading.length_sd, reading.width_sd), scene.lump, strict=True
    ):
        assert abs(found - true) < 3 * sd and abs(found / true - 1) < 0.04
        assert 0.2 < sd < 0.08 * true
    assert reading.redness > 3 * reading.redness_sd
    assert reading.dark_skin is (scene.skin == DARK)
    json.dumps(reading.as_dict(), allow_nan=False)


@pytest.mark.parametrize(
    ("reason", "scene"),
    [
        ("no_card", _changed(sheets=())),
        ("one_strip", _changed(sheets=PLAIN.sheets[:1])),
        ("too_tilted", _changed(tilt=56, distance=420)),
        ("too_blurred", _changed(blur=6.0)),
        ("too_dark", _changed(exposure=0.03)),
        ("glare", _changed(glare=(0.0, 2.0, 10.0))),
        ("no_outline", _changed(lump=None, texture=0.4)),
        (
            "print_scale",
            _changed(
                sheets=tuple(dataclasses.replace(sheet, scale=(0.94, 0.94)) for sheet in PLAIN.sheets),
                bank_card=(0.0, 92.0, 4.0), distance=340, lump=(14.0, 12.0), roll=0,
            ),
        ),
        (
            "print_scale",
            _changed(sheets=(PLAIN.sheets[0], dataclasses.replace(PLAIN.sheets[1], scale=(0.93, 0.93)))),
        ),
    ],
)  # fmt: skip
def test_a_bad_shot_is_refused_by_name(reason: str, scene: Scene) -> None:
    _, reading = _seen(scene)
    assert (reading.ok, reading.reason) == (False, reason)
    if reason == "print_scale":
        assert reading.print_percent == pytest.approx(93.5, abs=2.5)
        assert f"{round(reading.print_percent)} %" in sentence_for(reason, reading.print_percent)


def test_a_bank_card_beside_a_true_print_is_no_fault() -> None:
    _, reading = _seen(_changed(bank_card=(0.0, 92.0, 4.0), distance=340, roll=0))
    assert reading.ok and reading.print_percent == pytest.approx(100, abs=2.5)


def test_every_reason_has_its_sentence() -> None:
    assert set(SENTENCES) == set(REASONS)
    assert sentence_for(None) == ""


def test_the_flat_picture_and_its_way_back() -> None:
    """A point of the flat picture shows what the photo shows where `from_flat` says it is."""
    rgb, reading = _seen(PLAIN)
    flat = flatten(rgb, reading)
    facts = reading.flat
    assert flat.shape == (facts["height"], facts["width"], 3)
    inside = np.array(reading.outline).mean(axis=0) / facts["mm_per_px"]
    there = np.array(facts["from_flat"]) @ [*inside, 1.0]
    x, y = there[:2] / there[2] * SIZE
    here = flat[int(inside[1]), int(inside[0])].astype(int)
    assert np.abs(rgb[int(y), int(x)].astype(int) - here).max() < 25
    with pytest.raises(ValueError, match="no flat picture"):
        flatten(rgb, PhotoReading(False, "no_card"))


@pytest.mark.parametrize("shape", [(10, 10, 3), (64, 5000, 3), (480, 640, 3)])
def test_odd_pictures_are_refused_and_raise_nothing(shape: tuple[int, int, int]) -> None:
    noise = np.random.default_rng(1).integers(0, 256, shape, dtype=np.uint8)
    for picture in (noise, np.zeros(shape, np.uint8), np.full(shape, 255, np.uint8)):
        assert read(picture).ok is False


def test_ferets_diameter_and_the_width_square_to_it() -> None:
    turns = np.linspace(0, 2 * np.pi, 90, endpoint=False)
    ellipse = np.column_stack([15 * np.cos(turns), 10 * np.sin(turns)]) @ [[0.8, 0.6], [-0.6, 0.8]]
    ends = feret(ellipse)
    assert np.linalg.norm(np.diff(ends.length, axis=0)) == pytest.approx(30, abs=0.05)
    assert np.linalg.norm(np.diff(ends.width, axis=0)) == pytest.approx(20, abs=0.1)
    assert (ends.length[1] - ends.length[0]) @ (ends.width[1] - ends.width[0]) == pytest.approx(0, abs=1e-6)
    with pytest.raises(ValueError, match="three points"):
        feret([[0, 0], [1, 1]])


def test_what_a_person_drew_has_a_size() -> None:
    analysis = {"scale_sd": 0.01, "rim_share": 0.0}
    size = size_of(analysis, ends={"length": [[0, 0], [0, 30]], "width": [[0, 10], [20, 10]]})
    assert (size.length_mm, size.width_mm) == (30, 20)
    assert 0.5 < size.length_sd < 1.2
    assert size_of(analysis, ends={"length": [[0, 0], [0, 30]]}).width_mm is None
    with pytest.raises(ValueError, match="on one another"):
        size_of(analysis, ends={"length": [[1, 1], [1, 1]]})
    for line in ([[0, 0], [0, 30], [0, 12]], [[0, 0], [0, 30], [0.04, 12]]):
        with pytest.raises(ValueError, match="on one another"):  # no width, though it has a length
            size_of(analysis, outline=line)


def test_several_shots_are_better_than_one_but_not_without_end() -> None:
    shot = Size(20.0, 0.8, 15.0, 0.8)
    many = average([shot] * 100)
    assert many.length_mm == 20.0 and 0.3 < many.length_sd < 0.5
    apart = average([Size(18.0, 0.4, None, None), Size(22.0, 0.4, None, None)])
    assert apart.length_sd > 1.0 and apart.width_mm is None
    with pytest.raises(ValueError, match="no sizes"):
        average([])


def test_the_command_prints_one_line_a_photo(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rgb, reading = _seen(PLAIN)
    good, bad = tmp_path / "good.png", tmp_path / "bad.jpg"
    Image.fromarray(rgb).save(good)
    bad.write_text("no picture")
    with pytest.raises(CommandError, match="1 of 2") as error:
        call_command("measure", str(bad), str(good), json=True)
    assert error.value.returncode == 2
    out, err = capsys.readouterr()
    (line,) = out.splitlines()
    assert list(json.loads(line)) == [
        "file", "ok", "reason", "tilt_deg", "mm_per_px", "length_mm", "length_sd", "width_mm", "width_sd", "redness",
        "redness_sd",
    ]  # fmt: skip
    assert json.loads(line)["length_mm"] == reading.length_mm
    assert "not a JPEG" in err
