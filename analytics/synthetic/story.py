"""What a made-up story is: how a lump behaves, and the diary that comes of it. Keys and values are the diary file's."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from analytics.synthetic.skin import SkinPhoto

DAYS = 365
Fields = dict[str, Any]
Feels = Callable[[float], Fields]  # day of the story → what is felt and seen that day
T = TypeVar("T")


def always(value: T) -> Callable[[float], T]:
    """The same on every day."""
    return lambda _day: value


EVERY_8_DAYS, BY_RULER, NOTHING_MORE = always(8.0), always("ruler"), always(Fields())


@dataclass(frozen=True)
class MadeEntry:
    """One entry: its time, what was recorded (keys of the diary file), the true axes in mm, and a photo or none."""

    at: datetime
    fields: Fields
    truth_mm: tuple[float, float, float]
    photo: SkinPhoto | None = None


@dataclass(frozen=True)
class MadeEvent:
    """An examination, a treatment, an injury."""

    at: datetime
    kind: str
    detail: str = ""


@dataclass(frozen=True)
class MadeStory:
    """One lump: its own keys of the diary file, entries and events in order of time."""

    key: str
    fields: Fields
    entries: tuple[MadeEntry, ...]
    events: tuple[MadeEvent, ...]


@dataclass(frozen=True)
class MadePerson:
    """One person with their lumps; ``key`` names the account."""

    key: str
    fields: Fields
    stories: tuple[MadeStory, ...]


@dataclass(frozen=True)
class Plot:
    """How a lump behaves; days count from the story's first day, DAYS is today.

    ``size`` gives the true length in mm, ``shape`` width and depth as shares of it. ``photo_days`` are the days near
    which a photo is taken; ``gap`` the mean days between entries on a given day.
    """

    key: str
    fields: Fields
    size: Callable[[float], float]
    feels: Feels
    shape: tuple[float, float] = (0.8, 0.4)
    first: float = 0.0
    last: float = DAYS
    gap: Callable[[float], float] = EVERY_8_DAYS
    method: Callable[[float], str] = BY_RULER
    notes: dict[float, str] = field(default_factory=dict)
    events: tuple[tuple[float, str, str], ...] = ()
    photo_days: tuple[float, ...] = ()
    look: Callable[[float], Fields] = NOTHING_MORE  # what a photo shows beside size and redness
