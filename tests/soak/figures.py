"""What was asked and how it went: tries by endpoint and by time, and their percentiles."""

import threading
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

WINDOW = 10.0  # seconds that share one p95 in the drawing
ANSWERED = "answered"


@dataclass(frozen=True)
class Try:
    """One request: when it began (seconds of the run), how long it took, and what came of it.

    `outcome`: ANSWERED with a status that is right for it, else the kind of error ("503", "cut", "refused", "timeout").
    `first`: not a second try of the same request.
    """

    endpoint: str
    began: float
    seconds: float
    outcome: str
    first: bool = True


@dataclass
class Endpoint:
    """A line of the table; milliseconds, of the tries that were answered."""

    name: str
    requests: int
    p50: float
    p95: float
    p99: float
    slowest: float
    errors: dict[str, int] = field(default_factory=dict)  # of first tries, by kind
    retries: int = 0
    given_up: int = 0


class Tries:
    """Everything the phones did, written down by all of them at once."""

    def __init__(self) -> None:
        self.all: list[Try] = []
        self.given_up: Counter[str] = Counter()
        self._lock = threading.Lock()

    def add(self, made: Try) -> None:
        self.all.append(made)  # one operation of the interpreter: no lock is wanted

    def give_up(self, endpoint: str) -> None:
        """The phone tried for as long as it does and was not answered rightly."""
        with self._lock:
            self.given_up[endpoint] += 1

    def table(self) -> list[Endpoint]:
        """By endpoint, in the order of their names, and last of all together."""
        by_name: dict[str, list[Try]] = defaultdict(list)
        for made in self.all:
            by_name[made.endpoint].append(made)
        lines = [_line(name, made, self.given_up[name]) for name, made in sorted(by_name.items())]
        return [*lines, _line("all", self.all, sum(self.given_up.values()))]

    def over_time(self) -> list[tuple[float, float]]:
        """(middle of a window in seconds, p95 of its answered tries in ms); windows without one are left out."""
        windows: dict[int, list[float]] = defaultdict(list)
        for made in self.all:
            if made.outcome == ANSWERED:
                windows[int(made.began // WINDOW)].append(made.seconds * 1000)
        return [((place + 0.5) * WINDOW, percentile(found, 95)) for place, found in sorted(windows.items())]

    def errors_between(self, begin: float, end: float) -> dict[str, int]:
        """First tries that began in these seconds and failed, by kind."""
        meanwhile = (made for made in self.all if made.first and begin <= made.began < end)
        return dict(Counter(made.outcome for made in meanwhile if made.outcome != ANSWERED))


def percentile(values: Iterable[float], per_cent: float) -> float:
    """The smallest value that at least so many per cent do not exceed; 0 of none."""
    ordered = sorted(values)
    if not ordered:
        return 0.0
    return ordered[max(0, -int(-len(ordered) * per_cent // 100) - 1)]


def _line(name: str, tries: Sequence[Try], given_up: int) -> Endpoint:
    took = [made.seconds * 1000 for made in tries if made.outcome == ANSWERED]
    p50, p95, p99 = (percentile(took, share) for share in (50, 95, 99))
    first = [made for made in tries if made.first]
    errors = Counter(made.outcome for made in first if made.outcome != ANSWERED)
    return Endpoint(
        name, len(first), p50, p95, p99, max(took, default=0.0), dict(errors), len(tries) - len(first), given_up
    )
