"""What the rules may know: frozen facts, and nothing of Django.

``None`` always means "not recorded", never zero and never "no"; an empty frozenset means "asked, none".
Lengths are mm, temperatures degrees Celsius, times aware datetimes.
"""

from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(slots=True)  # not frozen: that takes ten times as long to make, and a scan makes ten thousands a second
class Entry:
    """One look by the person at one lump (`entries[]` of docs/format.md). Shared and remembered, so never changed."""

    id: str
    at: datetime
    length_mm: float | None = None
    width_mm: float | None = None
    depth_mm: float | None = None
    method: str | None = None
    size_confirmed: bool | None = None
    pain: int | None = None
    pain_out_of_proportion: bool | None = None
    tenderness: int | None = None
    redness: int | None = None
    redness_beyond_mm: float | None = None
    spreading: bool | None = None
    red_streaks: bool | None = None
    warmth: bool | None = None
    discharge: str | None = None
    temperature_c: float | None = None
    shivery: bool | None = None
    shape: str | None = None
    firmness: str | None = None
    mobility: str | None = None
    skin: frozenset[str] | None = None
    unwell: frozenset[str] | None = None

    def __hash__(self) -> int:
        """By what nearly always tells entries apart: a diary's memory is asked for with all its entries as the key."""
        return hash((self.id, self.at))

    @property
    def sizes_mm(self) -> tuple[float | None, float | None, float | None]:
        """Length, width and depth in mm."""
        return self.length_mm, self.width_mm, self.depth_mm

    @property
    def has_size(self) -> bool:
        return self.length_mm is not None or self.width_mm is not None or self.depth_mm is not None


@dataclass(frozen=True, slots=True)
class Event:
    """An examination, a treatment, an injury (`events[]` of docs/format.md)."""

    id: str
    at: datetime
    kind: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class History:
    """One lump and its person, as the rules see them. Entries and events are in order of time."""

    site: str
    entries: tuple[Entry, ...] = ()
    events: tuple[Event, ...] = ()
    side: str | None = None
    depth: str | None = None
    status: str | None = None
    first_noticed_on: date | None = None
    noticed_after: str | None = None
    known_unchanged_over_a_year: bool | None = None
    birth_year: int | None = None
    sex: str | None = None
    conditions: frozenset[str] | None = None
    timezone: str = "UTC"
    own_errors: tuple[tuple[str, float], ...] = ()  # (method, times its usual error), where the person measured it


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that holds at a look."""

    rule: str
    version: str
    urgency: str
    new: bool
    quiet: bool
    because: str
    source: str
    entries: tuple[str, ...] = field(default=())  # ids of the entries that made it, oldest first
    threshold: str = ""  # what it had to reach, in words
    at: datetime | None = None  # the look it belongs to
    values: tuple[tuple[str, float], ...] = ()  # the numbers in `because`, by name, for the words
