"""Which rules hold at a look. Looks are remembered, for "new" and "quiet" ask about earlier ones again and again."""

from collections.abc import Callable
from datetime import datetime

from tracker.rules import of_feel, of_size
from tracker.rules.because import urgent_because
from tracker.rules.facts import History
from tracker.rules.folding import fold
from tracker.rules.signs import signs
from tracker.rules.trend import Trend
from tracker.rules.urgent import matches
from tracker.rules.view import Hit, View

CHECKS: tuple[Callable[[View], Hit | None], ...] = (
    of_size.growth_rapid, of_size.golf_ball, of_feel.hard_fixed, of_size.returned, of_feel.intimate_site, of_feel.node,
    of_size.injury_not_settling, of_feel.persistent, of_feel.pain_rising, of_size.size_jump, of_size.typo,
    of_size.growth_slow,
)  # fmt: skip


class Rulebook:
    """The rules over one lump's history. Entries and events may come in any order of arrival; time puts them in order."""

    def __init__(self, history: History) -> None:
        self.fold = fold(history)
        self.trend = Trend(self.fold)
        self.history = history
        self._views: dict[tuple[datetime, int], View] = {}
        self._hits: dict[tuple[datetime, int], dict[str, Hit]] = {}

    def view(self, at: datetime, place: int) -> View:
        """The look at ``at`` that has seen the entries up to ``place``."""
        key = (at, place)
        if key not in self._views:
            self._views[key] = View(self.fold, self.trend, at, place)
        return self._views[key]

    def hits(self, view: View) -> dict[str, Hit]:
        """All rules that hold at a look, by name; pain.rising also where an infection finding hides it."""
        key = (view.at, view.place)
        if key not in self._hits:
            found = _urgent(view) + [hit for check in CHECKS if (hit := check(view)) is not None]
            self._hits[key] = {hit.rule: hit for hit in found}
        return self._hits[key]


def _urgent(view: View) -> list[Hit]:
    latest = (view.entry.id,) if view.entry else ()
    return [
        Hit(match.rule, match.urgency, urgent_because(match, view), latest, match.signs)
        for match in matches(signs(view))
    ]
