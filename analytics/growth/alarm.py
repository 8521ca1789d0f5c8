"""When the engine speaks: one threshold on the evidence, held until the evidence has clearly gone."""

import numpy as np

from analytics.growth.settings import MIN_DAYS, MIN_READINGS, Settings
from analytics.growth.tracks import Tracks
from analytics.series import Flags, Floats


def enough(tracks: Tracks) -> Flags:
    """Whether (B, N) each reading is at least the fourth and at least 21 days after the first."""
    ready = tracks.day - tracks.day[:, :1] >= MIN_DAYS  # never beyond a track's end, where days are NaN
    ready[:, : MIN_READINGS - 1] = False
    return np.asarray(ready)


def bars(days: Floats, settings: Settings) -> Floats:
    """The log odds needed to begin to speak, for readings ``days`` after the one before.

    A reading soon after another is most often one the engine asked for because the evidence was near the bar; looking
    again only there would make more false alarms, so the bar is higher there.
    """
    return np.asarray(settings.threshold + settings.soon_bar * (days <= settings.soon_days))


def speaks(odds: Floats, tracks: Tracks, ready: Flags, settings: Settings) -> Flags:
    """Whether (B, N) rapid growth holds after each reading; ``ready`` as from ``enough``.

    It begins where the log ``odds`` (B, N) reach the bar, and ends where they fall ``release`` below the threshold. It
    depends on the readings alone: the same readings always give the same answer, whatever was said before.
    """
    holds = np.zeros(odds.shape, dtype=bool)
    now = np.zeros(len(odds), dtype=bool)
    begin = np.full(odds.shape, settings.threshold)
    begin[:, 1:] = bars(tracks.day[:, 1:] - tracks.day[:, :-1], settings)
    if len(odds) == 1:  # one diary, as at every entry: numbers are quicker than arrays of one
        holds[0] = _one(odds[0].tolist(), begin[0].tolist(), ready[0].tolist(), settings)
        return holds
    for step in range(odds.shape[1]):
        bar = np.where(now, settings.threshold - settings.release, begin[:, step])
        now = ready[:, step] & (odds[:, step] >= bar)
        holds[:, step] = now
    return holds


def _one(odds: list[float], begin: list[float], ready: list[bool], settings: Settings) -> list[bool]:
    now, end, held = False, settings.threshold - settings.release, []
    for odd, bar, enough_known in zip(odds, begin, ready, strict=True):
        now = enough_known and odd >= (end if now else bar)
        held.append(now)
    return held


def recheck_in(odds: float, settings: Settings) -> float | None:
    """Days until the reading that would tell most, where the log ``odds`` are short of speaking but near it."""
    near = settings.threshold - settings.recheck_margin <= odds < settings.threshold + settings.soon_bar
    return settings.recheck_days if near else None
