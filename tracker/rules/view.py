"""One look: what could be known at one moment, and nothing that came after."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from math import inf

from analytics.growth import Growth
from tracker.rules.facts import Entry, Event
from tracker.rules.frames import Fold, Frame, counted_at, far_pain_at, worth
from tracker.rules.past import local_day, noticed_on
from tracker.rules.sizes import Reading
from tracker.rules.trend import Trend


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule that holds at a look, before it is asked whether it is new or quiet."""

    rule: str
    urgency: str
    because: str
    entries: tuple[str, ...] = ()
    made_by: tuple[str, ...] = ()  # names of the signs that made it
    values: Mapping[str, float] = field(default_factory=dict)  # the numbers in `because`


class View:
    """The facts at a look: entries up to the one at ``place`` (-1: none yet), events up to ``at``."""

    def __init__(self, fold: Fold, trend: Trend, at: datetime, place: int) -> None:
        self.fold, self.trend, self.at, self.place = fold, trend, at, place
        self.history = fold.history
        self._searched: dict[str, tuple[int, float]] = {}

    @property
    def frame(self) -> Frame | None:
        return self.fold.frames[self.place] if self.place >= 0 else None

    @property
    def entry(self) -> Entry | None:
        return self.history.entries[self.place] if self.place >= 0 else None

    @cached_property
    def segment(self) -> int:
        return sum(cut <= self.at for cut in self.fold.cuts)

    @cached_property
    def events(self) -> list[Event]:
        return [event for event in self.history.events if event.at <= self.at]

    @cached_property
    def readings(self) -> list[Reading]:
        """Readings that count, of this segment, oldest first."""
        return self.fold.counting(self.place, self.segment)

    @cached_property
    def level(self) -> float | None:
        """The median longest axis of the last three readings when there are three, else the latest."""
        frame = self.frame
        return frame.level if frame is not None and frame.segment == self.segment else None

    @cached_property
    def growth(self) -> Growth:
        return self.trend.at(self.place, self.segment)

    @property
    def growing(self) -> bool:
        return self.growth.rapid or self.growth.slow

    @cached_property
    def counted(self) -> dict[str, float]:
        """Infection signs that count, with the level of each."""
        return counted_at(self.frame, self.at, self.fold.exams) if self.frame else {}

    @cached_property
    def worth(self) -> int:
        return worth(self.counted, self.frame.entry) if self.frame else 0

    @cached_property
    def far_pain(self) -> bool:
        return far_pain_at(self.frame, self.at, self.fold.exams) if self.frame else False

    @cached_property
    def today(self) -> date:
        return self.day_of(self.at)

    def day_of(self, at: datetime) -> date:
        """The person's calendar day."""
        return local_day(self.history.timezone, at)

    @cached_property
    def days_present(self) -> int | None:
        """Days since the lump was first noticed, by the person's calendar; None where nobody can know."""
        first = noticed_on(self.history) if self.history.first_noticed_on or self.place >= 0 else None
        return None if first is None else (self.today - first).days

    @cached_property
    def age(self) -> int | None:
        return None if self.history.birth_year is None else self.today.year - self.history.birth_year

    def first_since(self, sign: str, place: int, test: Callable[[str, Frame, "View"], bool]) -> float:
        """The place of the first entry after this look at which ``test`` held, searched up to ``place``; inf = none."""
        done, found = self._searched.get(sign, (self.place, inf))
        while found == inf and done < place:
            done += 1
            found = done if test(sign, self.fold.frames[done], self) else inf
        self._searched[sign] = done, found
        return found

    def has(self, condition: str) -> bool:
        return self.history.conditions is not None and condition in self.history.conditions

    def unwell(self, sign: str) -> bool:
        return bool(self.entry and self.entry.unwell and sign in self.entry.unwell)

    def since(self, kind: str, span: timedelta) -> list[Event]:
        """Events of a kind within ``span`` before the look, both ends included."""
        return [event for event in self.events if event.kind == kind and self.at - event.at <= span]

    def last_recorded(self, value: Callable[[Entry], str | None]) -> str | None:
        """A value as last recorded, or None."""
        for entry in reversed(self.history.entries[: self.place + 1]):
            if (found := value(entry)) is not None:
                return found
        return None
