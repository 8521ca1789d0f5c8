"""When the engine speaks: one threshold on the evidence, held until the evidence has clearly gone."""

import numpy as np

from analytics.growth.settings import MIN_DAYS, MIN_READINGS, Settings
from analytics.growth.tracks import Tracks
from analytics.series import Floats


def enough(tracks: Tracks) -> Floats:
    """Whether (B, N) each reading is at least the fourth and at least 21 days after the first."""
    days = np.nan_to_num(tracks.day - tracks.day[:, :1], nan=-1.0) if tracks.day.size else tracks.day
    return np.asarray((np.arange(tracks.day.shape[1]) >= MIN_READINGS - 1) & (days >= MIN_DAYS))


def speaks(odds: Floats, ready: Floats, settings: Settings) -> Floats:
    """Whether (B, N) rapid growth holds after each reading.

    It begins where the log ``odds`` reach the threshold, and ends where they fall ``release`` below it. It depends on
    the readings alone: the same readings always give the same answer, whatever was said before.
    """
    holds = np.zeros(odds.shape, dtype=bool)
    now = np.zeros(len(odds), dtype=bool)
    clean = np.nan_to_num(odds, nan=-np.inf)
    for step in range(odds.shape[1]):
        bar = settings.threshold - settings.release * now
        now = ready[:, step] & (clean[:, step] >= bar)
        holds[:, step] = now
    return holds
