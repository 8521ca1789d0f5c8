"""How messages reach an account, and the messages themselves."""

from drf_spectacular.utils import extend_schema_serializer

from api.fields import Id, OneOf, Shape, Text, YesNo
from api.shapes.base import Answer, Body
from tracker.models.notices import NOTICE_KINDS
from tracker.notifications.channels import CHANNELS
from tracker.rules import vocabulary as words

NAMES = tuple(CHANNELS)
TIME: dict[str, object] = {"type": "string", "format": "date-time"}


def _object(**properties: object) -> dict[str, object]:
    return {"type": "object", "required": list(properties), "properties": properties, "additionalProperties": False}


def _or_null(shape: dict[str, object]) -> dict[str, object]:
    return {"oneOf": [shape, {"type": "null"}]}


_TEXT: dict[str, object] = {"type": "string"}
_YES_NO: dict[str, object] = {"type": "boolean"}
_BANNER = _object(kind={"type": "string", "enum": ["no_sender", "no_way", "failed"]}, sentence=_TEXT)
_WAY = _object(
    channel={"type": "string", "enum": list(NAMES)},
    wanted=_YES_NO,
    reachable=_YES_NO,
    address=_or_null(_TEXT),
    devices={"type": "integer"},
    refused_at=_or_null(TIME),
    down_since=_or_null(TIME),
)
_FAILED = _object(
    id={"type": "string", "format": "uuid"},
    kind={"type": "string", "enum": list(NOTICE_KINDS)},
    urgency=_or_null(_TEXT),
    subject=_TEXT,
    created_at=TIME,
    channel={"type": "string", "enum": list(NAMES)},
    reason=_TEXT,
    brought=_YES_NO,
)
_DELIVERY = _object(
    channel={"type": "string", "enum": list(NAMES)},
    device=_or_null(_TEXT),
    state={"type": "string", "enum": ["waiting", "sent", "failed", "dropped"]},
    reason=_or_null(_TEXT),
    sent_at=_or_null(TIME),
    next_try_at=_or_null(TIME),
)


class ChannelsAnswer(Answer):
    banner = Shape(_BANNER, allow_null=True, help_text="The gravest thing to show on top of the app; null: nothing.")
    sender_ok = YesNo(help_text="Did a sender run in the last two minutes?")
    channels = Shape({"type": "array", "items": _WAY})
    failed = Shape({"type": "array", "items": _FAILED}, help_text="What a channel gave up in the last 14 days.")


@extend_schema_serializer(component_name="ChannelAddress")
class AddressBody(Body):
    address = Text(500, blank=False)


@extend_schema_serializer(component_name="ChannelAddress")
class AddressAnswer(Answer):
    channel = OneOf(NAMES)
    address = Text(500)


class ChannelTestAnswer(Answer):
    channel = OneOf(NAMES)
    ok = YesNo()
    detail = Text(1000, help_text="What truly came of it.")


@extend_schema_serializer(component_name="Notice")
class NoticeAnswer(Answer):
    id = Id()
    kind = OneOf(NOTICE_KINDS)
    urgency = OneOf(words.URGENCIES, allow_null=True)
    subject = Text(150)
    body = Text(20000, help_text="As it was told.")
    link = Text(200, help_text="A path of ours.")
    person = Id(allow_null=True)
    lump = Id(allow_null=True)
    created_at = Shape(TIME)
    deliveries = Shape({"type": "array", "items": _DELIVERY})


class CalendarAnswer(Answer):
    there = YesNo()
    created_at = Shape(TIME, allow_null=True)


class NewCalendarAnswer(Answer):
    url = Shape({"type": "string"}, help_text="Shown this once.")
    created_at = Shape(TIME)
