"""The printed strips and the bank card as flat pictures of reflectance, drawn from the card's geometry alone."""

from functools import lru_cache

import numpy as np

from analytics.photo import card
from analytics.synthetic.scenes.facts import Floats

FINE = 25  # px a mm while drawing; a module is then a whole number of pixels
PAPER = (0.86, 0.855, 0.84)  # linear reflectance of office paper, and of black toner on it
INK = 0.035
PLASTIC = (0.10, 0.22, 0.42)  # a blue bank card
CARD_LONG, CARD_SHORT = 85.60, 53.98  # ISO/IEC 7810 ID-1; here anew, since the reader is examined on it


@lru_cache(maxsize=24)
def strip_picture(number: int, per_mm: int, seed: int) -> Floats:
    """Linear RGB reflectance (h, w, 3) of strip 0 or 1 at ``per_mm`` pixels a mm, with a printer's errors in the greys."""
    import cv2

    rng = np.random.default_rng((seed, number))
    high, wide = round(card.STRIP_WIDTH * FINE), round(card.STRIP_LENGTH * FINE)
    ink = np.zeros((high, wide), np.float32)  # share of the ink's black
    for patch in card.patches():
        _grey(ink, patch, rng)
    for marker in card.STRIPS[number]:
        _fill(ink, card.marker_box(marker), 1.0)
        for cell in card.marker_cells(marker):
            _fill(ink, cell, 0.0)
    for tick in card.ticks():
        _fill(ink, tick, 1.0)
    _numbers(ink)
    spread = cv2.GaussianBlur(ink, (0, 0), 0.05 * FINE)  # ink spreads a little
    small = cv2.resize(
        spread, (round(card.STRIP_LENGTH * per_mm), round(card.STRIP_WIDTH * per_mm)), interpolation=cv2.INTER_AREA
    )
    paper = np.array(PAPER) * rng.normal(1, 0.012, 3)
    black = INK * rng.uniform(0.8, 1.6) * rng.normal(1, 0.04, 3)
    picture = paper + small[..., None] * (black - paper)
    picture *= 1 + 0.006 * rng.normal(size=picture.shape[:2])[..., None]
    return np.ascontiguousarray(picture, np.float32)


def _fill(ink: Floats, box: card.Box, value: float) -> None:
    left, top = round(box.left * FINE), round(box.top * FINE)
    ink[top : round((box.top + box.height) * FINE), left : round((box.left + box.width) * FINE)] = value


def _grey(ink: Floats, patch: card.Patch, rng: np.random.Generator) -> None:
    """A patch of the grey that was meant, give or take what a printer does (6 %); white has a hairline round it."""
    box = patch.box
    if patch.grey == card.WHITE:
        _fill(ink, box, 0.5)
        _fill(ink, card.Box(box.left + 0.1, box.top + 0.1, box.width - 0.2, box.height - 0.2), 0.0)
        return
    meant = ((patch.grey / 255 + 0.055) / 1.055) ** 2.4 * rng.normal(1, 0.06)
    _fill(ink, box, float((1 - meant) / (1 - INK / PAPER[1])))


def _numbers(ink: Floats) -> None:
    import cv2

    drawn = np.zeros(ink.shape, np.uint8)
    for mm in range(0, card.RULER_MM, 10):
        at = (int((card.RULER_LEFT + mm + 0.4) * FINE), int(card.NUMBER_BASE * FINE))
        cv2.putText(drawn, str(mm), at, cv2.FONT_HERSHEY_SIMPLEX, card.NUMBER_HIGH * FINE / 22, 255, 4, cv2.LINE_AA)
    np.maximum(ink, drawn.astype(np.float32) / 255, out=ink)


@lru_cache(maxsize=4)
def bank_card_picture(per_mm: int) -> Floats:
    """Linear RGB of a bank card: its colour, a chip, digits."""
    import cv2

    drawn = np.zeros((round(CARD_SHORT * per_mm), round(CARD_LONG * per_mm)), np.uint8)
    cv2.putText(drawn, "4000 1234 5678 9010", (9 * per_mm, 38 * per_mm), cv2.FONT_HERSHEY_SIMPLEX, per_mm * 0.18,
                255, max(1, per_mm // 2), cv2.LINE_AA)  # fmt: skip
    picture = np.empty((*drawn.shape, 3), np.float32)
    picture[:] = PLASTIC
    picture[19 * per_mm : 28 * per_mm, 9 * per_mm : 21 * per_mm] = (0.62, 0.5, 0.2)
    return np.asarray(picture + (drawn / np.float32(255))[..., None] * (0.75 - picture), np.float32)
