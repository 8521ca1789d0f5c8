"""The diary file."""

from api.fields import Shape
from api.shapes.base import Answer


class DiaryAnswer(Answer):
    format = Shape({"type": "string", "enum": ["lump-diary/1"]})
    people = Shape(
        {"type": "array", "items": {"type": "object", "additionalProperties": True}}, help_text="See docs/format.md."
    )
