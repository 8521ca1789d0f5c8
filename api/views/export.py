"""One's own diary as a file, and one person's entries as a table."""

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
from tracker.actions.archive import diary_file, export_everything
from tracker.actions.seeing import saw
from tracker.diary import table
from tracker.diary.rows import entry_body
from tracker.models import Entry, Lump, Person

FORMS = ("zip", "json")
AS = OpenApiParameter(
    "as", {"type": "string", "enum": list(FORMS), "default": "zip"}, description="`json`: the diary file alone."
)
IDS = f"^{UUID_TEXT.pattern}(?:,{UUID_TEXT.pattern}){{0,99}}$"
LUMPS = OpenApiParameter(
    "lumps", {"type": "string", "pattern": IDS}, description="Ids with commas between them; absent: all."
)


@extend_schema_view(
    get=extend_schema(
        responses={(200, "application/zip"): OpenApiTypes.BINARY, (200, "application/json"): DiaryAnswer},
        parameters=[AS],
    )
)
class Export(Door):
    """Everything of your own: the archive of docs/format.md, sent while it is made; or its diary.json alone.

    `X-About-Bytes` says about how long an archive will be, for a client that shows how far it has come.
    """

    def get(self, request: Request) -> HttpResponse | StreamingHttpResponse:
        how = request.query_params.get("as", "zip")
        if how not in FORMS:
            raise Bad({"as": [_("This must be one of: {words}.").format(words=", ".join(FORMS))]})
        if how == "json":
            whole = HttpResponse(diary_file(user=account(request)), content_type="application/json")
            whole["Content-Disposition"] = 'attachment; filename="diary.json"'
            return whole
        if request.method == "HEAD":  # asks what there is, and takes nothing
            return HttpResponse(content_type="application/zip")
        pieces, about = export_everything(user=account(request))
        answer = StreamingHttpResponse(pieces, content_type="application/zip")
        answer["Content-Disposition"] = 'attachment; filename="diary.zip"'
        answer["X-About-Bytes"] = str(about)
        return answer


@extend_schema_view(get=extend_schema(responses={(200, "text/csv"): OpenApiTypes.STR}, parameters=[LUMPS]))
class EntriesCSV(Door):
    """A person's entries as a table, one row an entry, oldest first."""

    def get(self, request: Request, pk: UUID) -> StreamingHttpResponse:
        person = self.found(Person.objects.visible_to(request.user).kept().filter(pk=pk).first())
        lumps = dict(lumps_asked_for(request, person).values_list("pk", "name"))
        saw("report", user=request.user, people=[person.pk])
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
    yield table.head()
    rows = Entry.objects.kept().filter(lump__in=list(lumps)).order_by("measured_at", "pk")
    for row in rows.iterator(chunk_size=500):
        yield table.line(str(row.lump_id), lumps[row.lump_id], entry_body(row))
