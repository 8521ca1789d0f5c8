"""How false alarms and findings are counted: clinical.md, "The growth engine"."""

from dataclasses import dataclass

import numpy as np

from analytics.series import Flags, Floats
from analytics.synthetic import MadeLump, Recipe, make_lumps

QUIET, FAST = ("stable", "slow"), ("after", "start")
AGAIN_DAYS = 60.0  # a new false alarm counts at most so often
FOUND_DAYS = (56.0, 90.0)
Cohorts = dict[str, list[MadeLump]]


@dataclass(frozen=True)
class Score:
    """False alarms per patient-year (stable and slow growers together, and each), and shares found within 56 and 90 days."""

    false: float
    false_stable: float
    false_slow: float
    after: tuple[float, float]
    start: tuple[float, float]

    def plain(self) -> dict[str, float]:
        """The same as one flat table row."""
        return {
            "false_per_year": self.false,
            "false_stable": self.false_stable,
            "false_slow": self.false_slow,
            "after_56": self.after[0],
            "after_90": self.after[1],
            "start_56": self.start[0],
            "start_90": self.start[1],
        }


def cohorts(count: int, seed: int, recipe: Recipe | None = None) -> Cohorts:
    """``count`` made-up lumps of each of the four kinds."""
    return {kind: make_lumps(kind, count, seed, recipe) for kind in (*QUIET, *FAST)}


def new_days(day: Floats, holds: Flags) -> Floats:
    """The days on which an alarm is new: it holds, and did not at the look before."""
    before = np.concatenate([[False], holds[:-1]])
    return np.asarray(day[holds & ~before])


def false_alarms(days: Floats) -> int:
    """New alarms of one quiet lump, counted at most every 60 days."""
    count, last = 0, -np.inf
    for day in days:
        if day - last >= AGAIN_DAYS:
            count, last = count + 1, day
    return count


def delay(lump: MadeLump, days: Floats) -> float:
    """Days from onset to the first new alarm at or after it; infinity where there is none."""
    onset = lump.onset_day if lump.onset_day is not None else np.inf
    later = days[days >= onset]
    return float(later[0] - onset) if len(later) else float("inf")


def score(lumps: Cohorts, days: dict[str, list[Floats]], years: float = 1.0) -> Score:
    """The figures, from the days of new alarms of every lump of every kind."""
    false = [sum(false_alarms(one) for one in days[kind]) / (len(days[kind]) * years) for kind in QUIET]
    found = []
    for kind in FAST:
        delays = np.array([delay(lump, one) for lump, one in zip(lumps[kind], days[kind], strict=True)])
        found.append(tuple(float((delays <= within).mean()) for within in FOUND_DAYS))
    return Score(sum(false) / 2.0, false[0], false[1], (found[0][0], found[0][1]), (found[1][0], found[1][1]))


def at_threshold(lumps: Cohorts, values: dict[str, list[Floats]], threshold: float) -> Score:
    """The figures of a rule that speaks where its value reaches a threshold."""
    days = {
        kind: [
            new_days(one.series.day, value >= threshold) for one, value in zip(lumps[kind], values[kind], strict=True)
        ]
        for kind in lumps
    }
    return score(lumps, days)


def threshold_for(lumps: Cohorts, values: dict[str, list[Floats]], target: float, steps: int = 16) -> float:
    """The lowest threshold with at most ``target`` false alarms a patient-year."""
    quiet = {kind: lumps[kind] for kind in QUIET}
    every = np.concatenate([value[np.isfinite(value)] for kind in QUIET for value in values[kind]])
    low, high = float(every.min()), float(every.max()) + 1e-9

    def false(threshold: float) -> float:
        counts = [
            false_alarms(new_days(one.series.day, value >= threshold))
            for kind in QUIET
            for one, value in zip(quiet[kind], values[kind], strict=True)
        ]
        return sum(counts) / len(counts)

    for _ in range(steps):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if false(middle) > target else (low, middle)
    return high
