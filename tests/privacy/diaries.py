"""Whole diaries made up by Hypothesis: every key of docs/format.md, there, null or absent."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

from hypothesis import strategies as st

from tracker.rules import vocabulary as words

ids = st.uuids().map(str)
texts = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=30)
names = texts.filter(lambda text: bool(text.strip()))
zones = st.sampled_from(["Europe/London", "Asia/Kathmandu", "America/St_Johns", "Pacific/Apia", "UTC"])
offsets = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
times = st.builds(
    lambda at, zone: at.replace(tzinfo=UTC).astimezone(zone).isoformat(),
    st.datetimes(datetime(1901, 1, 2), datetime(2025, 12, 31)),  # noqa: DTZ001 - the offset comes with the next one
    offsets,
)  # fmt: skip
sizes = st.integers(1, 5000).map(lambda tenths: tenths / 10)


def some(values: Any) -> Any:
    return st.none() | st.lists(st.sampled_from(tuple(values)), unique=True).map(sorted)


def one(values: Any) -> Any:
    return st.none() | st.sampled_from(tuple(values))


flag = st.none() | st.booleans()
grade = st.none() | st.integers(0, 3)

entries = st.fixed_dictionaries(
    {"id": ids, "measured_at": times},
    optional={
        "length_mm": st.none() | sizes, "width_mm": st.none() | sizes, "depth_mm": st.none() | sizes,
        "method": one(words.METHODS), "typed": st.none() | st.dictionaries(st.sampled_from(words.AXES), texts),
        "size_confirmed": flag, "pain": st.none() | st.integers(0, 10), "pain_out_of_proportion": flag,
        "tenderness": grade, "redness": grade, "redness_beyond_mm": st.none() | sizes, "spreading": flag,
        "red_streaks": flag, "warmth": flag, "discharge": one(words.DISCHARGES),
        "temperature_c": st.none() | st.integers(3000, 4500).map(lambda each: each / 100), "shivery": flag,
        "shape": one(words.SHAPES), "firmness": one(words.FIRMNESSES), "mobility": one(words.MOBILITIES),
        "skin": some(words.SKIN), "unwell": some(words.UNWELL), "note": st.none() | texts,
    },
)  # fmt: skip
events = st.fixed_dictionaries(
    {"id": ids, "at": times, "kind": st.sampled_from(words.EVENT_KINDS)},
    optional={"detail": st.none() | texts.filter(bool)},
)
lumps = st.fixed_dictionaries(
    {"id": ids, "name": names, "site": st.sampled_from(words.SITES), "entries": st.lists(entries, max_size=4),
     "events": st.lists(events, max_size=3)},
    optional={
        "side": one(words.SIDES), "depth": one(words.DEPTHS), "status": one(words.STATUSES),
        "first_noticed_on": st.none() | st.dates(date(1901, 1, 1), date(2025, 12, 31)).map(str),
        "noticed_after": one(words.NOTICED_AFTER), "known_unchanged_over_a_year": flag,
    },
)  # fmt: skip
people = st.fixed_dictionaries(
    {"id": ids, "name": names, "lumps": st.lists(lumps, max_size=2)},
    optional={
        "birth_year": st.none() | st.integers(1900, 2025), "sex": one(words.SEXES),
        "conditions": some(words.CONDITIONS), "timezone": st.none() | zones,
    },
)  # fmt: skip


def _once(body: dict[str, Any]) -> bool:
    found: list[str] = []

    def walk(part: Any) -> None:
        for value in part.values() if isinstance(part, dict) else part:
            if isinstance(value, dict | list):
                walk(value)
        if isinstance(part, dict) and "id" in part:
            found.append(part["id"])

    walk(body)
    return len(found) == len(set(found))


diaries = (
    st.lists(people, min_size=1, max_size=2).map(lambda each: {"format": "lump-diary/1", "people": each}).filter(_once)
)


def without_null(part: Any) -> Any:
    """Absent and null mean the same, and so does the order of entries, which an export sorts by time."""
    if isinstance(part, dict):
        return {key: without_null(value) for key, value in part.items() if value is not None and key != "photos"}
    if isinstance(part, list):
        found = [without_null(each) for each in part]
        keyed = all(isinstance(each, dict) for each in found)
        return sorted(found, key=lambda each: str(each.get("id"))) if keyed else found
    return part
