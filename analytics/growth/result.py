"""What the growth engine says about one lump at one look."""

from dataclasses import dataclass
from datetime import date

Interval = tuple[float, float]
LEVELS = (("50", 0.50), ("80", 0.80), ("95", 0.95))  # the predictive intervals of the diary file


@dataclass(frozen=True, slots=True)
class Doubt:
    """A reading the engine does not trust much: its place in the series given, and why.

    ``why``: "jump" (far from the readings around it), "axis" (one axis far from where the others put it),
    "ten_times" or "inches" (fits once a factor of 10, or of 2.54 or 25.4, is undone), "swap" (fits with the two axes exchanged).
    """

    index: int
    why: str


@dataclass(frozen=True, slots=True)
class Growth:
    """What is known of a lump's growth from its readings so far (the `growth` object of docs/format.md).

    Everything but ``readings``, ``next_mm`` and ``doubted`` is None (False for the two flags) below four readings or 21 days.
    """

    readings: int  # readings with a size in the current segment
    percent_per_month: float | None = None  # of mean diameter per 30.4 days, now
    low: float | None = None  # 90 % limits of it
    high: float | None = None
    doubling_days: float | None = None  # of volume; None where the limits include not growing
    doubling_low: float | None = None
    doubling_high: float | None = None
    p_growing: float | None = None
    p_rapid: float | None = None  # P(volume doubles in under 200 days)
    since: date | None = None  # when the growth began, as far as can be told; None where growth is not likely
    since_low: date | None = None  # 90 % limits of it
    since_high: date | None = None
    next_mm: dict[str, dict[str, Interval]] | None = None
    rapid: bool = False  # the evidence for rapid growth is beyond the threshold of growth.rapid
    slow: bool = False  # probably growing (P >= 0.975), but not rapid
    doubted: tuple[Doubt, ...] = ()
    evidence: float | None = None  # log10 odds of rapid growth, the threshold taken off: rapid where >= 0
    recheck_in_days: float | None = None  # evidence is rising but short: the day on which a reading would tell most
    error_percent: float | None = None  # this person's own error of one reading, as learnt
    smallest_change_mm: float | None = None  # smallest change between two readings that is beyond their error
    steady_mm_per_month: float | None = None  # a steady growth ...
    steady_weeks: float | None = None  # ... and the weeks of weekly readings after which it would be seen


@dataclass(frozen=True, slots=True)
class BandPoint:
    """One axis's likely true size on one day, in mm: middle and 90 % limits."""

    day: float
    low: float
    middle: float
    high: float
