"""Take the photograph: from a scene's facts to the picture and what is true of it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics.synthetic.scenes import light as lights
from analytics.synthetic.scenes.camera import pose, project, rays, true_tilt
from analytics.synthetic.scenes.facts import Exact, Floats, Scene
from analytics.synthetic.scenes.film import develop
from analytics.synthetic.scenes.skin import colours, hairs, lump_colour, relief
from analytics.synthetic.scenes.strips import see, sheets
from analytics.synthetic.scenes.surface import (
    LumpMap,
    lump_map,
    meet_dome,
    meet_skin,
    outline,
    radius_at,
    sample,
    skin_height,
)
from analytics.synthetic.scenes.tones import TONES, linear, redness

HAIR = np.array([0.03, 0.022, 0.018], np.float32)


@dataclass(frozen=True)
class Truth:
    """What is true of a picture. Sizes in mm on the skin; ``mask`` (h, w) is the lump as the lens sees it.

    ``length`` is the longest distance between two points of the edge; ``width`` the extent square to it. ``*_ends`` are the
    pixels (2, 2) where their ends are seen; of a dome, where along that line it is seen to end. ``redness`` is a* of the
    lump less that of the skin, None without a lump. ``reason``: why it should be refused, None: it should be measured.
    """

    reason: str | None
    tilt: float
    length: float | None
    width: float | None
    height: float | None
    length_ends: Exact | None
    width_ends: Exact | None
    mask: NDArray[np.bool_]
    redness: float | None


def take(scene: Scene) -> tuple[NDArray[np.uint8], Truth]:
    """The photograph (h, w, 3) and its truth; the same bytes for the same facts."""
    slope = rays(scene.camera)
    _, lens = pose(scene.camera)
    x, y = meet_skin(scene, slope, lens)
    maps = lump_map(scene.lump) if scene.lump else None
    inside: Floats | None = None
    if scene.lump and maps:
        box = _window(scene, maps.reach)
        if scene.lump.height > 0:
            near = meet_dome(scene, maps, (slope[0][box], slope[1][box]), lens, (x[box], y[box]))
            x[box], y[box] = near
        inside = np.full_like(x, -99.0)
        inside[box] = sample(maps.inside, maps.reach, x[box], y[box], -99.0)
    picture = _lit(scene, maps, inside, (x, y), slope, lens)
    white = np.asarray(sum(matrix @ np.ones(3) for matrix in lights.colours_of(scene.light)), np.float64) / 2
    rgb = develop(scene, picture, white)
    mask = inside >= 0 if inside is not None else np.zeros(x.shape, bool)
    return np.asarray(rgb, np.uint8), _truth(scene, mask)


def _window(scene: Scene, reach: float) -> tuple[slice, slice]:
    """The part of the frame that the lump and its shadow can fall in."""
    high = scene.lump.height if scene.lump else 0
    around = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    x, y = 1.05 * reach * np.cos(around), 1.05 * reach * np.sin(around)
    ground = skin_height(scene, x, y)
    spots = np.vstack([project(scene.camera, np.stack([x, y, -ground - up], axis=1)) for up in (0, high)])
    left, top = np.floor(spots.min(axis=0)).astype(int).clip(0)
    right, bottom = np.ceil(spots.max(axis=0)).astype(int) + 1
    return np.s_[top : min(bottom, scene.camera.height), left : min(right, scene.camera.width)]


def _lit(
    scene: Scene,
    maps: LumpMap | None,
    inside: Floats | None,
    at: tuple[Floats, Floats],
    slope: tuple[Floats, Floats],
    lens: Exact,
) -> Floats:
    """Linear RGB at every pixel, before the camera."""
    import cv2

    x, y = at
    matrices = lights.colours_of(scene.light)
    surface = colours(scene, x, y, inside)
    surface *= relief(scene, x, y)[..., None]
    _lay_hairs(scene, surface)
    direct, around = lights.on_skin(scene, x, y), np.ones_like(x)
    shine = np.zeros_like(x)
    if maps is not None and scene.lump is not None and scene.lump.height > 0:
        box = _window(scene, maps.reach)
        facing, around[box], gloss = lights.on_lump(scene, maps, x[box], y[box])
        direct[box] *= facing
        shine[box] = np.maximum(gloss * scene.light.shine * 8, 0)
    for sheet in sheets(scene):
        part, colour, share = see(scene, sheet, slope, lens)
        surface[part] += share[..., None] * (colour - surface[part])
        direct[part] += share * (lights.on_sheet(scene, sheet.out) - direct[part])
        around[part] += share * (1 - around[part])
        shine[part] *= 1 - share
    direct *= (1 - scene.light.ambient) * lights.unshadowed(scene, x, y)
    around *= scene.light.ambient
    shine += lights.glare(scene, x, y)
    total = np.asarray(cv2.transform(direct[..., None] * surface, matrices[0]), np.float32)
    total += cv2.transform(around[..., None] * surface, matrices[1])
    total += shine[..., None] * (matrices[0] @ np.ones(3, np.float32))
    total *= lights.unevenness(scene, (x.shape[0], x.shape[1]))[..., None]
    return total


def _lay_hairs(scene: Scene, surface: Floats) -> None:
    """Draw body hair over the skin; one thinner than a pixel takes a share of it."""
    import cv2

    if not scene.hairs:
        return
    share = np.zeros(surface.shape[:2], np.uint8)
    per_mm = scene.camera.focal * scene.camera.width / scene.camera.distance
    for curve, thick in hairs(scene, scene.hairs):
        ground = np.asarray(skin_height(scene, curve[:, 0], curve[:, 1])) + 0.3
        if scene.lump is not None and scene.lump.height > 0:
            over = radius_at(scene.lump, np.arctan2(curve[:, 1], curve[:, 0])) > np.hypot(*curve.T)
            ground = ground + np.where(over, scene.lump.height * 0.8, 0)
        spots = project(scene.camera, np.column_stack([curve, -ground]))
        wide = thick * per_mm
        level = int(255 * min(1.0, wide))
        fixed = np.round(spots * 16).astype(np.int32)
        cv2.polylines(share, [fixed], False, level, max(1, round(wide)), cv2.LINE_AA, 4)
    surface += (share.astype(np.float32) / 255)[..., None] * (HAIR - surface)


def _truth(scene: Scene, mask: NDArray[np.bool_]) -> Truth:
    tilt = true_tilt(scene.camera)
    if scene.lump is None:
        return Truth(scene.reason, tilt, None, None, None, None, None, mask, None)
    edge = outline(scene)
    first, last, side = extremes(edge)
    length = float(np.linalg.norm(edge[first] - edge[last]))
    reach = edge @ side
    low, high = int(np.argmin(reach)), int(np.argmax(reach))
    half = side * (reach[high] - reach[low]) / 2
    middle = (edge[low] + edge[high]) / 2
    ends = project(scene.camera, edge[[first, last]]), project(scene.camera, np.array([middle - half, middle + half]))
    if scene.lump.height > 0:
        ends = _seen(mask, ends[0]), _seen(mask, ends[1])
    more = redness(lump_colour(scene)) - redness(linear(TONES[scene.tone]))
    width = float(reach[high] - reach[low])
    return Truth(scene.reason, tilt, length, width, scene.lump.height, *ends, mask, more)


def extremes(edge: Exact) -> tuple[int, int, Exact]:
    """Of a closed edge (n, 3): the two points farthest apart, and the unit vector along the skin square to their line."""
    apart = np.linalg.norm(edge[:, None] - edge[None], axis=2)
    first, last = (int(part) for part in np.unravel_index(int(np.argmax(apart)), apart.shape))
    side = np.cross(edge[last] - edge[first], [0, 0, 1.0])
    return first, last, np.asarray(side / np.linalg.norm(side))


def _seen(mask: NDArray[np.bool_], ends: Exact) -> Exact:
    """A dome's ends as somebody marks them: where it is seen to end, along the line through the true ones."""
    rows, columns = np.nonzero(mask)
    if rows.size == 0:
        return ends
    spots = np.stack([columns, rows], axis=1).astype(np.float64)
    middle, axis = ends.mean(axis=0), ends[1] - ends[0]
    axis = axis / np.linalg.norm(axis)
    reach = (spots - middle) @ axis
    return np.array([middle + axis * reach.min(), middle + axis * reach.max()])
