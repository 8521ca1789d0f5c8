"""Checks a diary file against the published schema (lump-diary-1.schema.json), naming the path to each wrong key.

A small reader of the part of JSON Schema that our own schema uses, because a year of a thousand lumps has to be checked in
seconds and each fault told in a sentence. A test holds it against a full implementation.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from math import isfinite
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

SCHEMA = Path(__file__).with_name("lump-diary-1.schema.json")
MAX_PROBLEMS = 20

Fault = tuple[tuple[str | int, ...], str]
Check = Callable[[Any], Iterator[Fault]]


class NotANumber:
    """NaN or Infinity, which JSON does not have; kept until the path to it is known."""

    def __init__(self, text: str) -> None:
        self.text = text


class Twice(dict[str, Any]):
    """An object in which a key came twice."""

    twice: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault: where ("people[0].lumps[0].entries[3].pain"; "" = the whole file) and why, in words."""

    path: str
    why: str

    def __str__(self) -> str:
        return f"{self.path}: {self.why}" if self.path else self.why


class BadDiary(Exception):
    """The file is not a diary file; ``problems`` says where and why."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))


@lru_cache(maxsize=1)
def schema() -> Mapping[str, Any]:
    """The published schema."""
    found: Mapping[str, Any] = json.loads(SCHEMA.read_text(encoding="utf-8"))
    return found


def problems_in(body: Any, part: str = "") -> list[Problem]:
    """What is wrong with a parsed diary file, at most 20 faults; [] where nothing is.

    ``part``: check it as one "person", "lump", "entry" or "event" instead.
    """
    found = []
    for path, why in _compiled(part)(body):
        found.append(Problem(_dotted(path), why))
        if len(found) == MAX_PROBLEMS:
            break
    return found


@lru_cache(maxsize=8)
def _compiled(part: str) -> Check:
    return _Compiler(schema()).compile({"$ref": f"#/$defs/{part}"} if part else schema())


def _dotted(path: tuple[str | int, ...]) -> str:
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else (f".{step}" if text else step)
    return text


class _Compiler:
    """Turns a schema into functions, each of which yields the faults of one value."""

    def __init__(self, root: Mapping[str, Any]) -> None:
        self.root = root
        self.known: dict[str, Check] = {}

    def compile(self, part: Mapping[str, Any]) -> Check:
        if "$ref" in part:
            name = part["$ref"].rsplit("/", 1)[-1]
            if name not in self.known:
                self.known[name] = self.compile(self.root["$defs"][name])
            return self.known[name]
        if "const" in part:
            return _const(part["const"])
        if "enum" in part:
            return _enum(part["enum"])
        kinds = part["type"] if isinstance(part["type"], list) else [part["type"]]
        check = self._of_kind(kinds[0], part)
        return _or_null(check) if "null" in kinds else check

    def _of_kind(self, kind: str, part: Mapping[str, Any]) -> Check:
        if kind == "object":
            return self._object(part)
        if kind == "array":
            return _array(self.compile(part["items"]))
        if kind == "string":
            return _text(part.get("pattern"), part.get("format"))
        if kind == "boolean":
            return _flag
        return _number(kind == "integer", part.get("minimum"), part.get("maximum"))

    def _object(self, part: Mapping[str, Any]) -> Check:
        checks = {key: self.compile(each) for key, each in part["properties"].items()}
        required = part["required"]

        def check(value: Any) -> Iterator[Fault]:
            if not isinstance(value, dict):
                yield (), f"must be an object, not {_shown(value)}"
                return
            if isinstance(value, Twice):
                yield (value.twice,), "is there twice"
            for key in required:
                if key not in value:
                    yield (key,), "is missing"
            for key, each in value.items():
                if key not in checks:
                    yield (key,), "is not a key of this format"
                    continue
                for path, why in checks[key](each):
                    yield (key, *path), why

        return check


def _or_null(check: Check) -> Check:
    return lambda value: iter(()) if value is None else check(value)


def _array(item: Check) -> Check:
    def check(value: Any) -> Iterator[Fault]:
        if not isinstance(value, list):
            yield (), f"must be a list, not {_shown(value)}"
            return
        for place, each in enumerate(value):
            for path, why in item(each):
                yield (place, *path), why

    return check


def _const(wanted: str) -> Check:
    def check(value: Any) -> Iterator[Fault]:
        if not isinstance(value, str) or value != wanted:
            yield (), f'must be "{wanted}", not {_shown(value)}'

    return check


def _enum(wanted: list[str | None]) -> Check:
    words = ", ".join(word for word in wanted if word is not None)
    allowed = frozenset(word for word in wanted if word is not None)
    nullable = None in wanted

    def check(value: Any) -> Iterator[Fault]:
        if value is None and nullable:
            return
        if not isinstance(value, str) or value not in allowed:
            yield (), f"must be one of {words}; not {_shown(value)}"

    return check


def _flag(value: Any) -> Iterator[Fault]:
    if not isinstance(value, bool):
        yield (), f"must be true or false, not {_shown(value)}"


def _number(whole: bool, low: float | None, high: float | None) -> Check:
    kind = "a whole number" if whole else "a number"
    span = f" from {low:g} to {high:g}" if high is not None else f" from {low:g}"

    def check(value: Any) -> Iterator[Fault]:
        number = isinstance(value, int) or (isinstance(value, float) and isfinite(value))
        fits = number and not isinstance(value, bool) and (not whole or value == int(value))
        if not fits or (low is not None and value < low) or (high is not None and value > high):
            yield (), f"must be {kind}{span}, not {_shown(value)}"

    return check


def _text(pattern: str | None, kind: str | None) -> Check:
    matches = re.compile(pattern).search if pattern else None

    def check(value: Any) -> Iterator[Fault]:
        if not isinstance(value, str):
            yield (), f"must be text, not {_shown(value)}"
        elif "\0" in value or not _is_unicode(value):
            yield (), "must not hold a NUL character or half a character"
        elif (matches is not None and not matches(value)) or (kind is not None and not _is_kind(value, kind)):
            yield (), f"must be {_KINDS.get(kind or '', 'text of the right form')}, not {_shown(value)}"

    return check


_KINDS = {
    "uuid": "a UUID",
    "date-time": "a time such as 2026-01-10T08:30:00+00:00, with its offset",
    "date": "a date such as 2026-01-10",
    "iana-timezone": "a time zone such as Europe/London",
}


def _is_unicode(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _is_kind(value: str, kind: str) -> bool:
    try:
        if kind == "date-time":
            datetime.fromisoformat(value).astimezone()
        elif kind == "date":
            date.fromisoformat(value)
        elif kind == "iana-timezone":
            return bool(_zone(value))
    except (ValueError, OverflowError, OSError):
        return False
    return True


@lru_cache(maxsize=256)
def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None


def _shown(value: Any) -> str:
    if isinstance(value, NotANumber):
        return value.text
    if isinstance(value, (dict, list)):
        return "an object" if isinstance(value, dict) else "a list"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:57]}..."
