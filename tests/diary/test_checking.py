"""The strict reader: every fault is told by the path to its key, and every enum is the vocabulary's."""

import copy
import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.diary.made import ID, a_diary, an_entry, an_event
from tracker.diary.checking import BadDiary, problems_in, schema
from tracker.diary.reading import parse_diary
from tracker.rules import vocabulary as words

ROOT = Path(__file__).parents[2]
GOOD = a_diary(
    an_entry(
        length_mm=21, width_mm=17.5, depth_mm=None, method="ruler", typed={"length": "0.8 in"}, size_confirmed=False,
        pain=2, redness=0, temperature_c=36.8, skin=[], unwell=["aches"], note="é",
        photos=[{"id": ID.format(8), "taken_at": None, "sha256": "0" * 64, "file": "photos/a.jpg"}],
    ),
    events=[an_event("ultrasound", "2026-02-01T09:00:00Z", detail=None)],
    person={"birth_year": 1984, "sex": None, "conditions": [], "timezone": "Europe/London"},
    first_noticed_on="2026-01-03",
)  # fmt: skip
ENTRY, LUMP, PERSON = "people[0].lumps[0].entries[0]", "people[0].lumps[0]", "people[0]"


def put(path: str, value: Any) -> Any:
    """The good diary with one value changed; ``...`` takes the key away."""
    body: Any = copy.deepcopy(GOOD)
    steps = [int(step) if step.isdigit() else step for step in re.findall(r"\w+", path)]
    part = body
    for step in steps[:-1]:
        part = part[step]
    if value is ...:
        del part[steps[-1]]
    else:
        part[steps[-1]] = value
    return body


FAULTS = [
    ("format", "lump-diary/2"), ("format", ...), ("people", ...), ("people", {}), (f"{PERSON}.lumps", None),
    (f"{PERSON}.id", "12"), (f"{PERSON}.id", ...), (f"{PERSON}.name", 3), (f"{PERSON}.birth_year", 1899),
    (f"{PERSON}.birth_year", 3000), (f"{PERSON}.timezone", "Mars/Base"), (f"{PERSON}.timezone", ""),
    (f"{PERSON}.conditions", "diabetes"), (f"{PERSON}.colour", "red"), (f"{LUMP}.site", "knees"), (f"{LUMP}.site", ...),
    (f"{LUMP}.site", None), (f"{LUMP}.first_noticed_on", "2026-02-30"), (f"{LUMP}.first_noticed_on", "03/01/2026"),
    (f"{LUMP}.events[0].kind", "seen"), (f"{LUMP}.events[0].at", "2026-02-01"), (f"{LUMP}.events", ...),
    (f"{ENTRY}.measured_at", "2026-01-10T08:30:00"), (f"{ENTRY}.measured_at", "2026-01-10T25:30:00Z"),
    (f"{ENTRY}.measured_at", "0001-01-01T00:00:00Z"), (f"{ENTRY}.measured_at", 1768033800), (f"{ENTRY}.measured_at", ...),
    (f"{ENTRY}.pain", 11), (f"{ENTRY}.pain", -1), (f"{ENTRY}.pain", 2.5), (f"{ENTRY}.pain", "2"), (f"{ENTRY}.pain", True),
    (f"{ENTRY}.pain", 10**400), (f"{ENTRY}.redness", 4), (f"{ENTRY}.warmth", 1), (f"{ENTRY}.length_mm", 0),
    (f"{ENTRY}.length_mm", -3), (f"{ENTRY}.length_mm", 500.1), (f"{ENTRY}.length_mm", "21"), (f"{ENTRY}.length_mm", 0.01),
    (f"{ENTRY}.temperature_c", 29.9), (f"{ENTRY}.temperature_c", 98.6), (f"{ENTRY}.method", "tape"),
    (f"{ENTRY}.skin", "blisters"), (f"{ENTRY}.unwell[0]", "sad"), (f"{ENTRY}.typed.height", "3"),
    (f"{ENTRY}.photos[0].file", "../x"), (f"{ENTRY}.photos[0].sha256", "0"), (f"{ENTRY}.note", "a\0b"),
    (f"{ENTRY}.lenght_mm", 21),
]  # fmt: skip


def test_a_good_file_has_no_problem() -> None:
    assert problems_in(GOOD) == []
    assert parse_diary(json.dumps(GOOD).encode()) == GOOD
    assert parse_diary(b"\xef\xbb\xbf" + json.dumps(GOOD).encode()) == GOOD


@pytest.mark.parametrize(("path", "value"), FAULTS, ids=[f"{path} {str(value)[:20]}" for path, value in FAULTS])
def test_a_fault_is_told_by_its_path(path: str, value: Any) -> None:
    with pytest.raises(BadDiary) as caught:
        parse_diary(json.dumps(put(path, value)).encode())
    assert [problem.path for problem in caught.value.problems] == [path]


@pytest.mark.parametrize("word", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_what_is_no_number_is_refused_by_path(word: str) -> None:
    raw = json.dumps(GOOD).replace('"pain": 2', f'"pain": {word}')
    with pytest.raises(BadDiary, match=re.escape(f"{ENTRY}.pain: must be a whole number")):
        parse_diary(raw.encode())


def test_a_key_that_comes_twice_is_refused_by_path() -> None:
    raw = json.dumps(GOOD).replace('"pain": 2', '"pain": 2, "pain": 3')
    with pytest.raises(BadDiary, match=re.escape(f"{ENTRY}.pain: is there twice")):
        parse_diary(raw.encode())


@pytest.mark.parametrize("raw", [b"", b"{", b"[" * 100_000, b"\xff{}", b"[]", b"null", b'{"format": 1}{', b"9" * 9999])
def test_what_is_no_diary_is_refused(raw: bytes) -> None:
    with pytest.raises(BadDiary):
        parse_diary(raw)


def test_no_more_than_twenty_faults_are_told() -> None:
    with pytest.raises(BadDiary) as caught:
        parse_diary(json.dumps(a_diary(*(an_entry(n, pain=99) for n in range(30)))).encode())
    assert len(caught.value.problems) == 20


def enum_of(part: str, key: str) -> list[Any]:
    prop = schema()["$defs"][part]["properties"][key]
    values: list[Any] = prop["items"]["enum"] if "items" in prop else prop["enum"]
    return [value for value in values if value is not None]


def test_the_schema_speaks_the_vocabulary() -> None:
    pairs = {
        ("person", "sex"): words.SEXES, ("person", "conditions"): words.CONDITIONS, ("lump", "site"): words.SITES,
        ("lump", "side"): words.SIDES, ("lump", "depth"): words.DEPTHS, ("lump", "status"): words.STATUSES,
        ("lump", "noticed_after"): words.NOTICED_AFTER, ("entry", "method"): words.METHODS,
        ("entry", "discharge"): words.DISCHARGES, ("entry", "shape"): words.SHAPES,
        ("entry", "firmness"): words.FIRMNESSES, ("entry", "mobility"): words.MOBILITIES, ("entry", "skin"): words.SKIN,
        ("entry", "unwell"): words.UNWELL, ("event", "kind"): words.EVENT_KINDS,
    }  # fmt: skip
    assert {pair: tuple(enum_of(*pair)) for pair in pairs} == pairs


def test_the_documents_example_is_a_good_file() -> None:
    example = re.search(r"```json\n(.*?)```", (ROOT / "docs/format.md").read_text(), re.DOTALL)
    assert example
    assert problems_in(json.loads(example.group(1))) == []


JUNK = st.one_of(
    st.none(), st.booleans(), st.integers(-5, 600), st.floats(allow_nan=False, allow_infinity=False, width=16),
    st.sampled_from(["", "ruler", "neck", "2026-01-10T08:30:00Z", "2026-01-10", ID.format(5), "UTC", "photos/x"]),
    st.lists(st.sampled_from(["aches", "ulcer", "diabetes"]), max_size=2), st.just({}),
)  # fmt: skip


def paths_of(part: Any, before: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    pairs = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    return [path for key, each in pairs for path in ((*before, key), *paths_of(each, (*before, key)))]


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(paths_of(GOOD)), JUNK)
def test_our_checker_agrees_with_a_full_one(path: tuple[Any, ...], junk: Any) -> None:
    body: Any = copy.deepcopy(GOOD)
    part = body
    for step in path[:-1]:
        part = part[step]
    part[path[-1]] = junk
    theirs = jsonschema.Draft202012Validator(schema()).is_valid(body)
    ours = problems_in(body)
    if not any("time zone" in problem.why for problem in ours):  # a full checker does not know the zones
        assert theirs == (not ours)
