"""Real human lesions: are the predictive intervals honest? (Laleh et al. 2022, CT about every six weeks, under treatment.)

Fitted on the lesions whose id hashes even, scored on those whose id hashes odd. The data are not part of the project:
without the folder this part says so and is skipped.
"""

import csv
import hashlib
from pathlib import Path

import numpy as np

from analytics.growth import looks
from analytics.growth.result import LEVELS
from analytics.growth.settings import SETTINGS, Settings
from analytics.series import Series, series_of

FILE = "human_target_lesions_laleh2022_half.csv"
CLASSES_MM = ((0.0, 15.0), (15.0, 30.0), (30.0, 60.0), (60.0, 500.0))
FIRST_DAY = 18_000.0  # the days of the file count from each study's own zero


def lesions(folder: Path, *, scoring: bool) -> list[Series] | None:
    """The lesions to score on (or else to fit on), as scans; None where the folder is not there."""
    path = folder / FILE
    if not path.exists():
        return None
    readings: dict[str, list[tuple[float, float]]] = {}
    with path.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["diameter_mm"] and float(row["diameter_mm"]) > 0 and not row["note"]:
                readings.setdefault(row["id"], []).append((float(row["day"]), float(row["diameter_mm"])))
    chosen = [
        sorted(pairs) for name, pairs in sorted(readings.items()) if is_scoring(name) == scoring and len(pairs) > 1
    ]
    return [
        series_of([FIRST_DAY + day for day, _ in pairs], [[mm] for _, mm in pairs], ["scan"] * len(pairs))
        for pairs in chosen
    ]


def is_scoring(name: str) -> bool:
    """Half of the lesions, the same half on every machine."""
    return hashlib.sha256(name.encode()).digest()[0] % 2 == 1


def coverage(series: list[Series], settings: Settings = SETTINGS) -> dict[str, dict[str, float]]:
    """Share of next readings inside each interval, over all lesions and by the size read before."""
    begun = [(one, k) for one in series for k in range(1, len(one))]
    said = looks(
        [one.first(k) for one, k in begun],
        next_days=[float(one.day[k]) for one, k in begun],
        next_methods=[one.method[k] for one, k in begun],
        settings=settings,
    )
    inside = np.zeros((len(begun), len(LEVELS)))
    for row, ((one, k), growth) in enumerate(zip(begun, said, strict=True)):
        for column, (name, _) in enumerate(LEVELS):
            low, high = (growth.next_mm or {})["length"][name]
            inside[row, column] = low <= one.mm[k, 0] <= high
    before = np.array([one.mm[k - 1, 0] for one, k in begun])
    table = {"all": _row(inside)}
    for low, high in CLASSES_MM:
        table[f"{low:.0f}-{high:.0f} mm"] = _row(inside[(before >= low) & (before < high)])
    return table


def _row(inside: np.ndarray) -> dict[str, float]:
    shares = {name: float(inside[:, k].mean()) for k, (name, _) in enumerate(LEVELS)}
    return {"readings": float(len(inside)), **shares}
