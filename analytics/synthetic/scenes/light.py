"""The light that falls on each place: colour, direction, unevenness, shadows, the lump's own shading, and shine."""

import numpy as np

from analytics.synthetic.scenes.facts import Exact, Floats, Light, Scene
from analytics.synthetic.scenes.surface import COARSE, PER_MM, LumpMap, sample, skin_height
from analytics.synthetic.scenes.tones import under


def towards(light: Light) -> Exact:
    """Unit vector from the skin to the lamp, in the world."""
    up, around = np.radians(light.elevation), np.radians(light.azimuth)
    return np.array([np.cos(up) * np.cos(around), np.cos(up) * np.sin(around), -np.sin(up)])


def colours_of(light: Light) -> tuple[Floats, Floats]:
    """Matrices of the direct and of the all-round light."""
    return under(light.kelvin, light.tint), under(light.ambient_kelvin, light.tint / 2)


def unshadowed(scene: Scene, x: Floats, y: Floats) -> Floats:
    """Share of the direct light that reaches each place past the shadow of a phone, a hand or a window frame."""
    light = scene.light
    if light.shadow <= 0:
        return np.ones_like(x)
    far = float(np.hypot(*light.shadow_at)) or 1e-6
    out = (x * light.shadow_at[0] + y * light.shadow_at[1]) / far - far
    return np.asarray(1 - light.shadow / (1 + np.exp(np.clip(-out * (4 / light.penumbra), -30, 30))), np.float32)


def unevenness(scene: Scene, shape: tuple[int, int]) -> Floats:
    """One side of the frame lighter than the other, and the lens's own darker corners."""
    angle = np.radians(scene.light.azimuth)
    v = np.linspace(-0.75, 0.75, shape[0], dtype=np.float32)[:, None]
    u = np.linspace(-1, 1, shape[1], dtype=np.float32)[None, :]
    slope = 1 + scene.light.uneven * (u * np.cos(angle) + v * np.sin(angle))
    return np.asarray(slope * (1 - 0.10 * (u * u + v * v)), np.float32)


def on_skin(scene: Scene, x: Floats, y: Floats) -> Floats:
    """Direct light on the curving skin beside that at the lump, where the skin is level."""
    import cv2

    if all(np.isinf(scene.bend)):
        return np.ones_like(x)
    few_x, few_y = x[::COARSE, ::COARSE].astype(np.float64), y[::COARSE, ::COARSE].astype(np.float64)
    here, step = skin_height(scene, few_x, few_y), 0.05
    slope_x = (skin_height(scene, few_x + step, few_y) - here) / step
    slope_y = (skin_height(scene, few_x, few_y + step) - here) / step
    lamp = towards(scene.light)
    facing = (-slope_x * lamp[0] - slope_y * lamp[1] - lamp[2]) / np.sqrt(slope_x**2 + slope_y**2 + 1)
    share = np.clip(facing / -lamp[2], 0, 2.5).astype(np.float32)
    return np.asarray(cv2.resize(share, x.shape[::-1], interpolation=cv2.INTER_LINEAR), np.float32)


def on_sheet(scene: Scene, out: Exact) -> float:
    """Direct light on paper that faces ``out``, beside that on level skin at the lump."""
    lamp = towards(scene.light)
    return float(np.clip(lamp @ out / -lamp[2], 0, 2.5))


def on_lump(scene: Scene, maps: LumpMap, x: Floats, y: Floats) -> tuple[Floats, Floats, Floats]:
    """Direct light on the dome beside that on level skin, all-round light likewise, and its gloss; 1, 1, 0 away from it."""
    lamp = towards(scene.light)
    slope_y, slope_x = np.gradient(maps.height * PER_MM)
    length = np.sqrt(slope_x**2 + slope_y**2 + 1)
    normal = np.stack([-slope_x, -slope_y, -np.ones_like(length)]) / length
    facing = np.clip(np.tensordot(lamp, normal, 1), 0, None) * _cast(scene, maps, lamp)
    direct = (facing / -lamp[2]).astype(np.float32)
    around = (0.5 - 0.5 * normal[2]).astype(np.float32)  # the share of the sky it sees
    half = lamp + np.array([0.0, 0.0, -1.0])
    gloss = np.clip(np.tensordot(half / np.linalg.norm(half), normal, 1), 0, 1) ** 90
    level = max(float(half[2] / np.linalg.norm(half) * -1), 0) ** 90
    take = [(direct, 1.0), (around, 1.0), ((gloss - level).astype(np.float32), 0.0)]
    found = [sample(field, maps.reach, x, y, beyond) for field, beyond in take]
    return found[0], found[1], found[2]


def _cast(scene: Scene, maps: LumpMap, lamp: Exact) -> Floats:
    """Share of the lamp each place of the lump's map sees past the dome: its own cast shadow, softened."""
    import cv2

    high = float(maps.height.max())
    if high < 0.2:
        return np.ones_like(maps.height)
    level = float(np.hypot(lamp[0], lamp[1]))
    lit = np.ones_like(maps.height)
    steps = np.linspace(0, high, 14)[1:]
    for up in steps:
        away = up * level / -lamp[2] * PER_MM
        shift = np.array([[1, 0, -lamp[0] / level * away], [0, 1, -lamp[1] / level * away]], np.float32)
        moved = cv2.warpAffine(maps.height, shift, maps.height.shape[::-1])
        lit = np.minimum(lit, np.clip((maps.height + up - moved) / 0.5 + 1, 0, 1))
    return np.asarray(cv2.GaussianBlur(lit, (0, 0), 0.6 * PER_MM), np.float32)


def glare(scene: Scene, x: Floats, y: Floats) -> Floats:
    """White light thrown back by sweat, cream or glossy paper, where 1 is as bright as white paper."""
    total = np.zeros_like(x)
    for at_x, at_y, radius, strength in scene.light.glare:
        far = ((x - at_x) ** 2 + (y - at_y) ** 2) / radius**2
        total += strength * np.exp(-np.minimum(far, 20))
    return total
