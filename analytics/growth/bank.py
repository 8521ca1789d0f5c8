"""The bank of filters: many small stories about a lump, each a Kalman filter over (ln size, growth rate), run side by side.

Stories (axis C): still, step, drift, steady, settling, then fast growth: per class of rate the merged old onsets, then the newest
onsets. The steady story only serves to tell a rate: it carries next to no weight in the evidence and the forecasts.
Axis S is the grid over how well this person measures, axis B the tracks, so that many lumps go in one pass.
The equations are in docs/growth.md.
"""

import numpy as np

from analytics.growth.settings import Settings, error_grid
from analytics.series import Flags, Floats

STILL, STEP, DRIFT, STEADY, SETTLING, FAST = range(6)
LEVEL, RATE, LEVEL_VAR, COVARIANCE, RATE_VAR, BORN = range(6)  # fields of a story's state
TINY = 1e-300


class Bank:
    """What every story believes: ``weight`` (C, S, B) log weights, ``share`` the same adding to 1 as of the last reading,
    ``state`` (6, C, S, B), ``now`` (B,) the day."""

    def __init__(self, z: Floats, variance: Floats, day: Floats, scan: Floats, settings: Settings) -> None:
        self.s = settings
        self.rates = len(settings.fast_mean)
        self.old = slice(FAST, FAST + self.rates)
        self.newest = 0
        self.now = day
        self.drift = _drift(scan, settings)
        _, log_prior = error_grid(settings)
        stories = FAST + self.rates * (1 + settings.onsets_kept)
        self.weight: Floats = np.empty((stories, *variance.shape))
        self.share: Floats = np.empty(self.weight.shape)
        self.weight[:] = np.log(self._first_weights(scan) + TINY)[:, None, :] + log_prior[:, None]
        self.state = np.zeros((6, stories, *variance.shape))
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
        s, first = self.s, np.zeros((FAST + self.rates * (1 + self.s.onsets_kept), len(scan)))
        first[STEP] = s.step_share
        first[DRIFT] = np.where(scan > 0, s.scan_drift_start, s.drift_start)
        first[STEADY] = s.steady_share
        first[SETTLING] = np.where(scan > 0, 0.0, s.settling_share)  # a drift of scans goes down as well as up
        first[self.old] = s.start_share * np.array(s.fast_share)[:, None]
        first[STILL] = 1.0 - first.sum(axis=0)
        return first

    def cut(self, tracks: int) -> None:
        """Keep the first ``tracks`` tracks only: the others have no more readings."""
        self.weight, self.share = self.weight[:, :, :tracks], self.share[:, :, :tracks]
        self.state, self.now = self.state[..., :tracks], self.now[:tracks]
        self.drift = self.drift[:, :tracks]

    def pass_time(self, day: Floats, walk: Floats) -> None:
        """Go on to ``day`` (B,), with a walk (B,) per root day: growth may begin or stop, a level may step."""
        days = day - self.now
        born = self._begin(days, walk)
        self._exchange(days, born)
        x, r, pxx, pxr, prr, _ = self.state
        going = np.ones(len(self.weight), dtype=bool)
        going[self._slot(self.newest)] = False  # the newborn are already there
        moved = going[:, None, None] * days
        x += r * moved
        pxx += moved * (2.0 * pxr + moved * prr) + (going[:, None, None] * days) * walk**2
        pxr += moved * prr
        prr[DRIFT] += self.drift[3] ** 2 * days
        prr[SETTLING] += self.s.settling_wander**2 * days
        self.newest = (self.newest + 1) % self.s.onsets_kept
        self.now = day

    def _slot(self, onset: int) -> slice:
        begin = FAST + self.rates * (1 + onset)
        return slice(begin, begin + self.rates)

    def _begin(self, days: Floats, walk: Floats) -> tuple[Floats, Floats]:
        """Growth that began somewhere in these days: log weights (J, S, B) and states (6, J, S, B) at their end."""
        s, still = self.s, self.state[:, STILL]
        hazard = np.log(-np.expm1(-s.onset_hazard * days) + TINY)
        weight = np.empty((self.rates, *still.shape[1:]))
        state = np.empty((6, *weight.shape))
        for j, (mean, spread) in enumerate(zip(s.fast_mean, s.fast_spread, strict=True)):
            weight[j] = self.weight[STILL] + hazard + np.log(s.fast_share[j])
            state[LEVEL, j] = still[LEVEL] + 0.5 * days * mean
            state[LEVEL_VAR, j] = still[LEVEL_VAR] + days * walk**2 + days**2 * (0.25 * spread**2 + mean**2 / 12.0)
            state[COVARIANCE, j] = 0.5 * days * spread**2
            state[RATE, j], state[RATE_VAR, j] = mean, spread**2
            state[BORN, j] = self.now + 0.5 * days
        return weight, state

    def _exchange(self, days: Floats, born: tuple[Floats, Floats]) -> None:
        """Move weight between the stories, and put the newborn in the place of the oldest onset kept."""
        s, weight, state = self.s, self.weight, self.state
        slot = self._slot(self.newest)
        share, renewed, settles, _ = self.drift
        began = -np.expm1(-s.onset_hazard * days)
        stop = -np.expm1(-s.stop_hazard * days) + TINY
        stay = np.log1p(-np.minimum(s.step_share + share + began, 0.9))
        stopped = _resting(state[:, self.old], s.still_spread)
        stepped, drifting = state[:, STILL].copy(), _resting(state[:, STILL], renewed)
        stepped[LEVEL_VAR] += s.step_size**2
        settled, was = _resting(state[:, DRIFT], s.still_spread), weight[STILL].copy()
        quiet = [weight[FAST + j] + np.log(stop) for j in range(self.rates)]
        quiet.append(weight[DRIFT] + np.log(settles))
        weight[DRIFT], state[:, DRIFT] = merge(
            [weight[DRIFT] + np.log1p(-settles), was + np.log(share)], [state[:, DRIFT], drifting]
        )
        weight[STILL], state[:, STILL] = merge(
            [was + stay, weight[STEP] + np.log(s.step_settles), *quiet],
            [state[:, STILL], state[:, STEP], *stopped.swapaxes(0, 1), settled],
        )
        weight[STEP], state[:, STEP] = merge(
            [weight[STEP] + np.log1p(-s.step_settles), was + np.log(s.step_share)], [state[:, STEP], stepped]
        )
        weight[self.old], state[:, self.old] = merge(
            [weight[self.old] + np.log1p(-stop), weight[slot]], [state[:, self.old], state[:, slot]]
        )
        weight[slot], state[:, slot] = born

    def take(self, z: Floats, variance: Floats, extra: Floats, skip: Flags) -> Floats:
        """Learn from one reading: ``z`` (B,) ln size, ``variance`` (S, B) of its error, ``extra`` (S, B) log evidence on
        the error; where ``skip`` (B,) is true its size is left out. Returns (B,) the probability that it was no slip."""
        s = self.s
        x, r, pxx, pxr, prr, _ = self.state
        e = z - x
        plain = 1.0 / (pxx + variance)
        wide = 1.0 / (pxx + variance + s.slip_size**2)
        e2 = e * e
        good = (1.0 - s.slip_share) * np.sqrt(plain) * np.exp(-0.5 * e2 * plain)
        total = good + s.slip_share * np.sqrt(wide) * np.exp(-0.5 * e2 * wide) + TINY
        good /= total
        gap = plain - wide
        gain = wide + good * gap
        shrink = np.where(skip, 0.0, gain - good * (1.0 - good) * gap * gap * e2)
        self.weight += np.where(skip, 0.0, np.log(total)) + extra
        self._weigh()
        pull = np.where(skip, 0.0, gain * e)
        x += pull * pxx
        r += pull * pxr
        keep = 1.0 - shrink * pxx
        prr -= shrink * pxr * pxr
        pxr *= keep
        pxx *= keep
        return np.asarray((self.share * good).sum(axis=(0, 1)))

    def _weigh(self) -> None:
        """Keep the weights near 0, and ``share`` (C, S, B) their exponentials, adding to 1."""
        self.weight -= self.weight.max(axis=(0, 1))
        self.share = np.exp(self.weight)
        self.share /= self.share.sum(axis=(0, 1))

    def log_odds(self) -> Floats:
        """Log odds (B,) of fast growth against stable or slow: the evidence behind growth.rapid."""
        fast, quiet = self.share[FAST:].sum(axis=(0, 1)), self.share[:DRIFT].sum(axis=(0, 1))
        quiet = quiet + self.s.drift_counts * self.share[DRIFT].sum(axis=0)
        # a settling lump is quiet for as long as it shrinks; should it turn, this story takes no side
        quiet = quiet + (self.share[SETTLING] * (self.state[RATE, SETTLING] < 0.0)).sum(axis=0)
        return np.asarray(np.log(fast + TINY) - np.log(quiet + TINY))

    def expected_level(self, day: Floats) -> Floats:
        """Mean ln size (B,) over all stories on ``day`` (B,), as of the last reading."""
        return np.asarray((self.share * (self.state[LEVEL] + self.state[RATE] * (day - self.now))).sum(axis=(0, 1)))


def _drift(scan: Floats, s: Settings) -> Floats:
    """How a drift begins, how fast, settles and wanders (4, B): another matter for a lump followed by scans."""
    home = (s.drift_share, s.drift_spread, s.drift_settles, s.drift_wander)
    scanned = (s.scan_drift_share, s.scan_drift_renewed, s.scan_drift_settles, s.scan_drift_wander)
    return np.where(scan > 0, np.array(scanned)[:, None], np.array(home)[:, None])


def _resting(state: Floats, spread: Floats | float) -> Floats:
    """The same level, with a rate forgotten: mean 0 and this spread."""
    resting = state.copy()
    resting[RATE], resting[COVARIANCE], resting[RATE_VAR] = 0.0, 0.0, spread**2
    return resting


def merge(weights: list[Floats], states: list[Floats]) -> tuple[Floats, Floats]:
    """Several weighted Gaussians (log weights (...), states (6, ...)) made one of the same mean and variance."""
    w, every = np.stack(weights), np.stack(states, axis=1)
    top = w.max(axis=0)
    p = np.exp(w - top)
    total = p.sum(axis=0)
    p /= total
    out = (p * every).sum(axis=1)
    level, rate = every[LEVEL] - out[LEVEL], every[RATE] - out[RATE]
    out[LEVEL_VAR] += (p * level * level).sum(axis=0)
    out[COVARIANCE] += (p * level * rate).sum(axis=0)
    out[RATE_VAR] += (p * rate * rate).sum(axis=0)
    return top + np.log(total), out
