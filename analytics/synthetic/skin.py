"""Drawn photos of made-up lumps: a patch of skin, a dome, redness or a bruise, and a ruler of true scale beside it.

For the demo and for tests; they show nobody. 8 pixels are one millimetre. Needs OpenCV and Pillow, loaded when drawing.
"""

import io
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from PIL.Image import Image

Floats = NDArray[np.float32]

PIXELS_A_MM = 8
WIDTH, HEIGHT = 896, 672
# CIELAB (D65) of skin, light to dark; what redness adds shows about a third as strongly on the last as on the first
TONES: dict[str, tuple[float, float, float]] = {
    "light": (76.0, 9.0, 15.0),
    "tan": (64.0, 12.0, 20.0),
    "brown": (48.0, 13.0, 20.0),
    "dark": (33.0, 10.0, 13.0),
}
RED_ON: dict[str, float] = {"light": 1.0, "tan": 0.8, "brown": 0.55, "dark": 0.35}


@dataclass(frozen=True)
class SkinPhoto:
    """What a drawn photo shows: axes in mm, redness 0-3, a bruise or a pale point or none, on which skin."""

    length_mm: float
    width_mm: float
    height_mm: float
    tone: str = "tan"
    redness: int = 0
    bruise: float = 0.0  # 0 none to 1 fresh
    point: bool = False  # a pale point in the middle, as pus makes one
    seed: int = 0


def draw_skin(photo: SkinPhoto) -> bytes:
    """The photo as a JPEG of 896 by 672 pixels, the same bytes for the same facts."""
    rng = np.random.default_rng(photo.seed)
    height, inside = _dome(photo)
    lab = _colours(photo, inside, rng)
    shaded = _shade(_to_rgb(lab), height + _texture(rng))
    out = io.BytesIO()
    _with_ruler(shaded, rng).save(out, "JPEG", quality=86)
    return out.getvalue()


def _grid() -> tuple[Floats, Floats]:
    """Millimetres right of and below the lump's middle, for every pixel."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    right, down = (x - WIDTH * 0.5) / PIXELS_A_MM, (y - HEIGHT * 0.42) / PIXELS_A_MM
    return right.astype(np.float32), down.astype(np.float32)


def _dome(photo: SkinPhoto) -> tuple[Floats, Floats]:
    """Height in mm of the skin's surface, and the distance from the middle in lump radii (1 = the edge)."""
    x, y = _grid()
    turn = 0.25
    along, across = x * np.cos(turn) + y * np.sin(turn), y * np.cos(turn) - x * np.sin(turn)
    radius = np.hypot(along / (photo.length_mm / 2), across / (photo.width_mm / 2))
    dome = np.where(radius < 1.25, np.cos(np.clip(radius / 1.25, 0, 1) * np.pi / 2) ** 2, 0.0)
    return np.asarray(photo.height_mm * dome, np.float32), radius


def _texture(rng: np.random.Generator) -> Floats:
    """Heights in mm of skin's fine relief: broad unevenness, and lines and pores too shallow to cast a shadow."""
    return np.asarray(0.5 * _noise(rng, 70) + 0.006 * _noise(rng, 1.6) + 0.010 * _noise(rng, 4), np.float32)


def _noise(rng: np.random.Generator, across: float) -> Floats:
    """Blurred noise of spread 1 at the photo's size: one field for each width, moved about at random."""
    return np.roll(_field(across), (int(rng.integers(HEIGHT)), int(rng.integers(WIDTH))), axis=(0, 1))


@lru_cache(maxsize=8)
def _field(across: float) -> Floats:
    """Noise blurred by ``across`` pixels that joins at its edges, so that it can be moved about."""
    import cv2

    coarse = 8 if across > 20 else 1  # broad noise is as good on a coarse grid, and a good deal quicker
    shape = (HEIGHT // coarse, WIDTH // coarse)
    raw = np.random.default_rng(int(across * 10)).normal(size=shape).astype(np.float32)
    reach = int(3 * across / coarse) + 1
    blurred = cv2.GaussianBlur(np.pad(raw, reach, mode="wrap"), (0, 0), across / coarse)[reach:-reach, reach:-reach]
    blurred = cv2.resize(blurred, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)
    return np.asarray(blurred / blurred.std(), np.float32)


def _colours(photo: SkinPhoto, radius: Floats, rng: np.random.Generator) -> Floats:
    """CIELAB of every pixel: the skin's own colour, blotches, redness around the lump, a bruise, a point."""
    lab = np.empty((HEIGHT, WIDTH, 3), np.float32)
    lab[:] = TONES[photo.tone]
    blotch = _noise(rng, 26)
    lab[..., 0] += 0.9 * blotch
    lab[..., 1] += 0.8 * _noise(rng, 12)
    share = RED_ON[photo.tone]
    if photo.redness:
        reach = 1.0 + 0.25 * photo.redness
        halo = 1 / (1 + np.exp((radius - reach + 0.12 * blotch) * 5))
        lab[..., 1] += 6.5 * photo.redness * share * halo
        lab[..., 0] -= (2.2 * share + 1.6 * (1 - share)) * photo.redness * halo  # darker and purple on dark skin
        lab[..., 2] -= 1.5 * photo.redness * (1 - share) * halo
    if photo.bruise > 0:
        patch = 1 / (1 + np.exp((radius - 1.1 + 0.16 * blotch) * 4))
        lab[..., 0] -= 17 * photo.bruise * patch
        lab[..., 1] += 7 * photo.bruise * patch
        lab[..., 2] += (16 * (1 - photo.bruise) - 20 * photo.bruise) * patch * min(photo.bruise * 2, 1)
    if photo.point:
        spot = np.exp(-((radius * photo.length_mm / 2 / 1.6) ** 4))[..., None]
        lab += spot * (np.array([82.0, 3.0, 24.0]) - lab) * 0.85
    return lab


def _to_rgb(lab: Floats) -> Floats:
    """Linear RGB in 0-1 from CIELAB under D65."""
    import cv2

    rgb = cv2.cvtColor(lab.astype(np.float32), cv2.COLOR_LAB2LRGB)
    return np.asarray(np.clip(rgb, 0, 1), np.float32)


def _shade(rgb: Floats, height: Floats) -> Floats:
    """Light from the upper left over the surface, a little shine, darker towards the corners; sRGB in 0-1."""
    slope_y, slope_x = np.gradient(height * PIXELS_A_MM)
    length = np.sqrt(slope_x**2 + slope_y**2 + 1)
    light = np.array([-0.45, -0.5, 0.75]) / np.linalg.norm([-0.45, -0.5, 0.75])
    facing = np.clip((-slope_x * light[0] - slope_y * light[1] + light[2]) / length, 0, 1)
    half = np.array([light[0], light[1], light[2] + 1]) / np.linalg.norm([light[0], light[1], light[2] + 1])
    shine = np.clip((-slope_x * half[0] - slope_y * half[1] + half[2]) / length, 0, 1) ** 60
    x, y = _grid()
    corners = 1 - 0.22 * np.clip((x**2 + y**2) / 70**2, 0, 1)
    lit = rgb * ((0.3 + 0.7 * facing / light[2]) * corners)[..., None] + 0.02 * shine[..., None]
    lit = np.clip(lit, 0, 1)
    return np.asarray(np.where(lit <= 0.0031308, 12.92 * lit, 1.055 * lit ** (1 / 2.4) - 0.055), np.float32)


def _with_ruler(shaded: Floats, rng: np.random.Generator) -> "Image":
    """The finished picture: camera noise, and a paper ruler with a tick each millimetre along the lower edge."""
    from PIL import Image, ImageDraw, ImageFont

    noisy = shaded + 0.007 * _noise(rng, 0.6)[..., None]
    image = Image.fromarray((np.clip(noisy, 0, 1) * 255).astype(np.uint8))
    draw = ImageDraw.Draw(image)
    top, left = HEIGHT - 96, 48
    draw.rectangle((left - 20, top, left + 800 + 20, top + 72), fill=(238, 234, 222), outline=(196, 190, 176))
    font = ImageFont.load_default(18)
    for mm in range(101):
        x = left + mm * PIXELS_A_MM
        draw.line((x, top, x, top + (28 if mm % 10 == 0 else 20 if mm % 5 == 0 else 12)), fill=(40, 44, 46), width=2)
        if mm % 10 == 0:
            draw.text((x, top + 32), str(mm), fill=(40, 44, 46), anchor="ma", font=font)
    draw.text((left + 796, top + 54), "mm", fill=(86, 102, 106), anchor="ra", font=ImageFont.load_default(13))
    return image
