"""The skin's surface: its gentle curve, the lump's outline and height, and where each ray meets them."""

from dataclasses import dataclass

import numpy as np

from analytics.synthetic.scenes.facts import Either, Exact, Floats, Lump, Scene

RAISED = 40  # slices through a dome when looking for the first hit
PER_MM = 8  # of the lump's own map
COARSE = 8  # every so many pixels the curve of the skin is worked out in full


def skin_height(scene: Scene, x: Either, y: Either) -> Either:
    """mm towards the lens of the bare skin at (x, y); 0 at the lump, 1/radius its curvature there, levelling out far off."""
    turn = np.radians(scene.bend_turn)
    cosine, sine = type(x.flat[0])(np.cos(turn)), type(x.flat[0])(np.sin(turn))
    height = x * 0
    for place, radius in zip((x * cosine + y * sine, y * cosine - x * sine), scene.bend, strict=True):
        if np.isfinite(radius):
            deep = 0.35 * radius
            height = height - deep * (1 - np.exp(-(place * place) / (2 * radius * deep)))
    return height


def skin_normal(scene: Scene, x: float, y: float) -> Exact:
    """Unit normal of the bare skin in world axes (z away from the lens), pointing out of the skin."""
    step = 0.01
    at = np.array([x, x + step, x]), np.array([y, y, y + step])
    h = skin_height(scene, *at)
    normal = np.array([-(h[1] - h[0]) / step, -(h[2] - h[0]) / step, -1.0])
    return np.asarray(normal / np.linalg.norm(normal))


def radius_at(lump: Lump, angle: Either) -> Exact:
    """mm from the lump's middle to its true edge in directions ``angle`` (radians, in the skin's x and y)."""
    own = np.asarray(angle, np.float64) - np.radians(lump.turn)
    a, b = lump.length / 2, lump.width / 2
    ellipse = a * b / np.sqrt((b * np.cos(own)) ** 2 + (a * np.sin(own)) ** 2)
    rng = np.random.default_rng((lump.seed, 5))
    waves = np.zeros_like(own)
    for order in range(2, 8):
        waves += rng.normal() / order * np.cos(order * own + rng.uniform(0, 2 * np.pi))
    return np.asarray(ellipse * (1 + lump.ragged * waves))


def outline(scene: Scene, count: int = 720) -> Exact:
    """(count, 3) points of the lump's true edge, on the skin, in the world. The lump must be there."""
    assert scene.lump is not None
    angle = np.linspace(0, 2 * np.pi, count, endpoint=False)
    r = radius_at(scene.lump, angle)
    x, y = r * np.cos(angle), r * np.sin(angle)
    return np.stack([x, y, -skin_height(scene, x, y)], axis=1)


@dataclass(frozen=True)
class LumpMap:
    """Maps of the lump on its own grid: height in mm, mm inside (+) or outside (-) its edge, light the sun's shadow leaves."""

    reach: float  # mm from the middle to the map's border
    height: Floats
    inside: Floats


def lump_map(lump: Lump) -> LumpMap:
    """The maps of ``lump``, reaching a little beyond its edge and its colour's fading."""
    angles = np.linspace(-np.pi, np.pi, 2049)
    edge = radius_at(lump, angles)
    reach = float(edge.max() * 1.3 + 3 * lump.soft + 1)
    size = int(2 * reach * PER_MM) + 1
    axis = (np.arange(size) / PER_MM - reach).astype(np.float64)
    x, y = np.meshgrid(axis, axis)
    r = np.hypot(x, y)
    rim = np.interp(np.arctan2(y, x), angles, edge)
    share = r / rim
    if lump.profile == "ellipsoid":
        rise = np.sqrt(np.clip(1 - share**2, 0, 1))
    elif lump.profile == "cap":
        relative = 2 * lump.height / np.sqrt(lump.length * lump.width)  # height / base radius
        ball = (1 + relative**2) / (2 * max(relative, 1e-6))
        rise = np.clip(np.sqrt(np.clip(ball**2 - share**2, 0, None)) - (ball - relative), 0, None) / max(relative, 1e-6)
    else:  # bump: level with the skin at its edge
        rise = np.where(share < 1, np.cos(np.clip(share, 0, 1) * np.pi / 2) ** 2, 0.0)
    # Distance to the edge along the ray from the middle, made smaller where the edge is oblique to it.
    slope = np.interp(np.arctan2(y, x), angles, np.gradient(np.log(edge), angles))
    inside = (rim - r) / np.sqrt(1 + slope**2)
    return LumpMap(reach, (lump.height * rise).astype(np.float32), inside.astype(np.float32))


def sample(map_: Floats, reach: float, x: Floats, y: Floats, beyond: float) -> Floats:
    """A lump map's values at skin places (x, y); ``beyond`` outside it."""
    import cv2

    u, v = ((x + reach) * PER_MM).astype(np.float32), ((y + reach) * PER_MM).astype(np.float32)
    return np.asarray(
        cv2.remap(map_, u, v, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=beyond), np.float32
    )


def meet_skin(scene: Scene, slope: tuple[Floats, Floats], lens: Exact) -> tuple[Floats, Floats]:
    """Where rays (x and y per mm of depth) meet the bare skin."""
    if all(np.isinf(scene.bend)):
        return _at_depth(slope, lens, np.float32(-lens[2]))
    coarse = slope[0][::COARSE, ::COARSE], slope[1][::COARSE, ::COARSE]
    depth = np.full_like(coarse[0], -lens[2])
    for _ in range(25):  # the skin is smooth: settled on a coarse grid, then once more on every pixel
        depth = (-lens[2] - skin_height(scene, *_at_depth(coarse, lens, depth))).astype(np.float32)
    fine = _at_depth(slope, lens, _refine(depth, slope[0].shape))
    return _at_depth(slope, lens, (-lens[2] - skin_height(scene, *fine)).astype(np.float32))


def _at_depth(slope: tuple[Floats, Floats], lens: Exact, depth: Floats | np.float32) -> tuple[Floats, Floats]:
    """(x, y) of the rays at ``depth`` mm below the lens."""
    return np.float32(lens[0]) + slope[0] * depth, np.float32(lens[1]) + slope[1] * depth


def _refine(coarse: Floats, shape: tuple[int, ...]) -> Floats:
    """A field known at every COARSE-th pixel, at every pixel."""
    import cv2

    column = np.arange(shape[1], dtype=np.float32)[None, :].repeat(shape[0], 0) / COARSE
    row = np.arange(shape[0], dtype=np.float32)[:, None].repeat(shape[1], 1) / COARSE
    return np.asarray(cv2.remap(coarse, column, row, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), np.float32)


def meet_dome(
    scene: Scene, maps: LumpMap, slope: tuple[Floats, Floats], lens: Exact, bare: tuple[Floats, Floats]
) -> tuple[Floats, Floats]:
    """Where rays meet skin and dome: the first of many slices that lies inside it. Elsewhere as on the bare skin."""
    assert scene.lump is not None
    ground = (-lens[2] - skin_height(scene, *bare)).astype(np.float32)  # depth at which the bare skin is met
    found_x, found_y = bare[0].copy(), bare[1].copy()
    open_, before = np.ones(ground.shape, bool), np.zeros_like(ground)
    step = scene.lump.height / RAISED
    for k in range(RAISED + 1):
        up = scene.lump.height * 1.0001 - step * k  # of this slice over the bare skin below the ray's foot
        x, y = bare[0] - slope[0] * up, bare[1] - slope[1] * up
        shift = skin_height(scene, x, y) - skin_height(scene, *bare)  # the skin itself falls away between the two
        gap = sample(maps.height, maps.reach, x, y, 0.0) + shift - up
        hit = open_ & (gap >= 0) & (up > 0)
        back = np.where(hit, gap / np.maximum(gap - before, 1e-6), 0) * step
        exact = np.minimum(up + back, scene.lump.height)
        found_x[hit] = (bare[0] - slope[0] * exact)[hit]
        found_y[hit] = (bare[1] - slope[1] * exact)[hit]
        open_ &= ~hit
        before = gap
    return found_x, found_y
