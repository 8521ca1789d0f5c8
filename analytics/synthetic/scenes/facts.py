"""The facts of one made-up photograph, all in mm, degrees, pixels or shares, before anything is drawn."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Exact = NDArray[np.float64]
Either = NDArray[Any]  # single or double precision, as what came in


@dataclass(frozen=True)
class Camera:
    """A phone held over the lump. Tilt 0 looks straight down; ``off`` is where the lump lies, as a share of the frame."""

    width: int = 2048
    height: int = 1536
    focal: float = 0.75  # focal length / picture width: 26 mm equivalent, as the main lens of most phones
    distance: float = 280.0  # mm from the lens to the lump
    tilt: float = 0.0
    azimuth: float = 0.0  # which way it is tilted
    roll: float = 0.0
    off: tuple[float, float] = (0.0, 0.0)
    centre: tuple[float, float] = (0.0, 0.0)  # principal point off the middle, share of the width
    k1: float = 0.0  # lens distortion: straight = bent * (1 + k1 r² + k2 r⁴), r in focal lengths
    k2: float = 0.0


@dataclass(frozen=True)
class Strip:
    """One printed strip on the skin: which (0 or 1), where its middle lies, turned how far, how it lies."""

    number: int
    x: float
    y: float
    turn: float  # degrees
    above: float = 0.3  # mm over the skin
    curl: float = 0.0  # mm its ends stand above its middle
    scale: float = 1.0  # what the printer made of it
    stiff: float = 0.3  # 0 follows the skin's curve, 1 stays flat on its tangent


@dataclass(frozen=True)
class Lump:
    """A lump at the middle of the skin: outline, colour and shape. ``height`` 0 is flat."""

    length: float = 20.0  # of the ellipse it is made from; the true sizes are measured on the outline
    width: float = 15.0
    turn: float = 0.0
    ragged: float = 0.0  # share by which the outline leaves the ellipse
    seed: int = 0
    soft: float = 0.3  # mm over which its colour fades into the skin's
    height: float = 0.0
    profile: str = "cap"  # cap, ellipsoid or bump
    colour: tuple[float, float, float] = (-5.0, 12.0, 2.0)  # CIELAB of the lump less that of the skin
    blotch: float = 0.15  # how uneven its colour is


@dataclass(frozen=True)
class Light:
    """What lights it. Directions: elevation above the skin, azimuth around it, degrees."""

    kelvin: float = 5500.0
    tint: float = 0.0  # to green (+) or magenta (-), share
    ambient: float = 0.5  # the share that comes from everywhere
    ambient_kelvin: float = 6000.0
    elevation: float = 60.0
    azimuth: float = 0.0
    uneven: float = 0.1  # how much darker one side of the frame is
    shadow: float = 0.0  # share of the direct light a shadow takes
    shadow_at: tuple[float, float] = (30.0, 0.0)  # mm, its edge's nearest point to the lump; direction is outward
    penumbra: float = 8.0  # mm: 1 is a hard shadow, 40 a soft one
    glare: tuple[tuple[float, float, float, float], ...] = ()  # x, y, radius in mm, strength (1 = as bright as paper)
    shine: float = 0.03  # skin's own gloss


@dataclass(frozen=True)
class Film:
    """What the camera makes of the light."""

    exposure: float = 1.0  # on its own choice
    balance: float = 0.85  # share of the light's colour that it takes out
    slip: tuple[float, float, float] = (1.0, 1.0, 1.0)  # its error in doing so
    contrast: float = 0.08
    saturation: float = 1.05
    noise: float = 0.004  # of a mid grey
    defocus: float = 0.7  # px, sigma, at 2,048 px wide
    motion: tuple[float, float] = (0.0, 0.0)  # px long at 2,048 px wide, direction
    sharpen: float = 0.3
    jpeg: int = 90


@dataclass(frozen=True)
class Scene:
    """Everything in the picture. ``bend``: radii in mm of the skin's curve along and across (inf is flat)."""

    kind: str
    seed: int
    tone: str = "light"
    hue: str = "red"  # of the lump: red, brown, purple, or skin where only its shading shows it
    camera: Camera = field(default_factory=Camera)
    strips: tuple[Strip, ...] = ()
    lump: Lump | None = None
    light: Light = field(default_factory=Light)
    film: Film = field(default_factory=Film)
    bend: tuple[float, float] = (float("inf"), float("inf"))
    bend_turn: float = 0.0
    limb: float = float("inf")  # mm from the middle to where the body ends and a cloth begins
    hairs: int = 0
    freckles: int = 0
    reason: str | None = None  # why a fair reader refuses it; None: it should be measured
    bank_card: bool = False
