"""Path parts."""

from uuid import UUID

from django.urls import register_converter

from api.fields import UUID_TEXT


class AnyUUID:
    """A UUID of any version, in either case (some phones write capitals)."""

    regex = UUID_TEXT.pattern

    def to_python(self, value: str) -> UUID:
        return UUID(value)

    def to_url(self, value: UUID) -> str:
        return str(value)


def register() -> None:
    register_converter(AnyUUID, "id")
