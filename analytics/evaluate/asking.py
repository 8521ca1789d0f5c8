"""A year in which the person measures again whenever the engine asks: what do the requests buy?"""

from dataclasses import dataclass

import numpy as np

from analytics.evaluate.scoring import FAST, QUIET, Score, cohorts, score
from analytics.growth.alarm import bars, recheck_in
from analytics.growth.run import Walker
from analytics.growth.settings import MIN_DAYS, MIN_READINGS, Settings
from analytics.growth.tracks import method_errors
from analytics.series import Floats
from analytics.synthetic import MadeLump


@dataclass(frozen=True)
class Asked:
    """The figures with rechecks, and how many were asked for in a stable patient-year."""

    score: Score
    requests: float


def with_rechecks(count: int, seed: int, settings: Settings) -> Asked:
    """Walk ``count`` lumps of each kind through a year, measuring again when asked unless a reading is due by then."""
    lumps = cohorts(count, seed)
    days, requests = {}, {}
    for kind in (*QUIET, *FAST):
        days[kind], requests[kind] = _year(lumps[kind], np.random.default_rng([seed, 77]), settings)
    return Asked(score(lumps, days), requests["stable"])


def _year(lumps: list[MadeLump], rng: np.random.Generator, settings: Settings) -> tuple[list[Floats], float]:
    """Days of new alarms of each lump, and requests per lump. Lumps walk side by side, each on its own days."""
    n = len(lumps)
    relative, floor, scan = method_errors(["ruler"] * n, settings)
    walker, held = Walker(n, settings), np.zeros(n, dtype=bool)
    place, done = np.zeros(n, dtype=int), np.zeros(n, dtype=bool)
    day = np.array([lump.series.day[0] for lump in lumps])
    mm = np.array([lump.series.mm[0] for lump in lumps])
    first, before, taken, asked = day.copy(), day - np.inf, 0, 0.0
    found: list[list[float]] = [[] for _ in lumps]
    while not done.all():
        odds = walker.take(day, np.log(mm), relative, floor, scan).odds
        taken += 1
        bar = np.where(held, settings.threshold - settings.release, bars(day - before, settings))
        now = (taken >= MIN_READINGS) & (day - first >= MIN_DAYS) & (odds >= bar)
        for k in np.flatnonzero(now & ~held & ~done).tolist():
            found[k].append(float(day[k]))
        held, before, day = now, day, day.copy()
        for k, lump in enumerate(lumps):
            wait = None if held[k] or done[k] else recheck_in(float(odds[k]), settings)
            ended = int(place[k]) + 1 >= len(lump.series)
            due = np.inf if ended else lump.series.day[place[k] + 1]
            if wait is not None and before[k] + wait < min(due, lump.series.day[-1]):
                day[k], asked = before[k] + wait, asked + 1.0
                mm[k] = lump.measure(float(day[k]), rng)
            elif ended:
                done[k], day[k] = True, before[k] + 7.0  # walks on unheard, so that the others can
            else:
                place[k] += 1
                day[k], mm[k] = float(due), lump.series.mm[place[k]]
    return [np.array(one) for one in found], asked / n
