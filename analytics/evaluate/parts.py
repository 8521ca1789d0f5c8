"""The parts of `make evaluate`, each returning plain numbers."""

import time
from dataclasses import replace

import numpy as np

from analytics.evaluate.rivals import RULES, TEXTBOOK, clairvoyant
from analytics.evaluate.scoring import Cohorts, Score, at_threshold, cohorts, new_days, score, threshold_for
from analytics.growth import alarms, looks
from analytics.growth.result import LEVELS
from analytics.growth.settings import MONTH, SETTINGS, Settings
from analytics.series import Floats
from analytics.synthetic import Recipe

TARGET = 0.25  # false alarms a patient-year at which all rules are compared
CURVE = np.linspace(-2.0, 4.0, 19)  # of log odds, about the engine's threshold
ROWS: dict[str, Recipe] = {
    "as the generator is": Recipe(),
    "rounded to 5 mm": Recipe(rounding_mm=5.0),
    "another measurer, 10 % larger, half-way": Recipe(measurer_factor=1.1),
    "monthly": Recipe(gap_scale=15.2),
    "twice a week": Recipe(gap_scale=1.75),
    "half the readings missing": Recipe(dropped_share=0.5),
    "one axis": Recipe(axes=1),
    "three axes": Recipe(axes=3),
    "×10 slips, 2 %": Recipe(ten_fold_share=0.02),
    "inches typed as mm, 2 %": Recipe(inches_share=0.02),
}


def engine_score(lumps: Cohorts, settings: Settings = SETTINGS) -> Score:
    """The engine's figures on these lumps."""
    days = {}
    for kind, ones in lumps.items():
        said = alarms([one.series for one in ones], settings)
        days[kind] = [new_days(one.series.day, holds) for one, (holds, _) in zip(ones, said, strict=True)]
    return score(lumps, days)


def engine_curve(lumps: Cohorts) -> list[dict[str, float]]:
    """The engine's figures as its threshold moves."""
    return [engine_score(lumps, replace(SETTINGS, threshold=SETTINGS.threshold + by)).plain() for by in CURVE]


def rival_table(
    tuning: Cohorts, scoring: Cohorts
) -> tuple[dict[str, dict[str, float]], dict[str, list[dict[str, float]]]]:
    """Each textbook rule, its threshold set on the tuning lumps to 0.25, its figures on the scoring lumps; its curve."""
    table, curves = {}, {}
    for name, rule in RULES.items():
        values = {kind: [rule(one.series) for one in ones] for kind, ones in scoring.items()}
        tuned = {
            kind: [rule(one.series) for one in ones] for kind, ones in tuning.items() if kind in ("stable", "slow")
        }
        bar = threshold_for(tuning, tuned, TARGET)
        if name in TEXTBOOK:
            table[f"{name}, textbook bar"] = at_threshold(scoring, values, TEXTBOOK[name]).plain()
        table[f"{name}, set to {TARGET}"] = at_threshold(scoring, values, bar).plain()
        curves[name] = _curve(scoring, values, bar)
    return table, curves


def clairvoyant_row(tuning: Cohorts, scoring: Cohorts, seed: int) -> tuple[dict[str, float], list[dict[str, float]]]:
    """The clairvoyant, set to 0.25 on the tuning lumps: the limit."""
    both = [_clairvoyant_values(lumps, seed) for lumps in (tuning, scoring)]
    bar = threshold_for(tuning, both[0], TARGET)
    return at_threshold(scoring, both[1], bar).plain(), _curve(scoring, both[1], bar)


def _clairvoyant_values(lumps: Cohorts, seed: int) -> dict[str, list[Floats]]:
    rng = np.random.default_rng([seed, 5])
    s = SETTINGS
    return {
        kind: [clairvoyant(one, rng, s.start_share, s.onset_hazard) for one in ones] for kind, ones in lumps.items()
    }


def _curve(lumps: Cohorts, values: dict[str, list[Floats]], about: float) -> list[dict[str, float]]:
    quiet = np.concatenate([value[np.isfinite(value)] for kind in ("stable", "slow") for value in values[kind]])
    bars = np.unique(np.append(np.quantile(quiet, 1.0 - np.geomspace(0.0005, 0.2, 14)), about))
    return [at_threshold(lumps, values, float(bar)).plain() for bar in bars]


def robustness(count: int, seed: int, step: object = None) -> dict[str, dict[str, float]]:
    """The engine's figures on years that differ from the one it was tuned for, with the same threshold."""
    table = {}
    for name, recipe in ROWS.items():
        table[name] = engine_score(cohorts(count, seed, recipe)).plain()
        if callable(step):
            step()
    return table


def honesty(lumps: Cohorts, most: int) -> dict[str, dict[str, float]]:
    """On made-up lumps: coverage of the next reading's intervals, and of the true rate by its 90 % limits."""
    table = {}
    for kind, ones in lumps.items():
        asks = [(one, k) for one in ones[:most] for k in range(1, len(one.series))]
        said = looks(
            [one.series.first(k) for one, k in asks],
            next_days=[float(one.series.day[k]) for one, k in asks],
            next_axes=[("length", "width")] * len(asks),
        )
        inside: dict[str, list[bool]] = {name: [] for name, _ in LEVELS}
        rates: list[bool] = []
        for (one, k), growth in zip(asks, said, strict=True):
            for axis, column in (("length", 0), ("width", 1)):
                value = one.series.mm[k, column]
                for name in inside if np.isfinite(value) else ():
                    low, high = (growth.next_mm or {})[axis][name]
                    inside[name].append(bool(low <= value <= high))
            if growth.low is not None and growth.high is not None:
                began = one.onset_day if one.onset_day is not None else one.series.day[0]
                rate = one.rate if one.series.day[k - 1] >= began else 0.0
                rates.append(growth.low <= 100.0 * np.expm1(rate * MONTH) <= growth.high)
        table[kind] = {name: float(np.mean(hits)) for name, hits in inside.items()} | {"rate_90": float(np.mean(rates))}
    return table


def speed(lumps: Cohorts) -> dict[str, float]:
    """Looks a second of processor time on one core: a scan (one look a lump, 50 readings) and a replay (every look)."""
    scan = [one.series.first(50) for ones in lumps.values() for one in ones if len(one.series) >= 50][:600]
    replay = [one.first(k) for one in scan[:200] for k in range(1, len(one) + 1)]
    following = [float(one.day[k]) if k < len(one) else None for one in scan[:200] for k in range(1, len(one) + 1)]
    table = {}
    for name, series, days in (("scan", scan, None), ("replay", replay, following)):
        began = time.process_time()
        looks(series, next_days=days)
        table[f"{name}_looks_per_second"] = len(series) / (time.process_time() - began)
    return table
