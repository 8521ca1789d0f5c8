"""What the rows of the contract share: how much of everything, and what came of it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Plan:
    """How much of everything."""

    notices: int
    kills: int
    away: float


@dataclass(frozen=True)
class Result:
    """Did the figure hold, and what it was."""

    held: bool
    figures: str
