"""Photos."""

from api.fields import Id, OneOf, Shape, Text, Whole
from api.shapes.base import Answer


class PhotoAnswer(Answer):
    id = Id()
    entry = Id()
    revision = Whole(1, 2**31 - 1)
    state = OneOf(("processing", "ready", "refused"))
    reason = Text(200, allow_null=True, help_text="Why it was refused, for the person.")
    taken_at = Shape({"type": "string", "format": "date-time"}, allow_null=True)
    received_sha256 = Text(64, help_text="Of the bytes as they arrived.")
    width = Whole(1, 100_000, allow_null=True)
    height = Whole(1, 100_000, allow_null=True)
    analysis = Shape({"type": "object", "additionalProperties": True}, allow_null=True)
