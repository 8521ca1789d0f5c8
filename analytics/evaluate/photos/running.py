"""The scenes examined, in as many processes as there is room for. (Apart from __main__, which a child cannot import.)"""

import multiprocessing
import sys
from typing import Any

from analytics.evaluate.photos.examine import Found, examine, examined
from analytics.evaluate.photos.plan import LIGHTS, jobs, lumps
from analytics.evaluate.progress import Progress
from analytics.synthetic.scenes.chance import series

Work = tuple[str, Any]


def _one_thread() -> None:
    """Two processes share two cores: OpenCV's own threads would only get in their way."""
    import cv2

    cv2.setNumThreads(1)


def _do(work: Work) -> list[Found]:
    """A scene of the plan, or a lump under all its lights."""
    kind, what = work
    if kind == "scene":
        return [examine(*what)]
    tone, seed = what
    return [examined(one) for one in series(seed, tone, LIGHTS)]


def run(first: int, share: float, processes: int) -> tuple[list[Found], list[list[Found]]]:
    """Everything found, from seed ``first``: the scenes, and the series under many lights."""
    work: list[Work] = [("lumps", one) for one in lumps(first, share)]
    work += [("scene", one) for one in jobs(first, share)]
    bar = Progress(len(work))
    found: list[Found] = []
    lit: list[list[Found]] = []
    with multiprocessing.get_context("spawn").Pool(processes, _one_thread) as pool:
        for (kind, _), these in zip(work, pool.imap(_do, work), strict=True):
            bar.step("one lump under many lights" if kind == "lumps" else f"{these[0].kind}, {these[0].tone}")
            if kind == "lumps":
                lit.append(these)
            else:
                found += these
    bar.step("done")
    sys.stderr.write("\n")
    return found, lit
