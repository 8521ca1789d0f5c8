"""The pinhole camera with a bent lens. World: x right, y down, z away from the lens; the skin at the lump is (0, 0, 0)."""

import numpy as np

from analytics.synthetic.scenes.facts import Camera, Exact, Floats


def pose(camera: Camera) -> tuple[Exact, Exact]:
    """Rotation (world to camera) and the lens's place in the world, mm."""
    tilt, roll = np.radians(camera.tilt), np.radians(camera.roll)
    azimuth = np.radians(camera.azimuth)
    axis = np.array([np.cos(azimuth), np.sin(azimuth), 0.0])
    turned = _turn(np.array([0.0, 0.0, 1.0]), roll) @ _turn(axis, tilt)
    middle = np.array([camera.width / 2 * camera.off[0] * 2, camera.height / 2 * camera.off[1] * 2])
    seen = np.array([middle[0] / (camera.focal * camera.width), middle[1] / (camera.focal * camera.width), 1.0])
    seen *= camera.distance / np.linalg.norm(seen)
    return turned, -turned.T @ seen


def _turn(axis: Exact, angle: float) -> Exact:
    """Rodrigues' rotation about a unit axis."""
    x, y, z = axis
    cross = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    return np.asarray(np.eye(3) + np.sin(angle) * cross + (1 - np.cos(angle)) * cross @ cross)


def true_tilt(camera: Camera) -> float:
    """Degrees between the view of the lump and the skin's normal there; 0 is straight down on it."""
    _, lens = pose(camera)
    return float(np.degrees(np.arccos(-lens[2] / np.linalg.norm(lens))))


def _middle(camera: Camera) -> tuple[float, float]:
    x = camera.width / 2 - 0.5 + camera.centre[0] * camera.width
    return x, camera.height / 2 - 0.5 + camera.centre[1] * camera.width


def rays(camera: Camera) -> tuple[Floats, Floats]:
    """Where each pixel's ray goes, in the world, as (x, y) per mm of depth z; both (height, width)."""
    turned, _ = pose(camera)
    cx, cy = _middle(camera)
    focal = camera.focal * camera.width
    u = ((np.arange(camera.width, dtype=np.float32) - cx) / focal)[None, :]
    v = ((np.arange(camera.height, dtype=np.float32) - cy) / focal)[:, None]
    r2 = u * u + v * v
    straight = 1 + camera.k1 * r2 + camera.k2 * r2 * r2
    u, v = (u * straight).astype(np.float32), (v * straight).astype(np.float32)
    to_world = turned.T.astype(np.float32)
    x, y, z = (to_world[i, 0] * u + to_world[i, 1] * v + to_world[i, 2] for i in range(3))
    return x / z, y / z


def project(camera: Camera, points: Exact) -> Exact:
    """Pixels (n, 2) where points (n, 3) of the world are seen; pixel centres are whole numbers."""
    turned, lens = pose(camera)
    inside = (np.asarray(points, np.float64) - lens) @ turned.T
    straight = inside[:, :2] / inside[:, 2:]
    bent = straight.copy()
    for _ in range(20):  # the inverse of `rays`; it converges quickly for a phone's mild lens
        r2 = (bent**2).sum(axis=1, keepdims=True)
        bent = straight / (1 + camera.k1 * r2 + camera.k2 * r2 * r2)
    return np.asarray(bent * camera.focal * camera.width + np.array(_middle(camera)))
