"""The versions of a row."""

from api.fields import Id, Shape, Text, Whole, YesNo
from api.shapes.base import Answer


class RevisionAnswer(Answer):
    id = Id(help_text="Of this version.")
    number = Whole(0, 2**31 - 1, help_text="Its revision; of a refused version: the revision it was based on.")
    current = YesNo(help_text="Is this how the row stands now?")
    conflict = YesNo(help_text="Was it refused because it came too late?")
    body = Shape({"type": "object", "additionalProperties": True}, help_text="With the keys of the diary file.")
    by = Text(254, allow_null=True, help_text="Who wrote it; null where that is not known.")
    at = Shape({"type": "string", "format": "date-time"}, help_text="When it was replaced, or refused.")
