"""Who is told again, and who next, when nobody answers."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_serializer

from api.fields import UUID_TEXT, Id, OneOf, Schema, Shape, Strict, Text, Whole, YesNo, maybe
from api.shapes.base import Answer, Body
from tracker.models.ladder import MOST_MINUTES

MOST_STEPS = 12
TIME = {"type": "string", "format": "date-time"}
MINUTES = ("same_day_minutes", "emergency_minutes")


class Rungs(Strict):
    """A list of 1 to 12 rungs: (membership, minutes to a same-day alert, minutes to an emergency)."""

    default_error_messages = {
        "invalid": _(
            "This must be a list of 1 to {most} steps, each with a member and with same_day_minutes and "
            "emergency_minutes from 0 to {minutes} or null."
        )
    }

    def to_internal_value(self, data: Any) -> list[tuple[UUID, int | None, int | None]]:
        if not isinstance(data, list) or not 0 < len(data) <= MOST_STEPS or not all(map(_is_rung, data)):
            self.fail("invalid", most=MOST_STEPS, minutes=MOST_MINUTES)
        same_day, emergency = MINUTES
        return [(UUID(rung["member"]), _whole(rung.get(same_day)), _whole(rung.get(emergency))) for rung in data]

    def schema(self) -> Schema:
        minutes = {"type": ["integer", "null"], "minimum": 0, "maximum": MOST_MINUTES}
        rung = {
            "type": "object",
            "properties": {"member": {"type": "string", "format": "uuid"}, **dict.fromkeys(MINUTES, minutes)},
            "required": ["member"],
            "additionalProperties": False,
        }
        return {"type": "array", "minItems": 1, "maxItems": MOST_STEPS, "items": rung}


def _is_rung(data: Any) -> bool:
    if not isinstance(data, dict) or not set(data) <= {"member", *MINUTES}:
        return False
    member, minutes = data.get("member"), [data.get(name) for name in MINUTES]
    return isinstance(member, str) and bool(UUID_TEXT.fullmatch(member)) and all(map(_is_minutes, minutes))


def _is_minutes(data: Any) -> bool:
    if data is None:
        return True
    whole = isinstance(data, int | float) and not isinstance(data, bool) and float(data).is_integer()
    return whole and 0 <= data <= MOST_MINUTES


def _whole(data: float | None) -> int | None:
    return None if data is None else int(data)


@extend_schema_serializer(component_name="Ladder")
class LadderBody(Body):
    steps = maybe(Rungs, help_text="In the order told. Null or absent: back to the usual ladder.")


class LadderStepAnswer(Answer):
    member = Id()
    email = Text(254)
    role = OneOf(("owner", "carer"))
    agreed_at = Shape(TIME, allow_null=True, help_text="When this carer said yes; null: not yet, so is not told.")
    you = YesNo()
    same_day_minutes = Whole(0, MOST_MINUTES, allow_null=True)
    emergency_minutes = Whole(0, MOST_MINUTES, allow_null=True)


@extend_schema_serializer(component_name="Ladder")
class LadderAnswer(Answer):
    person = Id()
    usual = YesNo(help_text="Nobody set it: the owner again after 4 hours, each carer who agreed after 8.")
    steps = LadderStepAnswer(many=True)
    words = Shape({"type": "array", "items": {"type": "string"}}, help_text="The same, and when it ends, in sentences.")


@extend_schema_serializer(component_name="Agreement")
class AgreementBody(Body):
    agreed = YesNo()
