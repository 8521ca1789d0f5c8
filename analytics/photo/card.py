"""What is printed on the calibration card, in mm: two loose strips of markers, patches and a ruler; a bank card's outline.

The one place that says so. The printed page, the pictures of the strips, the reader and the phone all take it from here.
Millimetres run right (x) and down (y) from a strip's top left corner, as it lies with its ruler below. Plain Python: no
OpenCV and no numpy, so that any door may read it.

A strip is 4 by 1 inch, so that it has a whole number of pixels at every whole dpi. The markers are of the dictionary
DICT_ARUCO_MIP_36h12, which both OpenCV and js-aruco2 read; any two of its codes differ in at least 12 of 36 bits, so
skin, hair and cloth are never taken for one.
"""

from typing import Any, NamedTuple

DICTIONARY = "DICT_ARUCO_MIP_36h12"
STRIP_LENGTH = 101.6
STRIP_WIDTH = 25.4
MARKER = 16.0  # side of a marker's black square
MODULES = 8  # a marker's bits and its border, along one side
STRIPS: tuple[tuple[int, ...], ...] = ((11, 12, 13, 14), (21, 22, 23, 24))  # marker ids, left to right
# The 36 bits of each marker, row by row from the top left, 1 = white (what OpenCV's dictionary holds; a test compares).
CODES: dict[int, int] = {
    11: 0x1AF615C44, 12: 0xB48A49F27, 13: 0x2E4E1283B, 14: 0x78B1F2FA8,
    21: 0x16A130E35, 22: 0xE29F27EFF, 23: 0x428D8AE0C, 24: 0x90D548477,
}  # fmt: skip
MARKER_LEFTS = (12.2, 32.6, 53.0, 73.4)
MARKER_TOP = 2.0

BANK_CARD = (85.60, 53.98)  # ISO/IEC 7810 ID-1
BANK_CARD_CORNER = 3.18  # radius
BANK_CARD_THICK = 0.76

RULER_LEFT = 0.8  # where 0 stands; 100 mm further right it ends
RULER_MM = 100
RULER_LONG, RULER_MIDDLE, RULER_SHORT = 3.4, 2.6, 1.8  # ticks at 10, 5 and 1 mm, up from the lower edge
TICK = 0.18  # thickness of a tick
NUMBER_BASE = 21.7  # a ruler number's base line
NUMBER_HIGH = 1.6  # a number's cap height is about this: it stands between the ticks and the markers


class Box(NamedTuple):
    """A rectangle in mm on a strip."""

    left: float
    top: float
    width: float
    height: float


class Patch(NamedTuple):
    """A patch for white balance. `grey` is its sRGB value (255: bare paper inside a hairline)."""

    box: Box
    grey: int


WHITE, LIGHT_GREY, MIDDLE_GREY = 255, 188, 118  # in linear light 1, 0.50 and 0.18 of what the paper sends back
_PATCH_WIDTH, _PATCH_HEIGHT = 6.0, 16.0 / 3


def marker_box(marker: int) -> Box:
    """The black square of a marker on its own strip. Raises KeyError for an id that is not on the card."""
    for ids in STRIPS:
        if marker in ids:
            return Box(MARKER_LEFTS[ids.index(marker)], MARKER_TOP, MARKER, MARKER)
    raise KeyError(marker)


def marker_cells(marker: int) -> list[Box]:
    """The white cells inside a marker's black square, in mm on its strip."""
    left, top, side, _ = marker_box(marker)
    cell = side / MODULES
    bits = MODULES - 2
    return [
        Box(left + (column + 1) * cell, top + (row + 1) * cell, cell, cell)
        for row in range(bits)
        for column in range(bits)
        if CODES[marker] >> (bits * bits - 1 - row * bits - column) & 1
    ]


def patches() -> list[Patch]:
    """The patches at both ends of each strip; the right end has them in the other order, so that no grey keeps a side."""
    left, right = 1.8, STRIP_LENGTH - 1.8 - _PATCH_WIDTH
    greys = (LIGHT_GREY, WHITE, MIDDLE_GREY)
    columns = ((left, greys), (right, greys[::-1]))
    return [
        Patch(Box(x, MARKER_TOP + row * _PATCH_HEIGHT, _PATCH_WIDTH, _PATCH_HEIGHT), grey)
        for x, order in columns
        for row, grey in enumerate(order)
    ]


def ticks() -> list[Box]:
    """The ruler's ticks, 0 to 100 mm, standing on the strip's lower edge."""
    found = []
    for mm in range(RULER_MM + 1):
        high = RULER_LONG if mm % 10 == 0 else RULER_MIDDLE if mm % 5 == 0 else RULER_SHORT
        found.append(Box(RULER_LEFT + mm - TICK / 2, STRIP_WIDTH - high, TICK, high))
    return found


def as_dict() -> dict[str, Any]:
    """The geometry as JSON for the phone and for the typesetter: mm, ids, and nothing that has to be worked out."""
    return {
        "dictionary": DICTIONARY,
        "strip": {"length": STRIP_LENGTH, "width": STRIP_WIDTH},
        "marker": MARKER,
        "strips": [
            [{"id": marker, "box": list(marker_box(marker)), "code": f"{CODES[marker]:09x}"} for marker in ids]
            for ids in STRIPS
        ],
        "patches": [{"box": list(patch.box), "grey": patch.grey} for patch in patches()],
        "bank_card": {"width": BANK_CARD[0], "height": BANK_CARD[1], "corner": BANK_CARD_CORNER},
    }
