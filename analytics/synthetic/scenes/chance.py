"""Scenes by chance: from a kind and a seed to the facts. The same kind and seed are the same scene.

Kinds to be measured: ``flat``, ``dome``, ``light`` (one lump and camera under many lights: see `series`). Kinds to be
refused, by the reason: see BAD. All within what is promised: 20-45 cm, tilt to 40 degrees, two strips in the frame.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from analytics.photo import card
from analytics.synthetic.scenes.camera import project, true_tilt
from analytics.synthetic.scenes.facts import Camera, Film, Light, Lump, Scene, Strip
from analytics.synthetic.scenes.strips import corner_places, sheets
from analytics.synthetic.scenes.surface import outline
from analytics.synthetic.scenes.tones import SHOWS, TONES

BAD = ("no_card", "one_strip", "too_tilted", "too_blurred", "too_dark", "glare", "print_scale", "no_outline")
KINDS = ("flat", "dome", *BAD)
MOST_TILT = 40.0
HUES = ("red", "brown", "purple")


def scene(kind: str, seed: int, *, tone: str | None = None, hue: str | None = None, width: int = 2048) -> Scene:
    """The facts of scene ``seed`` of this kind; ``tone`` and ``hue`` ("skin" only for domes) by chance where not given."""
    for attempt in range(60):
        rng = np.random.default_rng((seed, attempt, KINDS.index(kind)))
        made = _fair(kind, seed, rng, tone, hue, width)
        made = SPOIL[kind](made, rng) if kind in SPOIL else made
        if made.kind in ("one_strip", "no_card") or _in_frame(made):
            return made
    raise ValueError(f"no {kind} scene {seed} fits the frame")


def _fair(kind: str, seed: int, rng: np.random.Generator, tone: str | None, hue: str | None, width: int) -> Scene:
    """A scene that should be measured."""
    tone = tone or str(rng.choice(list(TONES)))
    curved = rng.random() < 0.6
    bend = (1 / rng.uniform(1 / 4000, 1 / 110), 1 / rng.uniform(1 / 4000, 1 / 500)) if curved else (np.inf, np.inf)
    hue = hue or str(rng.choice([*HUES, "skin"] if kind == "dome" else HUES))
    lump = _lump(kind, rng, tone, hue, seed)
    light = _light(rng)
    if hue == "skin":  # only its shading shows it: somebody who sees it lights it from the side
        light = replace(light, shadow=0.0, ambient=min(light.ambient, 0.55), elevation=min(light.elevation, 60.0))
    limb = float(rng.uniform(70, 120)) if rng.random() < 0.3 else np.inf
    made = Scene(
        kind=kind, seed=seed, tone=tone, hue=hue, lump=lump, light=light, film=_film(rng, width), limb=limb,
        bend=(float(bend[0]), float(bend[1])), bend_turn=float(rng.uniform(-25, 25)),
        camera=_camera(rng, width), hairs=int(rng.choice([0, 0, 30, 150, 400])), freckles=int(rng.choice([0, 3, 12, 40])),
    )  # fmt: skip
    return replace(made, strips=_strips(rng, lump), reason=kind if kind in BAD else None)


def _lump(kind: str, rng: np.random.Generator, tone: str, hue: str, seed: int) -> Lump:
    length = float(np.exp(rng.uniform(np.log(8), np.log(45))))
    share = float(rng.uniform(0.55, 1.0))
    domed = kind == "dome" or hue == "skin" or (kind in BAD and rng.random() < 0.3)
    radius = length * np.sqrt(share) / 2
    height = float(radius * rng.uniform(0.2, 0.5)) if domed else 0.0
    return Lump(
        length=length, width=length * share, turn=float(rng.uniform(0, 180)), seed=seed,
        ragged=float(rng.choice([0, 0.05, 0.12])), soft=float(rng.choice([0.2, 0.6, 1.2])) * (1 if length > 15 else 0.5),
        height=height, profile=str(rng.choice(["cap", "ellipsoid", "bump"] if hue != "skin" else ["cap", "ellipsoid"])),
        colour=_colour(rng, tone, hue), blotch=float(rng.uniform(0.05, 0.25)),
    )  # fmt: skip


def _colour(rng: np.random.Generator, tone: str, hue: str) -> tuple[float, float, float]:
    """What the lump adds to the skin's CIELAB; redness shows less on darker skin, and dark skin darkens to purple."""
    shows, depth = SHOWS[tone], TONES[tone][0] / 72
    strong = float(rng.uniform(0.6, 1.2))
    if hue == "red":
        more = (-6 - 4 * (1 - shows), 13 * shows + 1.5, 2 - 4 * (1 - shows))
    elif hue == "brown":
        more = (-18 * depth, 4 * shows, -1 - 5 * (1 - shows))
    elif hue == "purple":
        more = (-11 * depth - 3, 5 * shows, -11 * depth)
    else:
        more = (-0.5, 1.0 * shows, 0.0)
    return more[0] * strong, more[1] * strong, more[2] * strong


def _strips(rng: np.random.Generator, lump: Lump) -> tuple[Strip, ...]:
    """Two strips, above and below the lump as it is seen, each its own way up, a little turned, a little curled."""
    gap = rng.uniform(4, 14, 2)
    upside = [0.0, 0.0] if rng.random() < 0.6 else [float(rng.choice([0, 180])), float(rng.choice([0, 180]))]
    order = (0, 1) if rng.random() < 0.5 else (1, 0)
    found = []
    for place, side in enumerate((-1, 1)):
        turn = float(rng.normal(0, 6))
        reach = _reach(lump, side) + gap[place] + card.STRIP_WIDTH / 2 + 12 * abs(np.sin(np.radians(turn)))
        found.append(
            Strip(order[place], float(rng.normal(0, 7)), side * float(reach), turn + upside[place],
                  above=float(rng.uniform(0.1, 0.8)), curl=float(rng.choice([0, 0, 0.6, 1.5])),
                  scale=float(rng.normal(1, 0.002)), stiff=float(rng.uniform(0.0, 0.6)))
        )  # fmt: skip
    return tuple(found)


def _reach(lump: Lump, side: int) -> float:
    """How far the lump reaches up (-1) or down (1) from its middle, mm."""
    edge = outline(Scene("flat", 0, lump=lump), 180)
    return float((side * edge[:, 1]).max())


def _camera(rng: np.random.Generator, width: int) -> Camera:
    return Camera(
        width=width, height=width * 3 // 4, focal=float(rng.uniform(0.69, 0.81)), distance=float(rng.uniform(200, 450)),
        tilt=float(rng.uniform(0, MOST_TILT - 2) if rng.random() < 0.5 else abs(rng.normal(0, 10)) % MOST_TILT),
        azimuth=float(rng.uniform(0, 360)), roll=float(rng.normal(0, 12)) + (90.0 if rng.random() < 0.2 else 0.0),
        off=(float(rng.uniform(-0.1, 0.1)), float(rng.uniform(-0.1, 0.1))),
        centre=(float(rng.normal(0, 0.005)), float(rng.normal(0, 0.005))),
        k1=float(rng.normal(0, 0.02)), k2=float(rng.normal(0, 0.01)),
    )  # fmt: skip


def _light(rng: np.random.Generator) -> Light:
    kelvin = float(rng.choice([2700, 3200, 4000, 5000, 6000, 7500]))
    angle = rng.uniform(0, 2 * np.pi)
    far = rng.uniform(-10, 60)
    shadowed = rng.random() < 0.35
    return Light(
        kelvin=kelvin, tint=float(rng.normal(0, 0.03)), ambient=float(rng.uniform(0.35, 0.75)),
        ambient_kelvin=float(kelvin * rng.uniform(0.9, 1.15)), elevation=float(rng.uniform(35, 80)),
        azimuth=float(rng.uniform(0, 360)), uneven=float(rng.uniform(0, 0.25)),
        shadow=float(rng.uniform(0.2, 0.7)) if shadowed else 0.0,
        shadow_at=(float(far * np.cos(angle)), float(far * np.sin(angle))),
        penumbra=float(rng.choice([2.0, 15.0, 50.0])), shine=float(rng.uniform(0, 0.04)),
        glare=_specks(rng),
    )  # fmt: skip


def _specks(rng: np.random.Generator) -> tuple[tuple[float, float, float, float], ...]:
    """Small spots of shine, which a fair shot may have."""
    many = int(rng.choice([0, 0, 1, 3]))
    return tuple(
        (float(rng.normal(0, 40)), float(rng.normal(0, 40)), float(rng.uniform(0.5, 2.5)), float(rng.uniform(0.1, 0.7)))
        for _ in range(many)
    )


def _film(rng: np.random.Generator, width: int) -> Film:
    return Film(
        exposure=float(2 ** rng.normal(-0.1, 0.25)), balance=float(rng.uniform(0.6, 1.0)),
        slip=(float(rng.normal(1, 0.03)), 1.0, float(rng.normal(1, 0.03))), contrast=float(rng.uniform(0, 0.15)),
        saturation=float(rng.uniform(1.0, 1.12)), noise=float(rng.choice([0.002, 0.005, 0.012])),
        defocus=float(rng.choice([0.5, 0.7, 1.0, 1.4])), sharpen=float(rng.uniform(0, 0.6)),
        motion=(float(rng.choice([0, 0, 0, 2.0, 3.5])), float(rng.uniform(0, 180))), jpeg=int(rng.choice([80, 88, 94])),
    )  # fmt: skip


def _in_frame(made: Scene) -> bool:
    """Every strip and the lump within the frame, and the view no steeper than promised (unless that is the fault)."""
    spots = [project(made.camera, corner_places(sheet)) for sheet in sheets(made)]
    if made.lump:
        spots.append(project(made.camera, outline(made, 60)))
    if not spots:
        return True
    every, edge = np.vstack(spots), 6
    size = np.array([made.camera.width, made.camera.height])
    inside = bool((every > edge).all() and (every < size - edge).all())
    return inside and (made.kind == "too_tilted" or true_tilt(made.camera) <= MOST_TILT)


def _no_card(made: Scene, rng: np.random.Generator) -> Scene:
    return replace(made, strips=())


def _one_strip(made: Scene, rng: np.random.Generator) -> Scene:
    """One strip was forgotten; or it lies outside the frame, since the phone was held too near or to one side."""
    return replace(made, strips=(made.strips[int(rng.integers(2))],))


def _too_tilted(made: Scene, rng: np.random.Generator) -> Scene:
    tilted = replace(
        made.camera, tilt=float(rng.uniform(52, 64)), off=(0.0, 0.0), distance=float(rng.uniform(300, 450))
    )
    return replace(made, camera=tilted, bend=(np.inf, np.inf))


def _too_blurred(made: Scene, rng: np.random.Generator) -> Scene:
    """Out of focus, or shaken: details of 2 mm and more are gone."""
    fine = made.camera.focal * 2048 / made.camera.distance  # px a mm
    if rng.random() < 0.6:
        return replace(made, film=replace(made.film, defocus=float(rng.uniform(1.1, 2.0)) * fine))
    return replace(made, film=replace(made.film, motion=(float(rng.uniform(3.5, 6.0)) * fine, made.film.motion[1])))


def _too_dark(made: Scene, rng: np.random.Generator) -> Scene:
    """Paper at a twentieth of white or less, with the noise of a sensor at its limit."""
    return replace(made, film=replace(made.film, exposure=float(2 ** rng.uniform(-6.5, -4.8)), noise=0.02))


def _glare(made: Scene, rng: np.random.Generator) -> Scene:
    """A lamp mirrored right in the lump, over most of it, at least three times as bright as paper."""
    assert made.lump is not None
    radius = float(rng.uniform(0.35, 0.55)) * made.lump.length
    off = rng.normal(0, 0.08, 2) * made.lump.length
    spot = (float(off[0]), float(off[1]), radius, float(rng.uniform(3, 6)))
    return replace(made, light=replace(made.light, glare=(spot,)))


def _print_scale(made: Scene, rng: np.random.Generator) -> Scene:
    """The printer shrank or stretched the card; a bank card lies in the picture to tell."""
    scale = float(rng.uniform(0.90, 0.965) if rng.random() < 0.7 else rng.uniform(1.035, 1.08))
    strips = tuple(replace(strip, scale=scale) for strip in made.strips)
    far = replace(made.camera, distance=float(rng.uniform(330, 450)), off=(0.0, -0.25))
    return replace(
        made, strips=strips, bank_card=True, camera=far, lump=replace(made.lump or Lump(), length=12, width=10)
    )


def _no_outline(made: Scene, rng: np.random.Generator) -> Scene:
    """Skin and nothing on it: a mole between the strips would be a lump, and rightly measured."""
    return replace(made, lump=None, freckles=0)


SPOIL: dict[str, Callable[[Scene, np.random.Generator], Scene]] = {
    "no_card": _no_card, "one_strip": _one_strip, "too_tilted": _too_tilted, "too_blurred": _too_blurred,
    "too_dark": _too_dark, "glare": _glare, "print_scale": _print_scale, "no_outline": _no_outline,
}  # fmt: skip


def series(seed: int, tone: str, lights: int) -> list[Scene]:
    """One red lump, one camera, one place, under ``lights`` lights: warm to cold, dim to bright, shadows, all directions."""
    made = scene("flat", seed, tone=tone, hue="red")
    found = []
    for number in range(lights):
        rng = np.random.default_rng((seed, number, 77))
        film = _film(rng, made.camera.width)
        film = replace(made.film, exposure=film.exposure, balance=film.balance, slip=film.slip, noise=film.noise)
        found.append(replace(made, light=_light(rng), film=film))
    return found
