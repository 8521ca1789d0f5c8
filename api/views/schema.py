"""The OpenAPI document, and a page made from it that works under our strict CSP."""

from functools import lru_cache
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from drf_spectacular.generators import SchemaGenerator

from api.dates import tomorrow
from api.views.plain import only_read


@only_read
def schema(request: HttpRequest) -> HttpResponse:
    return HttpResponse(_document(str(tomorrow())), content_type="application/vnd.oai.openapi+json")


@only_read
def docs(request: HttpRequest) -> HttpResponse:
    return render(request, "api/docs.html", {"sections": _sections(str(tomorrow()))})


def _generate() -> Any:
    generator: Any = SchemaGenerator()  # type: ignore[no-untyped-call]
    return generator.get_schema(request=None, public=True)


@lru_cache(maxsize=1)
def _document(day: str) -> bytes:
    """Made once a day and process: the latest day a time may have stands in it."""
    return orjson.dumps(_generate(), default=str)


@lru_cache(maxsize=1)
def _sections(day: str) -> list[dict[str, Any]]:
    document = orjson.loads(_document(day))
    sections: dict[str, list[dict[str, Any]]] = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            sections.setdefault(operation["tags"][0], []).append(_operation(document, path, method, operation))
    return [{"name": name, "operations": found} for name, found in sorted(sections.items())]


def _operation(document: dict[str, Any], path: str, method: str, operation: dict[str, Any]) -> dict[str, Any]:
    bodies = operation.get("requestBody", {}).get("content", {})
    good = next((code for code in operation["responses"] if code.startswith("2")), "200")
    answers = operation["responses"][good].get("content", {})
    return {
        "id": operation["operationId"],
        "method": method.upper(),
        "path": path,
        "what": operation.get("description", ""),
        "parameters": [_key(document, item["name"], item["schema"], item) for item in operation.get("parameters", [])],
        "body": _keys(document, bodies),
        "body_types": list(bodies),
        "answer": _keys(document, answers),
        "answer_types": list(answers),
        "codes": [code for code in operation["responses"] if code.startswith("2")],
    }


def _keys(document: dict[str, Any], content: dict[str, Any]) -> list[dict[str, Any]]:
    schema = _resolved(document, content.get("application/json", {}).get("schema", {}))
    needed = schema.get("required", [])
    return [
        _key(document, name, part, {"required": name in needed}) for name, part in schema.get("properties", {}).items()
    ]


def _key(document: dict[str, Any], name: str, part: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    seen = _resolved(document, part)
    words = [str(word) for word in seen.get("enum", []) if word is not None]
    return {
        "name": name,
        "type": _kind(document, part),
        "needed": more.get("required", False),
        "words": words if len(words) <= 60 else [],
        "low": seen.get("minimum"),
        "high": seen.get("maximum"),
        "what": more.get("description") or part.get("description") or "",
    }


def _kind(document: dict[str, Any], part: dict[str, Any]) -> str:
    for way in ("oneOf", "anyOf", "allOf"):
        if way in part:
            return " or ".join(_kind(document, each) for each in part[way])
    if "$ref" in part:
        return str(part["$ref"].rsplit("/", 1)[-1])
    kind = part.get("type", "any")
    if kind == "array":
        return f"list of {_kind(document, part.get('items', {}))}"
    kinds = kind if isinstance(kind, list) else [kind]
    return " or ".join(str(part.get("format", each)) if each == "string" else each for each in kinds)


def _resolved(document: dict[str, Any], part: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in part:
        return part
    found: dict[str, Any] = document["components"]["schemas"][part["$ref"].rsplit("/", 1)[-1]]
    return found
