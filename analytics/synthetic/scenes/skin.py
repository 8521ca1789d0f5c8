"""What colour each place of the skin is: pores and blotches, freckles, the lump, hair, and the cloth beyond the body."""

from functools import lru_cache

import numpy as np

from analytics.synthetic.scenes.facts import Exact, Floats, Scene
from analytics.synthetic.scenes.tones import TONES, linear

# How strongly melanin and blood take light away in R, G, B (log units, the strongest channel 1): skin varies along these.
MELANIN = np.array([0.45, 0.75, 1.0], np.float32)
BLOOD = np.array([0.18, 1.0, 0.85], np.float32)
TILE = 1024
FEW = 4  # every so many pixels the broad patches of the skin are worked out
CLOTHS = ((0.55, 0.55, 0.58), (0.07, 0.09, 0.16), (0.36, 0.13, 0.11), (0.18, 0.24, 0.17), (0.75, 0.73, 0.68))


@lru_cache(maxsize=4)
def _tile(kind: str) -> Floats:
    """A field of spread 1 that joins at its edges; ``pores`` at 10 px a mm, ``patches`` at 2 px a mm."""
    import cv2

    sizes = ((1.2, 0.6), (3.0, 0.8), (7.0, 0.5)) if kind == "pores" else ((3.0, 0.5), (9.0, 0.7), (28.0, 0.9))
    rng = np.random.default_rng(len(kind))
    total = np.zeros((TILE, TILE), np.float32)
    for across, weight in sizes:
        raw = rng.normal(size=(TILE, TILE)).astype(np.float32)
        pad = int(4 * across)
        smooth = cv2.GaussianBlur(np.pad(raw, pad, mode="wrap"), (0, 0), across)[pad:-pad, pad:-pad]
        total += weight * smooth / smooth.std()
    return np.asarray(total / total.std(), np.float32)


def _field(kind: str, x: Floats, y: Floats, rng: np.random.Generator) -> Floats:
    """A tile's values at skin places, moved about by chance."""
    import cv2

    per_mm = np.float32(10 if kind == "pores" else 2)
    u, v = x * per_mm + np.float32(rng.uniform(0, TILE)), y * per_mm + np.float32(rng.uniform(0, TILE))
    return np.asarray(cv2.remap(_tile(kind), u, v, cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP), np.float32)


def relief(scene: Scene, x: Floats, y: Floats) -> Floats:
    """The shading that pores and lines give, as a factor near 1."""
    return 1 + np.float32(0.030) * _field("pores", x, y, np.random.default_rng((scene.seed, 31)))


def colours(scene: Scene, x: Floats, y: Floats, inside: Floats | None) -> Floats:
    """Linear RGB reflectance (h, w, 3). ``inside``: mm inside the lump's edge, None where there is no lump."""
    import cv2

    rng = np.random.default_rng((scene.seed, 32))
    few_x, few_y = np.ascontiguousarray(x[::FEW, ::FEW]), np.ascontiguousarray(y[::FEW, ::FEW])
    melanin, blood = 0.03 * _field("patches", few_x, few_y, rng), 0.02 * _field("patches", few_y, few_x, rng)
    skin = linear(TONES[scene.tone]).astype(np.float32)
    patchy = skin * np.exp(-melanin[..., None] * MELANIN - blood[..., None] * BLOOD)
    colour = np.asarray(
        cv2.resize(patchy.astype(np.float32), x.shape[::-1], interpolation=cv2.INTER_LINEAR), np.float32
    )
    if scene.lump is not None and inside is not None:
        _lump(scene, colour, x, y, inside, rng)
    _freckles(scene, colour, x, y)
    if np.isfinite(scene.limb):
        _cloth(scene, colour, x, y)
    return colour


def _lump(scene: Scene, colour: Floats, x: Floats, y: Floats, inside: Floats, rng: np.random.Generator) -> None:
    """The lump's own colour over the skin's, uneven as lumps are."""
    assert scene.lump is not None
    rows, columns = np.nonzero(inside.max(axis=1) > -9)[0], np.nonzero(inside.max(axis=0) > -9)[0]
    if rows.size == 0:
        return
    box = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    share = cover(scene, inside[box])
    factor = (lump_colour(scene) / linear(TONES[scene.tone])).astype(np.float32)
    uneven = np.float32(0.5 * scene.lump.blotch) * share * _field("patches", y[box] * 2.3, x[box] * 2.3, rng)
    colour[box] *= (1 + share[..., None] * (factor - 1)) * np.exp(-uneven[..., None] * MELANIN)


def lump_colour(scene: Scene) -> Exact:
    """Linear RGB of the middle of the lump."""
    assert scene.lump is not None
    mixed = tuple(own + more for own, more in zip(TONES[scene.tone], scene.lump.colour, strict=True))
    return np.clip(linear((mixed[0], mixed[1], mixed[2])), 0.003, 1)


def cover(scene: Scene, inside: Floats) -> Floats:
    """How much of the lump's colour each place has: a half at its edge, whole and none ``soft`` mm in and out."""
    assert scene.lump is not None
    return np.asarray(1 / (1 + np.exp(np.clip(-inside * (4 / max(scene.lump.soft, 0.02)), -30, 30))), np.float32)


def _freckles(scene: Scene, colour: Floats, x: Floats, y: Floats) -> None:
    """Freckles and moles around the lump, none on it."""
    rng = np.random.default_rng((scene.seed, 33))
    clear = (scene.lump.length * 0.8 if scene.lump else 0) + 3
    step = 0.6 * scene.camera.distance / (scene.camera.focal * scene.camera.width)  # mm a pixel, at its smallest
    for _ in range(scene.freckles):
        angle, far = rng.uniform(0, 2 * np.pi), clear + rng.exponential(40)
        at, radius = (far * np.cos(angle), far * np.sin(angle)), rng.gamma(3, 0.35)
        strength = rng.uniform(0.15, 0.7)
        near = np.argmin(np.hypot(x[::16, ::16] - at[0], y[::16, ::16] - at[1]))
        row, column = (16 * int(part) for part in np.unravel_index(near, x[::16, ::16].shape))
        reach = int(2 * radius / step) + 20
        place = np.s_[max(0, row - reach) : row + reach, max(0, column - reach) : column + reach]
        spot = strength * np.exp(-((((x[place] - at[0]) ** 2 + (y[place] - at[1]) ** 2) / radius**2) ** 2))
        colour[place] *= np.exp(-spot[..., None] * MELANIN)


def _cloth(scene: Scene, colour: Floats, x: Floats, y: Floats) -> None:
    """Beyond the limb's edge: a woven cloth."""
    rng = np.random.default_rng((scene.seed, 34))
    turn = np.radians(scene.bend_turn)
    away = np.abs(x * np.float32(np.cos(turn)) + y * np.float32(np.sin(turn))) - np.float32(scene.limb)
    share = np.clip(away / np.float32(0.6), 0, 1)
    base = np.array(CLOTHS[rng.integers(len(CLOTHS))], np.float32)
    out = share > 0
    far_x, far_y = x[out], y[out]
    folds = np.sin(far_x * np.float32(0.13) + far_y * np.float32(0.07) + np.float32(rng.uniform(0, 6)))
    weave = 1 + 0.18 * np.sin(far_x * np.float32(4.1)) * np.sin(far_y * np.float32(4.1)) + 0.10 * folds
    colour[out] += share[out][:, None] * (base * weave[:, None] - colour[out])


def hairs(scene: Scene, count: int) -> list[tuple[Exact, float]]:
    """Body hair: curves of (n, 2) skin places in mm, and their thickness in mm."""
    rng = np.random.default_rng((scene.seed, 35))
    along = rng.uniform(0, 2 * np.pi)
    found = []
    for _ in range(count):
        start = rng.normal(0, 40, 2)
        angle = along + rng.normal(0, 0.5)
        bend, length = rng.normal(0, 0.05), rng.uniform(5, 16)
        steps = np.linspace(0, length, 14)
        turn = angle + bend * steps
        curve = np.cumsum(np.stack([np.cos(turn), np.sin(turn)], axis=1) * (steps[1] - steps[0]), axis=0) + start
        found.append((curve, float(rng.uniform(0.05, 0.11))))
    return found
