"""The audit."""

from api.fields import Id, Shape, Text
from api.shapes.base import Answer

_ID_OR_NULL = {"type": ["string", "null"], "format": "uuid"}


class AuditAnswer(Answer):
    id = Id()
    at = Shape({"type": "string", "format": "date-time"})
    deed = Text(40, help_text="Such as `link.made`; new ones may come.")
    words = Text(200)
    by = Text(254, help_text="Who; empty: a link's viewer, or the diary itself.")
    person = Shape(_ID_OR_NULL, allow_null=True)
    what = Shape(_ID_OR_NULL, allow_null=True, help_text="The id of what it was done to.")
