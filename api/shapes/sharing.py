"""Links for a doctor."""

from drf_spectacular.utils import extend_schema_serializer

from api.fields import Id, Ids, OneOf, Shape, Text, Whole, YesNo, maybe
from api.shapes.base import Answer, Body
from api.times import Day, Instant
from tracker.models import Visit

TIME = {"type": "string", "format": "date-time"}


@extend_schema_serializer(component_name="ShareLink")
class LinkBody(Body):
    lumps = Ids(100, help_text="All of one person.")
    since = maybe(Day, help_text="Show nothing older.")
    expires_at = maybe(Instant, help_text="At most 90 days from now; absent: 14.")
    one_visit = maybe(YesNo, help_text="Absent counts as no.")
    passcode = maybe(YesNo, help_text="Absent counts as yes.")
    photos = maybe(YesNo, help_text="Absent counts as no.")
    notes = maybe(YesNo, help_text="Absent counts as no.")
    answers = maybe(YesNo, help_text="May the doctor write a plan back? Absent counts as no.")
    shl = maybe(YesNo, help_text="Make a SMART Health Link, for the doctor's own program. Absent counts as no.")


@extend_schema_serializer(component_name="NewShareLink")
class NewLinkAnswer(Answer):
    id = Id()
    url = Shape({"type": "string", "format": "uri"}, help_text="Shown this once; of a SMART Health Link: `shlink:/…`.")
    token = Shape({"type": "string"}, allow_null=True, help_text="Shown this once; null of a SMART Health Link.")
    passcode = Shape({"type": "string"}, allow_null=True, help_text="Shown this once.")


@extend_schema_serializer(component_name="ShareLink")
class LinkAnswer(Answer):
    id = Id()
    person = Id()
    lumps = Shape({"type": "array", "items": {"type": "string", "format": "uuid"}})
    since = Day(allow_null=True)
    expires_at = Shape(TIME)
    one_visit = YesNo()
    passcode = YesNo()
    photos = YesNo()
    notes = YesNo()
    answers = YesNo()
    shl = YesNo(help_text="Is it a SMART Health Link?")
    created_at = Shape(TIME)
    revoked_at = Shape(TIME, allow_null=True)
    locked = YesNo(help_text="Five wrong passcodes.")
    live = YesNo(help_text="Can it still be looked at?")
    visits = Whole(0, 2**31 - 1, help_text="How often it was opened.")


class VisitAnswer(Answer):
    id = Id()
    at = Shape(TIME)
    what = OneOf(Visit.WHATS)
    viewer = Text(100, help_text="As they called themselves.")
    detail = Text(64, help_text="Of a photo or an answer: its id; of a file: its kind.")
