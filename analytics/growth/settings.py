"""Every number the growth engine leans on, in one place, each with where it comes from (docs/growth.md tells the model).

"generator" is the made-up year of clinical.md; "tuned" was chosen on the tuning seeds of analytics.evaluate, never on the
seeds it is scored on; "laleh" was fitted on one half of the human target lesions of the data folder.
"""

from dataclasses import dataclass, fields
from functools import cached_property, lru_cache

import numpy as np

from analytics.series import Floats

MONTH = 30.4  # days, docs/format.md
YEAR = 365.25
LN2_THIRD = float(np.log(2.0) / 3.0)  # ln(diameter) gained while the volume doubles
RAPID_DAYS = 200.0  # volume doubling in under 200 days is rapid (issue 4)
RAPID_RATE = LN2_THIRD / RAPID_DAYS
MIN_READINGS = 4  # docs/format.md: null below four readings or 21 days
MIN_DAYS = 21.0
SLOW_P = 0.975  # clinical.md, growth.slow


@dataclass(frozen=True)
class Settings:
    """The model's numbers. Rates are of ln(diameter) a day, spreads are standard deviations."""

    # How a person measures (the errors of the methods themselves, and of a session, are in analytics/noise.py)
    error_steps: tuple[float, ...] = (-1.3, 0.0, 1.3)  # grid over the person's own error, in units of error_spread
    error_spread: float = 0.35  # generator: lognormal spread of a person's relative error
    rounding_mm: float = 0.29  # 1 mm / sqrt(12): readings come in whole mm
    rough_mm: float = 1.44  # 5 mm / sqrt(12), for those who round to 5 mm
    slip_share: float = 0.04  # generator 3 %, and a little more
    slip_size: float = 0.40  # generator: x 0.65 or x 1.45
    axis_slip_share: float = 0.02  # one axis alone
    skip_size: float = 1.0  # a reading this far off in ln is left out until a second one agrees
    # How a lump's shape varies: ln(width / length), ln(depth / length)
    shape_mean: tuple[float, float, float] = (0.0, -0.22, -0.36)
    shape_spread: tuple[float, float, float] = (0.10, 0.25, 0.35)
    lean: float = 0.12  # least share of the newest reading in the size, for readings that lack an axis
    # How a lump that does nothing behaves
    walk: float = 0.004  # generator, a root day
    still_spread: float = 0.0002  # stable or slow: 7 % a year, so 12 % a year is well inside
    # A sudden step to a new level that is no growth (another measurer, a first reading that slipped)
    step_share: float = 0.003  # a reading
    step_size: float = 0.15
    step_settles: float = 0.15  # a reading
    # A size that drifts either way for reasons of its own (treatment, swelling)
    drift_start: float = 0.20
    drift_share: float = 0.002
    drift_spread: float = 0.0014
    drift_wander: float = 0.00005  # a root day
    drift_settles: float = 0.001  # a reading
    # A size that changes at one rate all along: too slow to be rapid, yet growing (or settling)
    steady_share: float = 1e-9  # so small that the evidence and the forecasts do not see it
    steady_told: float = 0.5  # its share when a rate is told
    drift_told: float = 0.3  # and what is left of a drift's, which would forget what it saw a month ago
    # A lump that goes down by itself or after treatment (a bruise, an abscess, a node): our judgement, 1 to 5 % a day
    settling_share: float = 0.02
    settling_mean: float = -0.02
    settling_spread: float = 0.015
    settling_wander: float = 0.001  # a root day
    # A lump followed by CT or MRI is one under treatment: it moves more
    scan_error: float = 0.3138  # laleh: of the 6 % of clinical.md, beside its 1 mm and its session
    scan_session: float = 0.0062  # laleh
    scan_floor_mm: float = 1.2  # laleh
    scan_walk: float = 0.0031  # laleh
    scan_drift_start: float = 0.21  # laleh
    scan_drift_spread: float = 0.039  # laleh
    scan_drift_renewed: float = 0.003  # spread of a drift that begins later
    scan_drift_share: float = 0.01  # a reading
    scan_drift_settles: float = 1e-12  # a reading
    scan_drift_wander: float = 0.0003  # a root day
    scan_slip_share: float = 0.08  # laleh: heavy tails of the next reading
    scan_slip_size: float = 0.44  # laleh
    # Fast growth
    fast_mean: tuple[float, ...] = (0.0026, 0.0042, 0.011)
    fast_spread: tuple[float, ...] = (0.0006, 0.0008, 0.005)  # the third is wide: a lump may double in days
    fast_share: tuple[float, ...] = (0.59, 0.39, 0.02)
    start_share: float = 0.24  # of lumps grow from the first reading
    onset_hazard: float = 1.0 / 700.0  # a day
    stop_hazard: float = 1.0 / 4_000.0
    onsets_kept: int = 6  # the newest onsets are kept apart, older ones of one rate are merged
    # When it speaks
    drift_counts: float = 0.3  # share of a drift's weight that counts against fast growth
    threshold: float = 0.50  # tuned, with a standard error to spare; log odds of fast growth against stable or slow
    release: float = 1.5  # holds until the log odds fall this far below it
    soon_bar: float = 0.68  # tuned; and is this much higher for a reading soon after another, as those asked for are
    soon_days: float = 2.0
    recheck_margin: float = 1.55  # it asks for another reading from this far below the threshold
    recheck_days: float = 2.0  # and for it so soon: readings of two days have errors of their own

    @cached_property
    def mark(self) -> int:
        """The hash, worked out once: what follows from the settings is kept by them, and asked for at each look."""
        return hash(tuple(getattr(self, field.name) for field in fields(self)))

    def __hash__(self) -> int:
        return self.mark


SETTINGS = Settings()


@lru_cache(maxsize=8)
def error_grid(settings: Settings) -> tuple[Floats, Floats]:
    """Factors on a method's relative error (S,), and the log of their prior weights (S,). The one in the middle is usual."""
    steps = np.array(settings.error_steps)
    log_weights = -0.5 * steps**2  # a standard normal, on the grid's own points
    return np.exp(settings.error_spread * steps), log_weights - np.log(np.exp(log_weights).sum())
