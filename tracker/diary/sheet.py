"""A spreadsheet's table (CSV) as entries of a lump: which column is what, in which unit, which day is meant."""

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from math import isfinite
from typing import Any
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from tracker.diary.incoming import faults

MOST_ROWS, MOST_COLUMNS = 5_000, 60
MM = {"mm": 1.0, "cm": 10.0, "in": 25.4}
DATES = ("dmy", "mdy", "ymd")
KEYS = ("date", "time", "length", "width", "depth", "pain", "temperature", "note")
_WORDS = {
    "date": ("measured_at", "date", "day", "datum", "when", "timestamp"),
    "time": ("time", "clock", "hour"),
    "length": ("length", "long", "size", "diameter"),
    "width": ("width", "wide", "breadth"),
    "depth": ("depth", "deep", "height", "thick"),
    "pain": ("pain",),
    "temperature": ("temperature", "temp", "fever"),
    "note": ("note", "comment", "remark", "text"),
}
_UNIT = re.compile(r"(?<![a-z])(mm|cm|in|inch|inches)(?![a-z])")
_NUMERIC = re.compile(r"(\d{1,4})[-/. ](\d{1,2})[-/. ](\d{1,4})\b")
_NAMED = ("%d %b %Y", "%d %B %Y", "%b %d %Y", "%B %d %Y")
_CLOCK = re.compile(r"(?<!\d)(\d{1,2}):(\d{2})(?::\d{2}(?:\.\d+)?)?\s*([ap]m)?", re.I)
_NUMBER = re.compile(r"-?\d{1,6}(?:[.,]\d{1,6})?")


class Unread(Exception):
    """A cell that says nothing we know, with a sentence."""


@dataclass
class Sheet:
    """What was read. `rows`: the line in the file, the entry (a checked body of the diary file) or None, and why not."""

    head: list[str]
    columns: dict[str, int]
    unit: str
    dates: str
    sure: bool = True  # of the order of day and month
    rows: list[tuple[int, dict[str, Any] | None, str]] = field(default_factory=list)


def read_sheet(
    text: str, *, lump: UUID, zone: ZoneInfo, columns: dict[str, int] | None = None, unit: str | None = None,
    dates: str | None = None,
) -> Sheet:  # fmt: skip
    """Read a table with a head line. What is not given is guessed: `columns` (key of KEYS -> place), `unit` of bare
    numbers, order of `dates`. A day without a time counts as noon in `zone`. The same row has the same id each time.
    """
    table = _table(text)
    head = table[0][:MOST_COLUMNS] if table else []
    found = columns if columns is not None else _guess_columns(head)
    days = [_cell(row, found.get("date")) for row in table[1:]]
    guess, sure = _guess_dates(days)
    sheet = Sheet(head, found, unit or _guess_unit(head, found), dates or guess, sure or dates is not None)
    if "date" not in found:
        return sheet
    met: Counter[str] = Counter()
    for number, row in enumerate(table[1 : MOST_ROWS + 1], 2):
        if not any(cell.strip() for cell in row):
            continue
        try:
            body = _entry(sheet, row, zone)
            met[body["measured_at"]] += 1
            body["id"] = str(uuid5(lump, f"{body['measured_at']} {met[body['measured_at']]}"))
            wrong = faults("entry", body)
            sheet.rows.append((number, None, str(wrong[0])) if wrong else (number, body, ""))
        except Unread as why:
            sheet.rows.append((number, None, str(why)))
    if len(table) > MOST_ROWS + 1:
        sheet.rows.append((MOST_ROWS + 2, None, f"only {MOST_ROWS} rows are read at once"))
    return sheet


def _table(text: str) -> list[list[str]]:
    text = text.removeprefix("\ufeff")
    first = text.partition("\n")[0]
    comma = max(",;\t", key=first.count)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=comma))
    except csv.Error:  # a cell longer than a page of text
        return []


def _guess_columns(head: list[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    names = [cell.strip().lower() for cell in head]
    for key, words in _WORDS.items():
        for word in words:  # the better word first, wherever it stands
            place = next((at for at, name in enumerate(names) if word in name and at not in found.values()), None)
            if place is not None and not (key == "time" and "date" in names[place]):
                found[key] = place
                break
    return found


def _guess_unit(head: list[str], columns: dict[str, int]) -> str:
    for key in ("length", "width", "depth"):
        found = _UNIT.findall(_cell(head, columns.get(key)).lower().replace("_", " "))
        if found:  # "size in mm" is no inch
            return next((unit for unit in found if unit in ("mm", "cm")), "in")
    return "mm"


def _guess_dates(days: list[str]) -> tuple[str, bool]:
    parts = [match.groups() for match in map(_NUMERIC.match, days) if match]
    if any(len(first) == 4 for first, _second, _third in parts):
        return "ymd", True
    if any(int(first) > 12 for first, _second, _third in parts):
        return "dmy", True
    if any(int(second) > 12 for _first, second, _third in parts):
        return "mdy", True
    return "dmy", not parts


def _entry(sheet: Sheet, row: list[str], zone: ZoneInfo) -> dict[str, Any]:
    body: dict[str, Any] = {"id": str(UUID(int=0)), "measured_at": _at(sheet, row, zone)}
    typed = {}
    for axis in ("length", "width", "depth"):
        cell = _cell(row, sheet.columns.get(axis))
        if cell:
            body[f"{axis}_mm"], typed[axis] = _millimetres(cell, sheet.unit)
    if typed:
        body["typed"] = typed
    pain, temperature = (_cell(row, sheet.columns.get(key)) for key in ("pain", "temperature"))
    if pain:
        body["pain"] = round(_number(pain))
    if temperature:
        degrees = _number(temperature)
        body["temperature_c"] = round((degrees - 32) / 1.8, 1) if degrees > 60 else degrees
    if note := _cell(row, sheet.columns.get("note")):
        body["note"] = note
    return body


def _at(sheet: Sheet, row: list[str], zone: ZoneInfo) -> str:
    cell = _cell(row, sheet.columns.get("date"))
    if not cell:
        raise Unread("there is no day")
    try:
        whole = datetime.fromisoformat(cell)
        if whole.tzinfo is not None:
            return whole.isoformat()
    except ValueError:
        pass
    day = _day(cell, sheet.dates)
    clock = _CLOCK.search(_cell(row, sheet.columns.get("time"))) or _CLOCK.search(cell)
    hour, minute = (int(clock[1]), int(clock[2])) if clock else (12, 0)
    if clock and clock[3]:
        hour = hour % 12 + (12 if clock[3].lower() == "pm" else 0)
    try:
        return datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone).isoformat()
    except ValueError:
        raise Unread(f"“{cell}” is no time we can read") from None


def _day(cell: str, order: str) -> date:
    match = _NUMERIC.match(cell)
    try:
        if match:
            first, second, third = (int(part) for part in match.groups())
            if len(match[1]) == 4:
                return date(first, second, third)
            year = third + 2000 if len(match[3]) <= 2 else third
            return date(year, second, first) if order == "dmy" else date(year, first, second)
        words = " ".join(re.sub(r"[,.]", " ", cell).split()[:3])
        for form in _NAMED:
            try:
                return datetime.strptime(words, form).date()  # noqa: DTZ007 - a day has no zone
            except ValueError:
                continue
    except ValueError:
        pass
    raise Unread(f"“{cell[:40]}” is no day we can read")


def _millimetres(cell: str, unit: str) -> tuple[float, str]:
    match = _UNIT.search(cell.lower())
    own = ("in" if match[1].startswith("in") else match[1]) if match else "in" if cell.endswith('"') else unit
    number = _number(cell)
    return round(number * MM[own], 1), f"{number:g} {own}"


def _number(cell: str) -> float:
    match = _NUMBER.search(cell)
    if match is None:
        raise Unread(f"“{cell[:40]}” is no number")
    number = float(match[0].replace(",", "."))
    if not isfinite(number):
        raise Unread(f"“{cell[:40]}” is no number")
    return number


def _cell(row: list[str], place: int | None) -> str:
    return row[place].strip() if place is not None and place < len(row) else ""
