"""Answers are JSON, whatever a client says it would rather have."""

from collections.abc import Mapping
from typing import Any

import orjson
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import BaseRenderer


class JSONRenderer(BaseRenderer):
    """UTF-8 JSON. Dates, times and UUIDs as text; NaN cannot be in it."""

    media_type = "application/json"
    format = "json"
    charset = None  # JSON is UTF-8 by definition

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Mapping[str, Any] | None = None
    ) -> bytes:
        if data is None:
            return b""
        return orjson.dumps(data, default=str)


def with_key(json: bytes, key: str, value: Any) -> orjson.Fragment:
    """The JSON object `json`, which is not empty, with one key more; it goes into an answer as it stands."""
    return orjson.Fragment(b"".join((json[:-1], b',"', key.encode(), b'":', orjson.dumps(value), b"}")))


class OnlyOne(BaseContentNegotiation):
    """One kind of answer, so nothing to negotiate: `Accept` never leads to a 406."""

    def select_parser(self, request: Any, parsers: Any) -> Any:
        kind = request.content_type.split(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == kind), None)

    def select_renderer(self, request: Any, renderers: Any, format_suffix: str | None = None) -> Any:
        return renderers[0], renderers[0].media_type
