"""Strict fields: a value is what docs/format.md says, or it is refused by name. Nothing is guessed or converted.

Each field describes itself as JSON Schema in the words the check itself uses, so the published document cannot drift.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

UUID_TEXT = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
NO_NUL = "^[^\\u0000]*$"
NOT_BLANK = "^[^\\u0000]*[^\\s\\u0000][^\\u0000]*$"
Schema = dict[str, Any]


class Strict(serializers.Field):
    """Base: `schema()` is the JSON Schema of a value that is there."""

    default_error_messages = {"required": _("This is needed."), "null": _("This is needed.")}

    def schema(self) -> Schema:
        raise NotImplementedError

    def to_representation(self, value: Any) -> Any:
        return value


def maybe(field: type[Strict], *args: Any, **kwargs: Any) -> Any:
    """A field that may be absent or null: not recorded."""
    return field(*args, required=False, allow_null=True, **kwargs)


class Text(Strict):
    """Words, at most `most` characters; with `blank` false at least one that can be seen."""

    default_error_messages = {
        "invalid": _("This must be text."),
        "blank": _("This cannot be empty."),
        "long": _("This is too long: {most} characters at most."),
    }

    def __init__(self, most: int, *, blank: bool = True, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.most, self.blank = most, blank

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        if len(data) > self.most:
            self.fail("long", most=self.most)
        if not self.blank and not data.strip():
            self.fail("blank")
        return data

    def schema(self) -> Schema:
        if self.blank:
            return {"type": "string", "maxLength": self.most, "pattern": NO_NUL}
        return {"type": "string", "minLength": 1, "maxLength": self.most, "pattern": NOT_BLANK}


class Whole(Strict):
    """A whole number from `low` to `high`."""

    default_error_messages = {"invalid": _("This must be a whole number from {low} to {high}.")}

    def __init__(self, low: int, high: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.low, self.high = low, high

    def to_internal_value(self, data: Any) -> int:
        whole = (isinstance(data, int) and not isinstance(data, bool)) or (
            isinstance(data, float) and data.is_integer()
        )
        if not whole or not self.low <= data <= self.high:
            self.fail("invalid", low=self.low, high=self.high)
        return int(data)

    def schema(self) -> Schema:
        return {"type": "integer", "minimum": self.low, "maximum": self.high}


class Number(Strict):
    """A number from `low` to `high`."""

    default_error_messages = {"invalid": _("This must be a number from {low} to {high}.")}

    def __init__(self, low: float, high: float, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.low, self.high = low, high

    def to_internal_value(self, data: Any) -> float:
        if isinstance(data, bool) or not isinstance(data, int | float) or not self.low <= data <= self.high:
            self.fail("invalid", low=f"{self.low:g}", high=f"{self.high:g}")
        return float(data)

    def schema(self) -> Schema:
        return {"type": "number", "minimum": self.low, "maximum": self.high}


class YesNo(Strict):
    default_error_messages = {"invalid": _("This must be true or false.")}

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid")
        return data

    def schema(self) -> Schema:
        return {"type": "boolean"}


class OneOf(Strict):
    """One word of a closed list."""

    default_error_messages = {"invalid": _("This must be one of: {words}.")}

    def __init__(self, words: Iterable[str], *, shown: int = 60, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.words, self.shown = tuple(words), shown

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str) or data not in self.words:
            self.fail("invalid", words=", ".join(self.words[: self.shown]))
        return data

    def schema(self) -> Schema:
        return {"type": "string", "enum": [*self.words, *([None] if self.allow_null else [])]}


class SomeOf(Strict):
    """A list of words of a closed list; empty means "asked, none"."""

    default_error_messages = {"invalid": _("This must be a list of words out of: {words}.")}

    def __init__(self, words: Iterable[str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.words = tuple(words)

    def to_internal_value(self, data: Any) -> list[str]:
        good = isinstance(data, list) and len(data) <= 100
        if not good or not all(isinstance(word, str) and word in self.words for word in data):
            self.fail("invalid", words=", ".join(self.words))
        return list(data)

    def schema(self) -> Schema:
        return {"type": "array", "maxItems": 100, "items": {"type": "string", "enum": list(self.words)}}


class Id(Strict):
    """A UUID of any version."""

    default_error_messages = {"invalid": _("This must be a UUID.")}

    def to_internal_value(self, data: Any) -> UUID:
        if not isinstance(data, str) or not UUID_TEXT.fullmatch(data):
            self.fail("invalid")
        return UUID(data)

    def schema(self) -> Schema:
        return {"type": "string", "format": "uuid"}


class Ids(Strict):
    """A list of up to `most` UUIDs."""

    default_error_messages = {"invalid": _("This must be a list of 1 to {most} UUIDs.")}

    def __init__(self, most: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.most = most

    def to_internal_value(self, data: Any) -> list[UUID]:
        good = isinstance(data, list) and 0 < len(data) <= self.most
        if not good or not all(isinstance(item, str) and UUID_TEXT.fullmatch(item) for item in data):
            self.fail("invalid", most=self.most)
        return [UUID(item) for item in data]

    def schema(self) -> Schema:
        return {"type": "array", "minItems": 1, "maxItems": self.most, "items": {"type": "string", "format": "uuid"}}


class Words(Strict):
    """An object of short texts under known keys, such as the sizes as they were typed."""

    default_error_messages = {"invalid": _("This must hold short texts under: {keys}.")}

    def __init__(self, keys: Sequence[str], most: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.keys, self.most = tuple(keys), most

    def to_internal_value(self, data: Any) -> dict[str, str]:
        good = isinstance(data, dict) and set(data) <= set(self.keys)
        if not good or not all(isinstance(text, str) and len(text) <= self.most for text in data.values()):
            self.fail("invalid", keys=", ".join(self.keys))
        return dict(data)

    def schema(self) -> Schema:
        text = {"type": "string", "maxLength": self.most, "pattern": NO_NUL}
        return {
            "type": "object",
            "properties": dict.fromkeys(self.keys, text),
            "additionalProperties": False,
        }


class Email(Strict):
    """An e-mail address, in lower case."""

    PATTERN = (
        "^[A-Za-z0-9_%+'-]{1,64}(?:[.][A-Za-z0-9_%+'-]{1,64}){0,5}"
        "@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,40}[A-Za-z0-9])?[.]){1,4}[A-Za-z]{2,20}$"
    )
    default_error_messages = {"invalid": _("This must be an e-mail address.")}

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str) or len(data) > 254 or not re.fullmatch(self.PATTERN, data):
            self.fail("invalid")
        return data.lower()

    def schema(self) -> Schema:
        return {"type": "string", "format": "email", "maxLength": 254, "pattern": self.PATTERN}


class Shape(Strict):
    """Of an answer only: a value with a JSON Schema of its own."""

    def __init__(self, schema: Schema, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.shape = schema

    def to_internal_value(self, data: Any) -> Any:
        raise NotImplementedError("only answers hold this")

    def schema(self) -> Schema:
        return self.shape
