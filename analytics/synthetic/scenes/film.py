"""From light to a JPEG: exposure, white balance, blur, noise, tone curve, sharpening, compression."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from analytics.synthetic.scenes.facts import Exact, Film, Floats, Scene

GRAIN = 1024
LUMA = np.array([0.2126, 0.7152, 0.0722], np.float32)


def develop(scene: Scene, light: Floats, white: Exact) -> NDArray[np.uint8]:
    """uint8 RGB as read back from the JPEG. ``light`` is linear RGB; ``white`` what white paper sends back on average."""
    import cv2

    film = scene.film
    fine = scene.camera.width / 2048
    light = light * _gains(film, white) * (film.exposure * _metered(light, white))
    light = _blur(light, film, fine)
    rng = np.random.default_rng((scene.seed, 41))
    light += _noise(light, film, rng)
    seen = _tone(np.clip(light, 0, 1), film)
    if film.sharpen:
        soft = cv2.GaussianBlur(seen, (0, 0), 1.2)
        seen = seen + film.sharpen * (seen - soft)
    levels = (np.clip(seen, 0, 1) * 255 + 0.5).astype(np.uint8)
    ok, packed = cv2.imencode(".jpg", levels[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, film.jpeg])
    assert ok
    read = cv2.imdecode(packed, cv2.IMREAD_COLOR)
    assert read is not None
    return np.ascontiguousarray(read[..., ::-1])


def _gains(film: Film, white: Exact) -> Floats:
    """What the camera multiplies R, G, B by, having guessed the colour of the light."""
    full = (white @ LUMA) / np.maximum(white, 1e-3)
    gains = full**film.balance * np.array(film.slip)
    return np.asarray(gains / gains[1], np.float32)


def _metered(light: Floats, white: Exact) -> float:
    """Exposure a phone chooses: a middling mean, the frame's highlights kept."""
    small = light[::16, ::16] @ LUMA
    return float(min(0.22 / max(float(small.mean()), 1e-4), 0.85 / max(float(np.quantile(small, 0.985)), 1e-4)))


def _blur(light: Floats, film: Film, fine: float) -> Floats:
    import cv2

    light = cv2.GaussianBlur(light, (0, 0), max(film.defocus * fine, 0.3)).astype(np.float32)
    length = film.motion[0] * fine
    if length > 1:
        size = int(np.ceil(length)) | 1
        kernel = np.zeros((size, size), np.float32)
        turn = np.radians(film.motion[1])
        middle, reach = size // 2, length / 2
        ends = [(middle + sign * reach * np.cos(turn), middle + sign * reach * np.sin(turn)) for sign in (-1, 1)]
        fixed = [(round(x * 16), round(y * 16)) for x, y in ends]
        cv2.line(kernel, fixed[0], fixed[1], 1.0, 1, cv2.LINE_AA, 4)
        light = cv2.filter2D(light, -1, kernel / max(float(kernel.sum()), 1e-6)).astype(np.float32)
    return np.asarray(light, np.float32)


def _noise(light: Floats, film: Film, rng: np.random.Generator) -> Floats:
    """Photon noise (a root of the light) and the sensor's own, blurred by the camera's smoothing."""
    grain = np.roll(_grain(), (int(rng.integers(GRAIN)), int(rng.integers(GRAIN))), axis=(0, 1))
    many = [-(-side // GRAIN) for side in light.shape[:2]]
    spread = np.sqrt(np.clip(light, 0, 1) * np.float32(film.noise**2 / 0.18) + np.float32(0.06 * film.noise**2))
    spread *= np.tile(grain, (*many, 1))[: light.shape[0], : light.shape[1]]
    return np.asarray(spread, np.float32)


@lru_cache(maxsize=1)
def _grain() -> Floats:
    """Noise of spread 1, a little smoothed, of which each picture takes another cut."""
    import cv2

    raw = np.random.default_rng(8).standard_normal((GRAIN, GRAIN, 3), dtype=np.float32)
    smooth = cv2.GaussianBlur(raw, (0, 0), 0.6)
    return np.asarray(smooth / smooth.std(), np.float32)


def _tone(light: Floats, film: Film) -> Floats:
    """sRGB, with the extra contrast and colour that phones add."""
    table = np.linspace(0, 1, 4097)
    bent: Exact = np.where(table <= 0.0031308, 12.92 * table, 1.055 * np.maximum(table, 1e-9) ** (1 / 2.4) - 0.055)
    bent = bent - film.contrast * np.sin(2 * np.pi * bent) / (2 * np.pi)
    seen: Floats = bent.astype(np.float32)[(light * 4096).astype(np.int16)]
    if film.saturation != 1:
        luma = np.asarray(seen @ LUMA, np.float32)[..., None]
        seen = np.asarray(luma + np.float32(film.saturation) * (seen - luma), np.float32)
    return np.asarray(seen, np.float32)
