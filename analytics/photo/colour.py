"""sRGB, linear light and CIELAB (D65), on float32 arrays; and white balance as a field over the picture."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

_STEPS = np.arange(256) / 255
LINEAR: Floats = np.where(_STEPS <= 0.04045, _STEPS / 12.92, ((_STEPS + 0.055) / 1.055) ** 2.4).astype(np.float32)
_TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
_WHITE = _TO_XYZ.sum(axis=1)
_LUMA = _TO_XYZ[1].astype(np.float32)


def to_linear(rgb: NDArray[np.uint8]) -> Floats:
    """Linear light 0..1 of sRGB bytes; same shape."""
    return LINEAR[rgb]


def luminance(linear: Any) -> Floats:
    """Y of linear RGB (…, 3) → (…)."""
    return np.asarray(linear @ _LUMA, np.float32)


def to_lab(linear: Any) -> Floats:
    """CIELAB of linear RGB (…, 3) in which the paper's white is (1, 1, 1)."""
    ratio = np.clip(np.asarray(linear, np.float32) @ (_TO_XYZ / _WHITE[:, None]).T.astype(np.float32), 1e-6, None)
    f = np.where(ratio > 216 / 24389, np.cbrt(ratio), ratio * (841 / 108) + 4 / 29)
    return np.stack(
        [116 * f[..., 1] - 16, 500 * (f[..., 0] - f[..., 1]), 200 * (f[..., 1] - f[..., 2])], axis=-1
    ).astype(np.float32)
