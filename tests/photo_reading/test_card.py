"""The card on paper and as pictures: true to the millimetre, readable by anybody's detector, the same bytes each time."""

import io
import json
from pathlib import Path

import cv2
import numpy as np
import pypdfium2
import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from PIL import Image

from analytics.photo import card
from tracker.card import draw, page

MM = 72 / 25.4  # PDF points


def _markers(grey: np.ndarray) -> dict[int, np.ndarray]:
    options = cv2.aruco.DetectorParameters()
    options.cornerRefinementMethod = cv2.aruco.CORNER_REFINE_SUBPIX
    dictionary = cv2.aruco.getPredefinedDictionary(getattr(cv2.aruco, card.DICTIONARY))
    corners, ids, _ = cv2.aruco.ArucoDetector(dictionary, options).detectMarkers(grey)
    return {int(number): square[0] for number, square in zip(ids.ravel(), corners, strict=True)}


def test_the_codes_are_those_of_the_dictionary() -> None:
    dictionary = cv2.aruco.getPredefinedDictionary(getattr(cv2.aruco, card.DICTIONARY))
    for number, code in card.CODES.items():
        bits = cv2.aruco.generateImageMarker(dictionary, number, 8)[1:7, 1:7].ravel() > 0
        assert int("".join("1" if bit else "0" for bit in bits), 2) == code


@pytest.mark.parametrize("dpi", [150, 301])
def test_strips_have_a_true_scale(tmp_path: Path, dpi: int) -> None:
    call_command("card", strips=tmp_path, dpi=dpi)
    for number, ids in enumerate(card.STRIPS, 1):
        picture = Image.open(tmp_path / f"strip-{number}.png")
        assert picture.size == (4 * dpi, dpi)
        assert picture.info["dpi"] == pytest.approx((dpi, dpi), abs=0.05)
        found = _markers(np.pad(np.asarray(picture.convert("L")), 40, constant_values=180))
        assert sorted(found) == sorted(ids)
        left, top, side, _ = card.marker_box(ids[0])
        corner = (found[ids[0]][0] - 40 + 0.5) / dpi * 25.4
        assert corner == pytest.approx((left, top), abs=0.12)
        assert np.linalg.norm(found[ids[0]][1] - found[ids[0]][0]) / dpi * 25.4 == pytest.approx(side, abs=0.15)


def test_nothing_on_a_strip_touches_a_markers_margin() -> None:
    """One module of white is what a detector needs; the ruler's numbers and the patches stay out of it."""
    picture = np.asarray(Image.open(io.BytesIO(draw.strip_picture(1, 600))).convert("L"))
    module = card.MARKER / card.MODULES
    for number in card.STRIPS[0]:
        left, top, side, _ = card.marker_box(number)
        low_x, high_x = round((left - 0.97 * module) / 25.4 * 600), round((left + side + 0.97 * module) / 25.4 * 600)
        below = picture[
            round((top + side + 0.1) / 25.4 * 600) : round((top + side + 0.97 * module) / 25.4 * 600), low_x:high_x
        ]
        assert below.min() > 250


@pytest.mark.parametrize(("paper", "size"), [("a4", (210.0, 297.0)), ("letter", (215.9, 279.4))])
def test_the_page_is_true_to_scale(tmp_path: Path, paper: str, size: tuple[float, float]) -> None:
    call_command("card", paper=paper, output=tmp_path / "card.pdf")
    document = pypdfium2.PdfDocument(tmp_path / "card.pdf")
    assert len(document) == 1
    assert np.array(document[0].get_size()) / MM == pytest.approx(size, abs=0.05)
    words = document[0].get_textpage().get_text_range()
    assert "Print at 100 %" in words and "bank card" in words
    scale = 6
    drawn = np.asarray(document[0].render(scale=scale).to_pil().convert("L"))
    found = _markers(drawn)
    assert sorted(found) == sorted(card.CODES)
    mm = 1 / (scale * MM)
    for ids in card.STRIPS:
        apart = np.linalg.norm(found[ids[3]][0] - found[ids[0]][0]) * mm
        assert apart == pytest.approx(card.MARKER_LEFTS[3] - card.MARKER_LEFTS[0], abs=0.1)
    assert _widest_outline(drawn) * mm == pytest.approx(card.BANK_CARD, abs=0.3)


def _widest_outline(drawn: np.ndarray) -> np.ndarray:
    lines, _ = cv2.findContours((drawn < 128).astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    box = max((cv2.boundingRect(line) for line in lines), key=lambda box: box[2] * box[3])
    return np.array(box[2:], float)


def test_the_page_has_the_same_bytes_each_time() -> None:
    page._made.cache_clear()
    first = page.card_pdf("a4")
    page._made.cache_clear()
    assert page.card_pdf("a4") == first


@pytest.mark.django_db
def test_the_door() -> None:
    found = Client().get("/card.pdf?paper=letter")
    assert found.status_code == 200 and found["Content-Type"] == "application/pdf"
    assert found["Cache-Control"].startswith("public") and found.content.startswith(b"%PDF")
    assert Client().get("/card.pdf?paper=a5").status_code == 404


def test_the_command_says_what_it_needs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(CommandError, match="Say where to write"):
        call_command("card")
    with pytest.raises(CommandError, match="--dpi goes from"):
        call_command("card", strips=tmp_path, dpi=10)
    call_command("card", geometry=True)
    assert json.loads(capsys.readouterr().out) == json.loads(json.dumps(card.as_dict()))
