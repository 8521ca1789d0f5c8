"""One's own diary as a file, and one person's entries as a table."""

import csv
import io
import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.http import HttpResponse, StreamingHttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework.request import Request

from api.errors import Bad
from api.fields import UUID_TEXT
from api.shapes.export import DiaryAnswer
from api.views.base import Door, account
from tracker.actions.exporting import own_diaries
from tracker.diary.rows import ENTRY_KEYS, stamp
from tracker.diary.writing import diary_bytes
from tracker.models import Entry, Lump, Person

IDS = f"^{UUID_TEXT.pattern}(?:,{UUID_TEXT.pattern}){{0,99}}$"
LUMPS = OpenApiParameter(
    "lumps", {"type": "string", "pattern": IDS}, description="Ids with commas between them; absent: all."
)


@extend_schema_view(get=extend_schema(responses=DiaryAnswer))
class Export(Door):
    """Everything of your own as a diary file (docs/format.md), without the bytes of photos."""

    def get(self, request: Request) -> HttpResponse:
        answer = HttpResponse(diary_bytes(own_diaries(user=account(request))), content_type="application/json")
        answer["Content-Disposition"] = 'attachment; filename="diary.json"'
        return answer


@extend_schema_view(get=extend_schema(responses={(200, "text/csv"): OpenApiTypes.STR}, parameters=[LUMPS]))
class EntriesCSV(Door):
    """A person's entries as a table, one row an entry, oldest first."""

    def get(self, request: Request, pk: UUID) -> StreamingHttpResponse:
        person = self.found(Person.objects.visible_to(request.user).kept().filter(pk=pk).first())
        lumps = dict(lumps_asked_for(request, person).values_list("pk", "name"))
        answer = StreamingHttpResponse(_lines(lumps), content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = 'attachment; filename="entries.csv"'
        return answer


def lumps_asked_for(request: Request, person: Person) -> Any:
    """The lumps asked for. Raises Bad for what is no list of ids; somebody else's id finds nothing."""
    rows = Lump.objects.visible_to(request.user).kept().filter(person=person)
    text = request.query_params.get("lumps")
    if text is None:
        return rows
    if not re.fullmatch(IDS, text):
        raise Bad({"lumps": [_("This must be ids with commas between them.")]})
    return rows.filter(pk__in=[UUID(each) for each in text.split(",")])


def _lines(lumps: dict[UUID, str]) -> Iterator[str]:
    yield _line(["lump", "lump_name", "entry", "measured_at", *ENTRY_KEYS])
    rows = Entry.objects.kept().filter(lump__in=list(lumps)).order_by("measured_at", "pk")
    for row in rows.iterator(chunk_size=500):
        values = [_cell(getattr(row, key)) for key in ENTRY_KEYS]
        at = stamp(row.measured_at, row.measured_offset)
        yield _line([str(row.lump_id), _cell(lumps[row.lump_id]), str(row.pk), at, *values])


def _line(cells: list[str]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue()


def _cell(value: Any) -> str:
    """As text; a text that a spreadsheet would run as a formula gets an apostrophe before it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return " ".join(value) or "none"
    if isinstance(value, dict):
        return "; ".join(f"{key}: {text}" for key, text in sorted(value.items()))
    text = str(value)
    return f"'{text}" if isinstance(value, str) and text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
