"""The bank of filters: many small stories about a lump, each a Kalman filter over (ln size, growth rate), run side by side.

Stories (axis C): still, step, drift, steady, settling, then fast growth: per class of rate the merged old onsets, then the newest
onsets. The steady story only serves to tell a rate: it carries next to no weight in the evidence and the forecasts.
Axis S is the grid over how well this person measures, axis B the tracks, so that many lumps go in one pass.
The equations are in docs/growth.md.

With one diary at a time an array here holds 78 numbers, and calling numpy costs more than the sums: hence few calls on
many stories at once, and the order of the fields, in which (level, covariance) and (rate, variance of rate) are slices.
"""

from copy import copy
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from analytics.growth.settings import Settings, error_grid
from analytics.series import Flags, Floats, Ints

STILL, STEP, DRIFT, STEADY, SETTLING, FAST = range(6)
LEVEL, RATE, LEVEL_VAR, COVARIANCE, RATE_VAR, BORN = range(6)  # fields of a story's state
FORGOTTEN = slice(RATE, COVARIANCE + 1, 2)  # by a story that comes to rest
MEANS, SPREADS = slice(LEVEL, RATE + 1), slice(LEVEL_VAR, COVARIANCE + 1)
RISING, BY = slice(LEVEL, COVARIANCE + 1, 3), slice(RATE, RATE_VAR + 1, 3)  # what time adds to, and what it adds
TINY = 1e-300
MOST = 0.9  # the largest share of the still ones that may leave in one gap


class _Numbers(NamedTuple):
    """What follows from the settings alone; J classes of fast growth.

    ``moves``: for each place of the newest onsets, the stories gathered to exchange weight (``Bank._exchange``).
    ``hazards`` (2, 1) of beginning and ending; ``shares``, ``slips`` (2, 1, 1, 1): error or slip.
    ``born`` (6, J, 1, 1), ``born_by`` and ``born_by2``: a newborn's state, what a day adds, and what a day squared.
    ``sides`` (2, C): what each story counts for and against fast growth.
    """

    moves: list[Ints]
    hazards: Floats
    shares: Floats
    slips: Floats
    born: Floats
    born_by: Floats
    born_by2: Floats
    born_share: Floats
    sides: Floats
    log_prior: Floats


@lru_cache(maxsize=8)
def _numbers(s: Settings) -> _Numbers:
    rates = len(s.fast_mean)
    old = [*range(FAST, FAST + rates)]
    moves = []
    for onset in range(s.onsets_kept):
        slot = [FAST + rates * (1 + onset) + j for j in range(rates)]
        stay, join = [STEP, *old, DRIFT], [STILL, *slot, STILL]
        moves.append(np.array([*stay, *join, *old, DRIFT, STILL, STEP]))
    mean, spread = np.array(s.fast_mean), np.array(s.fast_spread)
    born, by, by2 = (np.zeros((6, rates, 1, 1)) for _ in range(3))
    born[RATE, :, 0, 0], born[RATE_VAR, :, 0, 0] = mean, spread**2
    by[LEVEL, :, 0, 0], by[COVARIANCE, :, 0, 0], by[BORN] = 0.5 * mean, 0.5 * spread**2, 0.5
    by2[LEVEL_VAR, :, 0, 0] = 0.25 * spread**2 + mean**2 / 12.0
    sides = np.zeros((2, FAST + rates * (1 + s.onsets_kept)))
    sides[0, FAST:], sides[1, :DRIFT], sides[1, DRIFT] = 1.0, 1.0, s.drift_counts
    either = (2, 1, 1, 1)
    return _Numbers(
        moves,
        hazards=np.array([[-s.onset_hazard], [-s.stop_hazard]]),
        shares=np.array([1.0 - s.slip_share, s.slip_share]).reshape(either),
        slips=np.array([0.0, s.slip_size**2]).reshape(either),
        born=born,
        born_by=by,
        born_by2=by2,
        born_share=np.array(s.fast_share).reshape(-1, 1, 1),
        sides=sides,
        log_prior=error_grid(s)[1],
    )


class Bank:
    """What every story believes: ``weight`` (C, S, B) log weights, ``share`` the same adding to 1 as of the last reading,
    ``state`` (6, C, S, B), ``now`` (B,) the day."""

    def __init__(self, z: Floats, variance: Floats, day: Floats, scan: Floats, settings: Settings) -> None:
        self.s = settings
        self.numbers = _numbers(settings)
        self.rates = len(settings.fast_mean)
        self.newest = 0
        self.now = day
        self._leave(scan)
        first = self._first_weights(scan)
        self.weight: Floats = np.log(first + TINY)[:, None, :] + self.numbers.log_prior[:, None]
        self.state = np.zeros((6, *self.weight.shape))
        self.state[LEVEL] = z
        self.state[LEVEL_VAR] = variance + settings.slip_share * settings.slip_size**2
        self.state[LEVEL_VAR, STEP] += settings.step_size**2
        self.state[RATE_VAR, :DRIFT] = settings.still_spread**2
        self.state[RATE_VAR, DRIFT] = np.where(scan > 0, settings.scan_drift_spread, settings.drift_spread) ** 2
        self.state[RATE_VAR, STEADY] = self.state[RATE_VAR, DRIFT]
        self.state[RATE, SETTLING], self.state[RATE_VAR, SETTLING] = settings.settling_mean, settings.settling_spread**2
        for j, (mean, spread) in enumerate(zip(settings.fast_mean, settings.fast_spread, strict=True)):
            self.state[RATE, FAST + j :: self.rates] = mean
            self.state[RATE_VAR, FAST + j :: self.rates] = spread**2
        self.state[BORN] = day
        self._weigh()

    def _first_weights(self, scan: Floats) -> Floats:
        """Prior weight (C, B) of each story at the first reading."""
        s, first = self.s, np.zeros((self.numbers.sides.shape[1], len(scan)))
        first[STEP] = s.step_share
        first[DRIFT] = np.where(scan > 0, s.scan_drift_start, s.drift_start)
        first[STEADY] = s.steady_share
        first[SETTLING] = np.where(scan > 0, 0.0, s.settling_share)  # a drift of scans goes down as well as up
        first[FAST : FAST + self.rates] = s.start_share * np.array(s.fast_share)[:, None]
        first[STILL] = 1.0 - first.sum(axis=0)
        return first

    def _leave(self, scan: Floats) -> None:
        """What of the exchange is the same at each reading: a drift is another matter for a lump followed by scans.

        ``flow`` (stories gathered, B) the share of each that goes its way; ``leaving`` (B,) the share of the still that
        leaves for other reasons than growth; ``resting`` (J + 2, 1, B) variance of the rate of those that begin to drift, or
        come to rest; ``wander`` (2, 1, B) variance a day of the rates of the drifting and the settling.
        """
        s, j, n = self.s, self.rates, len(scan)
        home = (s.drift_share, s.drift_spread, s.drift_settles, s.drift_wander)
        scanned = (s.scan_drift_share, s.scan_drift_renewed, s.scan_drift_settles, s.scan_drift_wander)
        share, renewed, settles, wander = np.where(scan > 0, np.array(scanned)[:, None], np.array(home)[:, None])
        self.flow = np.ones((3 * j + 7, n))
        self.flow[0], self.flow[j + 1] = 1.0 - s.step_settles, 1.0 - settles
        self.flow[j + 2], self.flow[2 * j + 3] = s.step_share, share
        self.flow[3 * j + 4], self.flow[3 * j + 6] = settles, s.step_settles
        self.leaving = s.step_share + share
        self.resting = np.full((j + 2, 1, n), s.still_spread**2)
        self.resting[0, 0] = renewed**2
        self.wander = np.stack([wander**2, np.full(n, s.settling_wander**2)])[:, None]

    def copy(self) -> "Bank":
        """The same, with arrays of its own where they are changed in place."""
        twin = copy(self)
        twin.weight, twin.state, twin.flow = self.weight.copy(), self.state.copy(), self.flow.copy()
        return twin

    def cut(self, tracks: int) -> None:
        """Keep the first ``tracks`` tracks only: the others have no more readings."""
        for name in ("weight", "raw", "share", "state", "now", "flow", "leaving", "resting", "wander"):
            setattr(self, name, np.ascontiguousarray(getattr(self, name)[..., :tracks]))

    def pass_time(self, day: Floats, walk: Floats) -> None:
        """Go on to ``day`` (B,), with a walk (B,) per root day: growth may begin or stop, a level may step."""
        days, state = day - self.now, self.state
        walked = days * walk**2
        gone = -np.expm1(self.numbers.hazards * days)
        born_weight, born = self._begin(days, walked, gone[0])
        self._exchange(gone)
        drawn = state[BY] * days
        state[LEVEL_VAR] += days * (2.0 * state[COVARIANCE] + drawn[1]) + walked
        state[RISING] += drawn
        state[RATE_VAR, DRIFT : SETTLING + 1 : 2] += self.wander * days
        slot = slice(FAST + self.rates * (1 + self.newest), FAST + self.rates * (2 + self.newest))
        self.weight[slot], state[:, slot] = np.log(born_weight), born
        self.newest = (self.newest + 1) % self.s.onsets_kept
        self.now = day

    def _begin(self, days: Floats, walked: Floats, began: Floats) -> tuple[Floats, Floats]:
        """Growth that began somewhere in these days: weights (J, S, B) and states (6, J, S, B) at their end."""
        numbers, still = self.numbers, self.state[:, STILL]
        born = np.empty((6, self.rates, *still.shape[1:]))
        born[:] = numbers.born + (numbers.born_by + numbers.born_by2 * days) * days
        born[LEVEL] += still[LEVEL]
        born[LEVEL_VAR] += still[LEVEL_VAR] + walked
        born[BORN] += self.now
        return self.raw[STILL] * began * numbers.born_share + TINY, born

    def _exchange(self, gone: Floats) -> None:
        """Move weight between the stories, once ``gone`` (2, B) is the share for which growth began, and ended.

        Two and two become one: step and drift with the still that begin so, the old onsets with the oldest kept, whose
        place falls free. And all that come to rest become one with the still.
        """
        j, gathered, state = self.rates, self.numbers.moves[self.newest], self.state
        self.flow[1 : j + 1], self.flow[3 * j + 5] = 1.0 - gone[1], 1.0 - np.minimum(self.leaving + gone[0], MOST)
        self.flow[2 * j + 4 : 3 * j + 4] = gone[1]
        weight = self.raw.take(gathered, axis=0) * self.flow[:, None] + TINY
        every = state.take(gathered, axis=1)
        every[LEVEL_VAR, j + 2] += self.s.step_size**2
        resting = slice(2 * j + 3, 3 * j + 5)
        every[FORGOTTEN, resting] = 0.0
        every[RATE_VAR, resting] = self.resting
        stay, join, rest = slice(0, j + 2), slice(j + 2, 2 * j + 4), slice(2 * j + 4, None)
        to = gathered[stay]
        total, state[:, to] = join_two((weight[stay], weight[join]), (every[:, stay], every[:, join]))
        self.weight[to] = np.log(total)
        total, state[:, STILL] = merge(weight[rest], every[:, rest])
        self.weight[STILL] = np.log(total)

    def take(self, z: Floats, variance: Floats, extra: Floats | None, skip: Flags) -> Floats:
        """Learn from one reading: ``z`` (B,) ln size, ``variance`` (S, B) of its error, ``extra`` (S, B) log evidence on
        the error; where ``skip`` (B,) is true its size is left out. Returns (B,) the probability that it was no slip."""
        numbers, state = self.numbers, self.state
        e = z - state[LEVEL]
        e2 = e * e
        precise = state[LEVEL_VAR] + variance + numbers.slips
        np.reciprocal(precise, out=precise)
        likely = precise * (-0.5 * e2)
        np.exp(likely, out=likely)
        likely *= np.sqrt(precise)
        likely *= numbers.shares
        good, total = likely[0], likely[1]
        total += good
        total += TINY
        good /= total
        gap = np.subtract(precise[0], precise[1], out=precise[0])
        pull = good * gap
        gap -= pull
        gap *= pull
        gap *= e2
        pull += precise[1]
        shrink = np.subtract(pull, gap, out=gap)
        pull *= e
        learnt = np.log(total, out=total)
        if skip.any():
            heard = np.where(skip, 0.0, 1.0)
            learnt *= heard
            shrink *= heard
            pull *= heard
        self.weight += learnt
        if extra is not None:
            self.weight += extra
        self._weigh()
        state[MEANS] += pull * state[SPREADS]
        state[RATE_VAR] -= shrink * state[COVARIANCE] ** 2
        shrink *= state[LEVEL_VAR]
        state[SPREADS] *= np.subtract(1.0, shrink, out=shrink)
        return self.over_all(good)

    def expected_level(self, day: Floats) -> Floats:
        """Mean ln size (B,) over all stories on ``day`` (B,), as of the last reading."""
        level, rate = self.over_all(self.state[MEANS])
        return np.asarray(level + rate * (day - self.now))

    def _weigh(self) -> None:
        """Keep the weights near 0; ``raw`` (C, S, B) are their exponentials, and ``share`` the same adding to 1."""
        flat = self.weight.reshape(-1, self.weight.shape[2])
        flat -= np.maximum.reduce(flat, axis=0)
        raw = np.exp(flat)
        self.raw = raw.reshape(self.weight.shape)
        self.share = (raw / np.add.reduce(raw, axis=0)).reshape(self.weight.shape)

    def over_all(self, value: Floats) -> Floats:
        """Mean (..., B) over all stories and errors of a value (..., C, S, B)."""
        weighed = self.share * value
        return np.asarray(np.add.reduce(weighed.reshape(*value.shape[:-3], -1, value.shape[-1]), axis=-2))

    def log_odds(self) -> Floats:
        """Log odds (B,) of fast growth against stable or slow: the evidence behind growth.rapid."""
        sides = self.numbers.sides @ np.add.reduce(self.share, axis=1)
        # a settling lump is quiet for as long as it shrinks; should it turn, this story takes no side
        sides[1] += np.add.reduce(self.share[SETTLING] * (self.state[RATE, SETTLING] < 0.0), axis=0)
        fast, quiet = np.log(sides + TINY)
        return np.asarray(fast - quiet)


def merge(weights: Floats, states: Floats) -> tuple[Floats, Floats]:
    """Several weighted Gaussians (weights (N, ...), states (6, N, ...)) made one of the same mean and variance."""
    total = np.add.reduce(weights, axis=0)
    p = weights / total
    out = np.add.reduce(p * states, axis=1)
    off = states[MEANS] - out[MEANS, None]
    out[SPREADS] += np.add.reduce(p * off[0] * off, axis=1)
    out[RATE_VAR] += np.add.reduce(p * off[1] * off[1], axis=0)
    return total, np.asarray(out)


def join_two(weights: tuple[Floats, Floats], states: tuple[Floats, Floats]) -> tuple[Floats, Floats]:
    """The same for two, weights (...) and states (6, ...), in fewer sums."""
    total = weights[0] + weights[1]
    apart = states[1] - states[0]
    step = weights[1] / total * apart
    out = states[0] + step
    rest = apart[MEANS] - step[MEANS]
    out[SPREADS] += step[LEVEL] * rest
    out[RATE_VAR] += step[RATE] * rest[RATE]
    return total, out
