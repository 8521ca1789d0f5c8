"""How our views describe themselves in the OpenAPI document."""

from typing import Any, Literal

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import build_parameter_type
from drf_spectacular.utils import OpenApiParameter

from api.shapes.base import ErrorAnswer

MOST_ROWS = 500

# Opaque to clients, but said exactly: whatever has this form is taken.
CURSOR = "^1(?:~[0-9a-f]{32}[.][0-9]{1,16})*$"
PAGE_MARK = "^[nb]~-?[0-9]{1,16}~[0-9a-f]{32}~(?:1(?:~[0-9a-f]{32}[.][0-9]{1,16})*)?$"
LIMIT = OpenApiParameter("limit", {"type": "integer", "minimum": 1, "maximum": MOST_ROWS, "default": 50})
PAGE = OpenApiParameter(
    "page", {"type": "string", "pattern": PAGE_MARK}, description="From `next` or `previous` of an answer."
)
SINCE = OpenApiParameter(
    "since",
    {"type": "string", "pattern": CURSOR},
    description="The `cursor` of an earlier answer: what changed after it, deleted rows as `{id, deleted: true}`.",
)


def only(name: str, what: str) -> OpenApiParameter:
    """A filter by the id of something."""
    return OpenApiParameter(name, {"type": "string", "format": "uuid"}, description=what)


class DiarySchema(AutoSchema):
    """Every operation may be refused, in one shape."""

    def get_tags(self) -> list[str]:
        return [self.path.removeprefix("/api/").split("/")[0].strip("{}") or "api"]

    def get_operation_id(self) -> str:
        """`entries_list`, `entries_read`, `entries_restore_post`: the path in words, and what is done."""
        parts = [part for part in self.path.removeprefix("/api/").strip("/").split("/") if not part.startswith("{")]
        words = [word.replace(".", "_").replace("-", "_") for word in parts]
        listed = self.method == "GET" and hasattr(self.view, "newest")
        return "_".join([*words, "list" if listed else {"GET": "read"}.get(self.method, self.method.lower())])

    def _resolve_path_parameters(self, variables: list[str]) -> list[Any]:
        ids = [name for name in variables if name in ("id", "pk", "member_pk")]
        rest: list[Any] = super()._resolve_path_parameters(  # type: ignore[no-untyped-call]
            [name for name in variables if name not in ids]
        )
        uuid: Any = {"type": "string", "format": "uuid"}
        return [build_parameter_type(name=name, schema=uuid, location="path", required=True) for name in ids] + rest

    def _get_response_bodies(self, direction: Literal["request", "response"] = "response") -> dict[str, Any]:
        found: dict[str, Any] = super()._get_response_bodies(direction)
        for code in ("400", "401", "403", "404", "405", "409", "413", "415", "429", "503"):
            if code not in found:
                answer = self._get_response_for_code(ErrorAnswer, code, direction=direction)  # type: ignore[no-untyped-call]
                found[code] = answer
        return found
