"""A small renderer for these tests: skin with a lump between the two strips, seen by a pinhole camera. Truth is known.

Each pixel's ray is followed to the surface (skin with a dome on it, or a strip of paper, loose, tilted, curled).
"""

import io
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from analytics.photo import card
from tracker.card.draw import strip_picture

Floats = NDArray[np.float64]
DPI = 600
LIGHT, TAN, DARK = (74.0, 10.0, 16.0), (60.0, 13.0, 21.0), (34.0, 10.0, 13.0)  # CIELAB


@dataclass(frozen=True)
class Sheet:
    """A strip on the skin: its middle in mm, its turn, how much it is raised, tilted about its length, and curled (1/mm)."""

    number: int
    x: float
    y: float
    turn: float = 0.0  # degrees
    raised: float = 0.0  # mm
    tilt: float = 0.0  # degrees
    curl: float = 0.0  # 1/mm, ends up
    scale: tuple[float, float] = (1.0, 1.0)  # as printed: along, across


@dataclass(frozen=True)
class Scene:
    size: tuple[int, int] = (1512, 1134)
    focal: float = 0.78  # of the long side
    distance: float = 300.0
    tilt: float = 0.0
    azimuth: float = 0.0
    roll: float = 0.0
    k1: float = 0.0
    skin: tuple[float, float, float] = LIGHT
    lump: tuple[float, float] | None = (30.0, 22.0)  # full axes, mm
    lump_turn: float = 20.0
    lump_lab: tuple[float, float, float] = (-8.0, 10.0, 2.0)  # added to the skin's
    height: float = 0.0
    edge: float = 0.6  # mm over which the colour fades
    sheets: tuple[Sheet, ...] = (Sheet(1, 0, -42, 2.0), Sheet(2, 1, 42, -3.0))
    white: tuple[float, float, float] = (1.0, 1.0, 1.0)
    exposure: float = 0.8
    sideways: float = 0.25  # how far the light falls off across the picture
    shadow: float = 0.0
    blur: float = 0.7
    noise: float = 0.006
    hairs: int = 0
    glare: tuple[float, float, float] | None = None  # x, y, radius in mm on the skin
    bank_card: tuple[float, float, float] | None = None  # x, y in mm and turn in degrees
    texture: float = 1.0
    quality: int = 90
    seed: int = 1


@lru_cache(maxsize=2)
def _strip(number: int) -> Floats:
    picture = Image.open(io.BytesIO(strip_picture(number, DPI))).convert("L")
    return np.asarray(linear(np.asarray(picture, np.float64) / 255))


def linear(srgb: Floats) -> Floats:
    return np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)


def encode(value: Floats) -> Floats:
    value = np.clip(value, 0, 1)
    return np.where(value <= 0.0031308, value * 12.92, 1.055 * value ** (1 / 2.4) - 0.055)


def lab_to_linear(lab: Floats) -> Floats:
    fy = (lab[..., 0] + 16) / 116
    f = np.stack([fy + lab[..., 1] / 500, fy, fy - lab[..., 2] / 200], -1)
    xyz = np.where(f > 6 / 29, f**3, 3 * (6 / 29) ** 2 * (f - 4 / 29)) * (0.95047, 1.0, 1.08883)
    turn = np.array([[3.2406, -1.5372, -0.4986], [-0.9689, 1.8758, 0.0415], [0.0557, -0.2040, 1.0570]])
    return np.asarray(xyz @ turn.T)


def _camera(scene: Scene) -> tuple[Floats, Floats]:
    """Where the camera stands (3,) and its axes as rows (3, 3): right, down, forward. Skin is z = 0, up is -z."""
    t, a, r = np.radians([scene.tilt, scene.azimuth, scene.roll])
    back = np.array([np.sin(t) * np.cos(a), np.sin(t) * np.sin(a), -np.cos(t)])
    forward = -back
    right = np.array([1.0, 0, 0]) - forward[0] * forward
    right /= np.linalg.norm(right)
    down = np.cross(forward, right)
    turned = np.array([np.cos(r) * right + np.sin(r) * down, -np.sin(r) * right + np.cos(r) * down, forward])
    return back * scene.distance, turned


def _rays(scene: Scene) -> Floats:
    w, h = scene.size
    f = scene.focal * max(w, h)
    u, v = np.meshgrid((np.arange(w) + 0.5 - w / 2) / f, (np.arange(h) + 0.5 - h / 2) / f)
    x, y = u.copy(), v.copy()
    for _ in range(6):
        bend = 1 + scene.k1 * (x * x + y * y)
        x, y = u / bend, v / bend
    _, axes = _camera(scene)
    return np.asarray(np.stack([x, y, np.ones_like(x)], -1) @ axes)


def dome(scene: Scene, x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Height (mm) and radius in units of the lump's edge."""
    if scene.lump is None:
        return np.zeros_like(x), np.full_like(x, 9.0)
    t = np.radians(scene.lump_turn)
    along, across = x * np.cos(t) + y * np.sin(t), -x * np.sin(t) + y * np.cos(t)
    radius = np.hypot(along / (scene.lump[0] / 2), across / (scene.lump[1] / 2))
    return scene.height * np.clip(1 - radius**2, 0, 1) ** 0.75, radius


def render(scene: Scene) -> NDArray[np.uint8]:
    rng = np.random.default_rng(scene.seed)
    eye, _ = _camera(scene)
    rays = _rays(scene)
    z = np.zeros(rays.shape[:2])
    for _ in range(8 if scene.height else 1):
        s = (-z - eye[2]) / rays[..., 2]
        x, y = eye[0] + s * rays[..., 0], eye[1] + s * rays[..., 1]
        z = dome(scene, x, y)[0]
    height, radius = dome(scene, x, y)
    lab = np.broadcast_to(np.array(scene.skin, float), (*x.shape, 3)).copy()
    weight = 1 / (
        1 + np.exp(np.clip((radius - 1) * (min(scene.lump) / 2 if scene.lump else 1) / scene.edge * 4, -50, 50))
    )
    lab += weight[..., None] * np.array(scene.lump_lab)
    lab += _mottle(x, y, rng)[..., None] * np.array([1.6, 0.7, 0.5]) * scene.texture
    albedo = np.clip(lab_to_linear(lab), 0.005, 1)
    albedo *= _shading(scene, x, y, height)[..., None]
    for sheet in scene.sheets:
        _lay(albedo, rays, eye, sheet)
    if scene.bank_card:
        _lay_bank_card(albedo, x, y, scene.bank_card)
    _hairs(albedo, scene, rng)
    return _develop(albedo, scene, x, y, rng)


def _mottle(x: Floats, y: Floats, rng: np.random.Generator) -> Floats:
    total = np.zeros_like(x)
    for across, amount in ((60, 0.5), (25, 0.6), (9, 0.5), (3, 0.35)):
        for _ in range(4):
            k, phase = rng.normal(size=2) * 2 * np.pi / across / 1.5, rng.uniform(0, 6.28)
            total += amount * np.sin(k[0] * x + k[1] * y + phase) / 2
    return total


def _shading(scene: Scene, x: Floats, y: Floats, height: Floats) -> Floats:
    if scene.height == 0:
        return np.ones_like(x)
    step = 0.2
    nx = -(dome(scene, x + step, y)[0] - dome(scene, x - step, y)[0]) / (2 * step)
    ny = -(dome(scene, x, y + step)[0] - dome(scene, x, y - step)[0]) / (2 * step)
    light = np.array([-0.45, -0.35, 0.82])
    light /= np.linalg.norm(light)
    lit = np.clip((nx * light[0] + ny * light[1] + light[2]) / np.sqrt(nx**2 + ny**2 + 1), 0, 1)
    return np.asarray(0.45 + 0.55 * lit / light[2])


def _lay(albedo: Floats, rays: Floats, eye: Floats, sheet: Sheet) -> None:
    t, tilt = np.radians([sheet.turn, sheet.tilt])
    along = np.array([np.cos(t), np.sin(t), 0])
    across = np.array([-np.sin(t) * np.cos(tilt), np.cos(t) * np.cos(tilt), -np.sin(tilt)])
    up = np.cross(across, along)  # towards the camera: -z
    up *= -np.sign(up[2])
    middle = np.array([sheet.x, sheet.y, -sheet.raised])
    lift = np.zeros(rays.shape[:2])
    for _ in range(5):
        s = ((middle - eye) @ up + lift) / (rays @ up)
        p = eye + s[..., None] * rays - middle
        u, v = p @ along, p @ across
        lift = sheet.curl * u * u / 2
    if sheet.curl:  # paper keeps its length: arc length along the parabola
        u = u * (1 + (sheet.curl * u) ** 2 / 6)
    u, v = u / sheet.scale[0] + card.STRIP_LENGTH / 2, v / sheet.scale[1] + card.STRIP_WIDTH / 2
    seen = (u >= 0) & (v >= 0) & (u < card.STRIP_LENGTH) & (v < card.STRIP_WIDTH)
    if not seen.any():
        return
    wide = cv2.GaussianBlur(_strip(sheet.number), (0, 0), 600 / 25.4 * 0.12)
    px = DPI / 25.4
    got = cv2.remap(wide, (u * px - 0.5).astype(np.float32), (v * px - 0.5).astype(np.float32), cv2.INTER_LINEAR)
    paper = 0.03 + 0.85 * got
    albedo[seen] = paper[seen][:, None]


def _lay_bank_card(albedo: Floats, x: Floats, y: Floats, place: tuple[float, float, float]) -> None:
    t = np.radians(place[2])
    u = (x - place[0]) * np.cos(t) + (y - place[1]) * np.sin(t)
    v = -(x - place[0]) * np.sin(t) + (y - place[1]) * np.cos(t)
    half = np.array(card.BANK_CARD) / 2
    r = card.BANK_CARD_CORNER
    outside = np.hypot(np.maximum(np.abs(u) - half[0] + r, 0), np.maximum(np.abs(v) - half[1] + r, 0))
    inside = outside < r
    albedo[inside] = (0.10, 0.17, 0.35)
    albedo[inside & (np.abs(v + 12) < 5)] = (0.03, 0.03, 0.03)


def _hairs(albedo: Floats, scene: Scene, rng: np.random.Generator) -> None:
    w, h = scene.size
    mask = np.zeros((h, w), np.uint8)
    for _ in range(scene.hairs):
        start, turn = rng.uniform((0, 0), (w, h)), rng.uniform(0, 6.28)
        bend, steps = rng.normal() * 0.01, np.arange(40)
        points = start + np.cumsum(
            np.stack([np.cos(turn + bend * steps), np.sin(turn + bend * steps)], -1) * w / 250, 0
        )
        cv2.polylines(mask, [(points * 8).astype(np.int32)], False, 255, max(1, w // 900), cv2.LINE_AA, 3)
    albedo *= 1 - 0.75 * (mask / 255)[..., None]


def _develop(albedo: Floats, scene: Scene, x: Floats, y: Floats, rng: np.random.Generator) -> NDArray[np.uint8]:
    light = 1 + scene.sideways * (0.7 * x + 0.5 * y) / 150
    if scene.shadow:
        light = light * (1 - scene.shadow / (1 + np.exp(-np.clip((x * 0.6 + y * 0.8 - 15) / 4, -50, 50))))
    seen = albedo * np.clip(light, 0.2, 3)[..., None] * np.array(scene.white) * scene.exposure
    if scene.glare:
        gx, gy, radius = scene.glare
        seen = seen + 3 * np.exp(-((x - gx) ** 2 + (y - gy) ** 2) / (2 * (radius / 1.8) ** 2))[..., None]
    if scene.blur:
        seen = cv2.GaussianBlur(seen, (0, 0), scene.blur)
    level = scene.noise * np.sqrt(np.clip(seen, 0, 1) + 0.02)
    seen = seen + rng.normal(size=seen.shape) * level
    picture = Image.fromarray((encode(seen) * 255 + 0.5).astype(np.uint8))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=scene.quality)
    return np.asarray(Image.open(out).convert("RGB"))
