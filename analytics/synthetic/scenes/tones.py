"""Colours of skin and lumps, as reflectance in CIELAB (D65).

Six skins, one in the middle of each class of the individual typology angle, ITA = arctan((L* - 50) / b*) in degrees (Chardon
1991; Del Bino and Bernerd 2013): very light > 55, light 41-55, intermediate 28-41, tan 10-28, brown -30-10, dark < -30. L*,
a* and b* lie within what spectrophotometers find on arms and trunks (a* 8-13, b* 13-19). These are reflectances, not the
brighter swatches that the Monk scale prints; by lightness they stand near Monk 4 to 9.
"""

import numpy as np

from analytics.synthetic.scenes.facts import Exact, Floats

TONES: dict[str, tuple[float, float, float]] = {
    "very light": (72.0, 8.0, 13.0),
    "light": (66.0, 9.5, 15.0),
    "intermediate": (61.0, 10.5, 16.5),
    "tan": (55.5, 12.0, 18.0),
    "brown": (44.0, 12.0, 17.5),
    "dark": (33.0, 10.0, 13.0),
}
# How strongly the same redness shows, very light skin = 1: about a third on dark skin (docs/photos.md).
SHOWS: dict[str, float] = {
    "very light": 1.0, "light": 0.95, "intermediate": 0.85, "tan": 0.75, "brown": 0.55, "dark": 0.35,
}  # fmt: skip
# One redness grade (none, slight, clear, strong) in a* on very light skin; on others times SHOWS. Redness that a trained eye
# can just see raised a* by 1.88 on skin of the intermediate class (Biomedicines 2024;12(11):2544), and what the eye grades
# is linear in what is measured (Photodermatol Photoimmunol Photomed 2013;29:190): "just visible" is half a grade.
GRADE = 2 * 1.88 / SHOWS["intermediate"]
SRGB = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
D65 = SRGB.sum(axis=1)
BRADFORD = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])


def typology(lab: tuple[float, float, float]) -> float:
    """The individual typology angle, degrees."""
    return float(np.degrees(np.arctan2(lab[0] - 50, lab[2])))


def grade(tone: str) -> float:
    """One redness grade in a* as it shows on this skin."""
    return GRADE * SHOWS[tone]


def linear(lab: tuple[float, float, float] | Exact) -> Exact:
    """Linear sRGB (may leave 0-1) of a CIELAB colour under D65."""
    lightness, a, b = (float(part) for part in lab)
    f = np.array([(lightness + 16) / 116 + a / 500, (lightness + 16) / 116, (lightness + 16) / 116 - b / 200])
    xyz = np.where(f > 6 / 29, f**3, 3 * (6 / 29) ** 2 * (f - 4 / 29)) * D65
    return np.asarray(np.linalg.solve(SRGB, xyz))


def redness(rgb: Exact) -> float:
    """a* of a linear sRGB colour."""
    ratio = (SRGB @ rgb) / D65
    f = np.where(ratio > (6 / 29) ** 3, np.cbrt(ratio), ratio / (3 * (6 / 29) ** 2) + 4 / 29)
    return float(500 * (f[0] - f[1]))


def under(kelvin: float, tint: float = 0.0) -> Floats:
    """3x3 matrix: what a surface known in linear sRGB gives under a light of this colour, mean luminance kept.

    Bradford's cones, not the camera's channels: so three gains in RGB cannot quite undo it, as in life.
    """
    white = _white(kelvin)
    white = white * np.array([1 - tint / 2, 1.0, 1 - tint / 2])
    gains = np.diag((BRADFORD @ white) / (BRADFORD @ D65))
    return np.asarray(np.linalg.inv(SRGB) @ np.linalg.inv(BRADFORD) @ gains @ BRADFORD @ SRGB, np.float32)


def _white(kelvin: float) -> Exact:
    """XYZ (Y = 1) of a black body up to 4,000 K, of daylight above (Kim et al. 2002; CIE 15)."""
    t = 1e3 / kelvin
    if kelvin < 4000:
        x = -0.2661239 * t**3 - 0.2343589 * t**2 + 0.8776956 * t + 0.179910
        y = -0.9549476 * x**3 - 1.37418593 * x**2 + 2.09137015 * x - 0.16748867
    else:
        x = -4.6070 * t**3 + 2.9678 * t**2 + 0.09911 * t + 0.244063
        x = -2.0064 * t**3 + 1.9018 * t**2 + 0.24748 * t + 0.237040 if kelvin > 7000 else x
        y = -3.0 * x**2 + 2.870 * x - 0.275
    return np.array([x / y, 1.0, (1 - x - y) / y])
