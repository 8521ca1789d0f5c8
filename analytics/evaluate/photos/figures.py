"""From what was found to the figures of the table."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from analytics.evaluate.photos.examine import NO_CARD_FAULT, Found
from analytics.synthetic.scenes import BAD
from analytics.synthetic.scenes.tones import TONES, grade

Figures = dict[str, Any]


def figures(found: list[Found], lit: list[list[Found]]) -> Figures:
    """Every figure, from the scenes and from the series of one lump under many lights."""
    good = [one for one in found if one.meant is None]
    flat = [one for one in good if one.kind == "flat"]
    domes = [one for one in good if one.kind == "dome"]
    return {
        "scenes": {"good": len(good), "bad": len(found) - len(good), "lit": sum(len(one) for one in lit)},
        "card_found": share(one.reason in NO_CARD_FAULT for one in good),
        "missed": sorted(f"{one.kind} {one.seed}: {one.reason}" for one in good if one.reason not in NO_CARD_FAULT),
        "refused": refusals(found),
        "flat": errors(flat, "length", "by_ends"),
        "flat_width": errors(flat, "width", "width_by_ends"),
        "dome": errors(domes, "length", "by_ends"),
        "dome_width": errors(domes, "width", "width_by_ends"),
        "flat_automatic": errors(flat, "length", "by_outline"),
        "dome_automatic": errors(domes, "length", "by_outline"),
        "overlap": overlaps(good),
        "honest": {
            "ends set by a finger": honesty(good, "by_finger", "finger_sd"),
            "automatic outline": honesty(good, "by_outline", "outline_sd"),
        },
        "redness": lights(lit),
        "tilt_off": spread([one.tilt_read - one.tilt for one in good if one.tilt_read is not None]),
        "seconds": float(np.median([one.seconds for one in good])),
    }


def share(true: Iterable[bool]) -> float:
    """Of how many it is true, 0-1; NaN of none."""
    every = list(true)
    return float(np.mean(every)) if every else float("nan")


def refusals(found: list[Found]) -> Figures:
    """For each reason: how many were refused by it; what was said instead."""
    made: Figures = {"all": share(one.reason == one.meant for one in found if one.meant is not None)}
    for reason in BAD:
        these = [one for one in found if one.meant == reason]
        other = sorted({f"{one.reason or 'measured'} ({one.seed})" for one in these if one.reason != reason})
        made[reason] = {"count": len(these), "right": share(one.reason == reason for one in these), "instead": other}
    return made


def errors(found: list[Found], true: str, read: str) -> Figures:
    """Relative error of one size: mean and 95th percentile of its amount, and its mean with sign."""
    pairs = [(getattr(one, true), getattr(one, read)) for one in found if getattr(one, read) is not None]
    if not pairs:
        return {"count": 0, "mean": float("nan"), "p95": float("nan"), "bias": float("nan")}
    off = np.array([got / want - 1 for want, got in pairs])
    size = np.abs(off)
    return {
        "count": len(pairs), "mean": float(size.mean()), "p95": float(np.quantile(size, 0.95)), "bias": float(off.mean()),
    }  # fmt: skip


def overlaps(good: list[Found]) -> Figures:
    """Median intersection over union of all, by tone, by hue and of domes; a lump not found counts as 0."""
    seen = [one for one in good if one.overlap is not None]

    def middle(these: list[Found]) -> Figures:
        every = [one.overlap or 0.0 for one in these]
        if not every:
            return {"count": 0, "median": float("nan"), "p10": float("nan"), "none": 0}
        return {
            "count": len(every), "median": float(np.median(every)), "p10": float(np.quantile(every, 0.1)),
            "none": sum(one == 0 for one in every),
        }  # fmt: skip

    return {
        "all": middle(seen),
        "tones": {tone: middle([one for one in seen if one.tone == tone]) for tone in TONES},
        "hues": {
            hue: middle([one for one in seen if one.hue == hue]) for hue in ("red", "brown", "purple", "skin")
        },
    }  # fmt: skip


def honesty(good: list[Found], read: str, sd: str) -> Figures:
    """How many true lengths lie within 1 and 2 stated errors (68 % and 95 % would), and the median stated error."""
    these = [one for one in good if getattr(one, read) is not None and getattr(one, sd)]
    off = np.array([abs(getattr(one, read) - one.length) / getattr(one, sd) for one in these])
    if not these:
        return {"count": 0, "one": float("nan"), "two": float("nan"), "stated": float("nan")}
    stated = float(np.median([getattr(one, sd) / one.length for one in these]))
    return {"count": len(these), "one": float((off <= 1).mean()), "two": float((off <= 2).mean()), "stated": stated}


def lights(lit: list[list[Found]]) -> Figures:
    """By tone: SD of the redness difference of one lump over its lights, pooled over lumps, in a* and as a share of a grade."""
    made: Figures = {}
    for tone in TONES:
        rows = [
            [one.redness_read for one in series if one.redness_read is not None]
            for series in lit
            if series[0].tone == tone
        ]
        spreads = [float(np.var(row, ddof=1)) for row in rows if len(row) > 2]
        offs = [one.redness_read - one.redness for series in lit if series[0].tone == tone
                for one in series if one.redness_read is not None and one.redness is not None]  # fmt: skip
        if not spreads:
            made[tone] = {"read": 0, "sd": float("nan"), "share": float("nan"), "bias": float("nan")}
            continue
        sd = float(np.sqrt(np.mean(spreads)))
        made[tone] = {"read": sum(map(len, rows)), "sd": sd, "share": sd / grade(tone), "bias": float(np.mean(offs))}
    return made


def spread(values: list[float]) -> Figures:
    """Mean and SD."""
    return {"mean": float(np.mean(values)), "sd": float(np.std(values))} if values else {"mean": None, "sd": None}
