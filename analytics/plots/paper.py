"""The paper every chart is drawn on: one hand, one set of colours, one way to save, the same bytes every time.

Drawing holds a lock: matplotlib's caches are not promised to be safe in threads, and web workers have threads.
"""

import io
from collections.abc import Sequence
from functools import lru_cache
from threading import RLock
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from analytics.plots.data import Floats

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LOCK = RLock()
INK = "#1d2a2d"
QUIET = "#56666a"
LINE = "#d9d4ca"
# Okabe–Ito; each axis has its own shape too, so nothing hangs on colour alone
COLOURS = ("#0072B2", "#E69F00", "#009E73")
EDGES = ("#0072B2", "#6b4a00", "#009E73")  # orange alone is too pale on white
MARKERS = ("o", "s", "^")
PAIN = "#000000"
REDNESS = "#D55E00"
SMALL = 7.5  # points
BODY = 8.5
PNG_SCALE = 2
CSS_DPI = 96

SETTINGS: dict[str, Any] = {
    "svg.hashsalt": "lump-diary",  # ids in the SVG must not be random: the same facts give the same bytes
    "svg.fonttype": "path",  # looks the same in every browser and in print; the words stand in the table as text
    "font.family": "DejaVu Sans",  # comes with matplotlib, so it is on every machine
    "font.size": BODY,
    "text.color": INK,
    "text.parse_math": False,  # a name with two dollar signs is a name
    "axes.edgecolor": QUIET,
    "axes.labelcolor": INK,
    "axes.linewidth": 0.6,
    "xtick.color": QUIET,
    "ytick.color": QUIET,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "path.simplify": True,
}


@lru_cache(maxsize=1)
def prepare() -> None:
    """Load matplotlib and set our defaults, once a process. Called under the lock."""
    import matplotlib

    matplotlib.rcParams.update(cast("Any", SETTINGS))


def sheet(width: float, height: float) -> "Figure":
    """An empty white figure of that many CSS pixels."""
    from matplotlib.figure import Figure

    return Figure(figsize=(width / CSS_DPI, height / CSS_DPI), dpi=CSS_DPI, facecolor="white")


def place(figure: "Figure", left: float, top: float, width: float, height: float) -> "Axes":
    """Axes at fixed margins, in CSS pixels from the top left: no layout engine, which would triple the time."""
    whole_width, whole_height = figure.get_size_inches() * CSS_DPI
    box = (left / whole_width, 1 - (top + height) / whole_height, width / whole_width, height / whole_height)
    axes = figure.add_axes(box)
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(length=2.5, width=0.6, labelsize=SMALL, pad=2)
    return axes


def bars(axes: "Axes", at: Floats, low: Floats, high: Floats, **style: Any) -> None:
    """Upright bars from ``low`` to ``high`` as one line with gaps: a path for each would take twenty times as long."""
    gap = np.full(len(at), np.nan)
    across, up = (np.stack(parts, axis=1).ravel() for parts in ((at, at, gap), (low, high, gap)))
    axes.plot(across, up, solid_capstyle="butt", **style)


def upright(axes: "Axes", at: Sequence[float]) -> None:
    """Quiet lines from bottom to top behind everything: matplotlib's grid, as one path."""
    ends = np.array(at, float)
    bars(
        axes, ends, np.zeros(len(ends)), np.ones(len(ends)), transform=axes.get_xaxis_transform(), color=LINE,
        linewidth=0.5, zorder=0.5,
    )  # fmt: skip


def width_of(words: str) -> float:
    """CSS pixels that words in the small size take."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    font = FontProperties(family=SETTINGS["font.family"], size=SMALL)
    width, _height, _descent = text_to_path.get_text_width_height_descent(words, font, ismath=False)
    return float(width) * CSS_DPI / 72


def save(figure: "Figure", kind: str, title: str) -> bytes:
    """The figure as an SVG document or as a PNG at twice its CSS size."""
    out = io.BytesIO()
    named = {"Title": title} if title else {}
    if kind == "svg":
        # no date and no creator, so that bytes repeat
        figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None} | named)
    elif kind == "png":
        figure.savefig(out, format="png", dpi=CSS_DPI * PNG_SCALE, metadata={"Software": None} | named)
    else:
        raise ValueError(f"A chart is drawn as svg or png, not as {kind!r}.")
    return out.getvalue()
