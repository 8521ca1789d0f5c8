"""Strips (and a bank card) as they lie on the skin: bent with it a little, curled a little, seen from where the lens is."""

from dataclasses import dataclass

import numpy as np

from analytics.photo import card
from analytics.synthetic.scenes.camera import project
from analytics.synthetic.scenes.facts import Either, Exact, Floats, Scene, Strip
from analytics.synthetic.scenes.paper import CARD_LONG, CARD_SHORT, bank_card_picture, strip_picture
from analytics.synthetic.scenes.surface import skin_height, skin_normal


@dataclass(frozen=True)
class Sheet:
    """A sheet's frame in the world: its middle, unit axes along, across and out of it, half sizes in mm, how it bends."""

    middle: Exact
    along: Exact
    across: Exact
    out: Exact
    half: tuple[float, float]
    curl: float  # mm its ends stand above its middle
    curve: tuple[float, float]  # mm^-1, curvature away from the lens, along and across
    number: int | None  # which strip; None is a bank card


def sheets(scene: Scene) -> list[Sheet]:
    """Where every sheet of paper or plastic in the scene lies."""
    found = [_sheet(scene, strip, strip.number) for strip in scene.strips]
    if scene.bank_card:
        low = max((strip.y for strip in scene.strips), default=40) + 50
        found.append(_sheet(scene, Strip(0, 0.0, low, 4.0, above=0.4, stiff=1.0), None))
    return found


def picture_of(scene: Scene, sheet: Sheet) -> Floats:
    """What is printed on it, linear RGB, about as fine as the camera sees it."""
    fine = scene.camera.focal * scene.camera.width / scene.camera.distance  # pixels a mm
    per_mm = int(np.clip(round(fine * 1.1), 3, 16))
    return bank_card_picture(per_mm) if sheet.number is None else strip_picture(sheet.number, per_mm, scene.seed)


def _sheet(scene: Scene, strip: Strip, number: int | None) -> Sheet:
    half = (card.STRIP_LENGTH / 2 * strip.scale, card.STRIP_WIDTH / 2 * strip.scale)
    half = half if number is not None else (CARD_LONG / 2, CARD_SHORT / 2)
    out = skin_normal(scene, strip.x, strip.y)
    turn = np.radians(strip.turn)
    along = np.array([np.cos(turn), np.sin(turn), 0.0])
    along -= out * (along @ out)
    along /= np.linalg.norm(along)
    across = np.cross(-out, along)  # right-handed seen from the lens: x right, y down
    ground = float(np.asarray(skin_height(scene, np.array([strip.x]), np.array([strip.y])))[0])
    middle = np.array([strip.x, strip.y, -ground]) + out * strip.above
    curve = tuple(_curve(scene, strip, axis) * (1 - strip.stiff) for axis in (along, across))
    return Sheet(middle, along, across, out, half, strip.curl, (curve[0], curve[1]), number)


def _curve(scene: Scene, strip: Strip, axis: Exact) -> float:
    """Curvature of the skin below the strip along an axis, mm^-1, positive where it falls away."""
    step = 10.0
    at = np.array([strip.x - step * axis[0], strip.x, strip.x + step * axis[0]])
    to = np.array([strip.y - step * axis[1], strip.y, strip.y + step * axis[1]])
    h = skin_height(scene, at, to)
    return float(-(h[0] - 2 * h[1] + h[2]) / step**2)


def lift(sheet: Sheet, u: Either, v: Either) -> Either:
    """How far the sheet stands out of its tangent plane at (u, v) mm from its middle."""
    rise = sheet.curl * (u / sheet.half[0]) ** 2
    return rise - sheet.curve[0] * u * u / 2 - sheet.curve[1] * v * v / 2


def corner_places(sheet: Sheet) -> Exact:
    """(4, 3) of the sheet's corners in the world, a little beyond it."""
    spots = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]], np.float64) * (np.array(sheet.half) + 3)
    return np.asarray([place(sheet, u, v) for u, v in spots])


def place(sheet: Sheet, u: float, v: float) -> Exact:
    """The world place of (u, v), mm from the middle in the sheet's tangent plane."""
    up = np.asarray(lift(sheet, np.array([u]), np.array([v])))[0]
    return np.asarray(sheet.middle + sheet.along * u + sheet.across * v + sheet.out * up)


def see(
    scene: Scene, sheet: Sheet, slope: tuple[Floats, Floats], lens: Exact
) -> tuple[tuple[slice, slice], Floats, Floats]:
    """The part of the frame that may show it, its colours there (h, w, 3) and how much of each pixel it covers (h, w)."""
    import cv2

    camera = scene.camera
    spots = project(camera, corner_places(sheet))
    left, top = np.floor(spots.min(axis=0)).astype(int).clip(0)
    right, bottom = np.ceil(spots.max(axis=0)).astype(int) + 2
    box = np.s_[top : max(top, min(bottom, camera.height)), left : max(left, min(right, camera.width))]
    sx, sy = slope[0][box], slope[1][box]
    if sx.size == 0:
        return box, np.zeros((*sx.shape, 3), np.float32), np.zeros(sx.shape, np.float32)
    u, v = _meet(sheet, sx, sy, lens)
    # Paper does not stretch: what is printed at arc length s is seen at u < s where the sheet bends.
    bend = 2 * sheet.curl / sheet.half[0] ** 2 - sheet.curve[0]
    u *= 1 + np.float32(bend**2 / 6) * u * u
    v *= 1 + np.float32(sheet.curve[1] ** 2 / 6) * v * v
    picture = picture_of(scene, sheet)
    high, wide = picture.shape[:2]
    column = (u / sheet.half[0] + 1) * (wide / 2) - 0.5
    row = (v / sheet.half[1] + 1) * (high / 2) - 0.5
    colour = cv2.remap(picture, column, row, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    pitch = float(np.abs(np.gradient(u, axis=1)).mean() + np.abs(np.gradient(u, axis=0)).mean())
    edge = np.minimum(sheet.half[0] - np.abs(u), sheet.half[1] - np.abs(v)) / max(pitch, 1e-3)
    return box, np.asarray(colour, np.float32), np.asarray(np.clip(edge + 0.5, 0, 1), np.float32)


def _meet(sheet: Sheet, sx: Floats, sy: Floats, lens: Exact) -> tuple[Floats, Floats]:
    """(u, v) on the sheet where each ray meets it."""
    axes = np.stack([sheet.along, sheet.across, sheet.out]).astype(np.float32)
    from_middle = (axes @ (lens - sheet.middle)).astype(np.float32)
    du, dv, dn = (axes[i, 0] * sx + axes[i, 1] * sy + axes[i, 2] for i in range(3))
    u = v = np.zeros_like(sx)
    for _ in range(6):
        far = (lift(sheet, u, v) - from_middle[2]) / dn
        u, v = (from_middle[0] + du * far).astype(np.float32), (from_middle[1] + dv * far).astype(np.float32)
    return u, v
