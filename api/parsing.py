"""Reading a JSON body with every dimension bounded, before anything of it reaches a serializer or the database."""

import json
from collections.abc import Iterator, Mapping
from math import inf
from typing import Any, NoReturn

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.utils.translation import gettext as _
from rest_framework import status
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import BaseParser

DEEPEST = 20
LARGEST = 10**18  # below 2^63, and the same as a float
LONGEST_NUMBER = 40  # characters; 10^400 is refused without ever becoming a number


class TooBig(APIException):
    """The body is larger than we take."""

    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_code = "too_big"

    def __init__(self) -> None:
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 1024 // 1024
        super().__init__(_("This is more than we take at once: {most} MB at most.").format(most=most))


class Unkeepable(ParseError):
    """JSON, but with something in it that no diary can keep. `errors` names the keys where it stands."""

    def __init__(self, sentence: str, errors: dict[str, list[str]] | None = None) -> None:
        super().__init__(sentence)
        self.errors = errors or {}


class BoundedJSONParser(BaseParser):
    """application/json, UTF-8, an object. Refuses what JSON has no word for and what a database cannot keep."""

    media_type = "application/json"

    def parse(
        self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """Raises TooBig (413) or ParseError (400)."""
        raw = _read(stream, settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
        return self.read(raw) if raw.strip() else {}

    def read(self, raw: bytes) -> dict[str, Any]:
        return parse(raw)


class ManyParser(BoundedJSONParser):
    """For a list of bodies of which a bad one must not sink the rest: the view asks `keepable` of each."""

    def read(self, raw: bytes) -> dict[str, Any]:
        return read_object(raw)


def parse(raw: bytes) -> dict[str, Any]:
    """The object that `raw` holds, all of it such as can be kept. Raises ParseError with a sentence."""
    found = read_object(raw)
    keepable(found)
    return found


def keepable(found: dict[str, Any]) -> None:
    """Raises Unkeepable, naming the keys at fault where they can be named."""
    try:
        _walk(found)
    except ParseError as error:
        raise Unkeepable(str(error.detail), dict(_faults(found))) from None


def _faults(found: dict[str, Any]) -> Iterator[tuple[str, list[str]]]:
    """(key, sentences) of each value at fault; a key that cannot be kept is not said again."""
    for key, value in found.items():
        try:
            _walk({"": value})
        except ParseError as error:
            if _is_kept(key):
                yield key, [str(error.detail)]


def read_object(raw: bytes) -> dict[str, Any]:
    """The object that `raw` holds; a number too large to keep is infinite. Raises ParseError with a sentence."""
    try:
        found = json.loads(
            raw.decode("utf-8"), object_pairs_hook=_object, parse_constant=_constant, parse_int=_whole,
            parse_float=_number,
        )  # fmt: skip
    except (UnicodeDecodeError, RecursionError, json.JSONDecodeError):
        _refuse(_("This is not JSON we can read."))
    if not isinstance(found, dict):
        _refuse(_("The body must be a JSON object."))
    return found


def _read(stream: Any, most: int) -> bytes:
    try:
        raw: bytes = stream.read(most + 1)
    except RequestDataTooBig:
        raise TooBig from None
    if len(raw) > most:
        raise TooBig
    return raw


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        _refuse(_("A key stands here twice."))
    return found


def _constant(word: str) -> NoReturn:
    _refuse(_("{word} is not a number.").format(word=word))


def _whole(digits: str) -> float:
    return inf if len(digits) > LONGEST_NUMBER or abs(int(digits)) > LARGEST else int(digits)


def _number(digits: str) -> float:
    number = float(digits)
    return inf if abs(number) > LARGEST else number


def _walk(found: dict[str, Any]) -> None:
    """Depth, numbers too large, and texts that no database keeps: NUL and halves of a surrogate pair."""
    level: list[Any] = [found]
    for _depth in range(DEEPEST):
        below: list[Any] = []
        for item in level:
            for child in [*item, *item.values()] if isinstance(item, dict) else item:
                if isinstance(child, str):
                    if not _is_kept(child):
                        _refuse(_("A text here holds a character that cannot be kept."))
                elif isinstance(child, dict | list):
                    below.append(child)
                elif child == inf:
                    _refuse(_("A number here is too large."))
        if not below:
            return
        level = below
    _refuse(_("This is nested too deeply."))


def _is_kept(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return "\x00" not in text


def _refuse(sentence: str) -> NoReturn:
    raise ParseError(sentence)
