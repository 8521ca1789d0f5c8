"""The same charts by plain pyplot and the same sheets by plain Typst, from numbers and words that lie ready.

It asks no database, judges nothing and works nothing out: what it does is the least that anybody's page would cost.
"""

import io
from collections.abc import Sequence
from pathlib import Path
from string import Template
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PAGE = Template("<!doctype html><html><head><title>Notes</title></head><body>$body</body></html>")
COLOURS, MARKERS = ("tab:blue", "tab:orange", "tab:green"), "os^"


def page(lumps: Sequence[dict[str, Any]], words: str) -> list[bytes]:
    """The page's text as one document, the small multiples, and a chart for each lump."""
    return [PAGE.substitute(body=words).encode(), overview(lumps), *(trend(lump) for lump in lumps)]


def paper(lumps: Sequence[dict[str, Any]], source: str, files: dict[str, bytes]) -> bytes:
    """The sheets as PDF; ``files`` are all that ``source`` reads but the chart."""
    import typst

    with TemporaryDirectory() as folder:
        for name, data in {**files, "overview.svg": overview(lumps), "main.typ": source.encode()}.items():
            (Path(folder) / name).write_bytes(data)
        made: bytes = typst.compile(str(Path(folder) / "main.typ"), root=folder)
    return made


def overview(lumps: Sequence[dict[str, Any]]) -> bytes:
    """Sizes of all lumps, two in a row."""
    from matplotlib import pyplot

    figure, places = pyplot.subplots(-(-len(lumps) // 2), 2, figsize=(7.5, 1.8 * -(-len(lumps) // 2)), squeeze=False)
    for axes, lump in zip(places.flat, lumps, strict=False):
        axes.set_title(lump["name"], loc="left", fontsize=8.5)
        _sizes(axes, lump)
    return _svg(figure)


def trend(lump: dict[str, Any]) -> bytes:
    """Sizes of one lump, pain and redness below, and what happened as upright lines."""
    from matplotlib import pyplot

    figure, (sizes, pain, redness) = pyplot.subplots(
        3, 1, figsize=(7.5, 4.9), sharex=True, height_ratios=[5, 1, 0.8]
    )  # fmt: skip
    _sizes(sizes, lump)
    sizes.legend(loc="upper left", ncols=3, fontsize=7.5)
    for axes, name in ((pain, "pain"), (redness, "redness")):
        axes.vlines(lump["day"], 0, lump[name])
        axes.scatter(lump["day"], lump[name], s=11)
        axes.set_ylabel(name)
    for axes in (sizes, pain, redness):
        for day, _label in lump["ticks"]:
            axes.axvline(day, linestyle="--")
    for day, label in lump["ticks"]:
        sizes.annotate(label, (day, 1), xycoords=sizes.get_xaxis_transform(), fontsize=7.5)
    return _svg(figure)


def _sizes(axes: "Axes", lump: dict[str, Any]) -> None:
    band = lump["band"]
    axes.fill_between(band["day"], band["low"], band["high"], alpha=0.13)
    axes.plot(band["day"], band["mid"])
    for axis, colour, marker in zip(range(2), COLOURS, MARKERS, strict=False):
        mm, error = lump["mm"][axis], lump["error"][axis]
        low, high = ([one + sign * by for one, by in zip(mm, error, strict=True)] for sign in (-1, 1))
        axes.vlines(lump["day"], low, high, colors=colour, alpha=0.4)
        axes.scatter(lump["day"], mm, s=17, marker=marker, color=colour, label=("Length", "Width")[axis])
    axes.set_ylabel("Size (mm)", fontsize=7.5)
    axes.grid(axis="x")


def _svg(figure: Any) -> bytes:
    from matplotlib import pyplot

    out = io.BytesIO()
    figure.savefig(out, format="svg")
    pyplot.close(figure)
    return out.getvalue()
