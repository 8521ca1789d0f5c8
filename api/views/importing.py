"""Taking a diary file in."""

import shutil
import tempfile
from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from django.http import UnreadablePostError
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response

from api.errors import Bad
from api.openapi import only
from api.paging import id_of
from api.rendering import OnlyOne
from api.shapes.base import check
from api.shapes.importing import DIARY, ImportedAnswer, TableAnswer, TableBody
from api.views.base import Door, account
from tracker.actions.importing import import_diary
from tracker.actions.importing_table import import_table
from tracker.actions.photos import TooLarge, WrongKind
from tracker.diary.checking import BadDiary
from tracker.diary.incoming import read_incoming

KINDS = ("application/zip", "application/x-zip-compressed", "application/octet-stream", "application/json")
DRY_RUN = OpenApiParameter(
    "dry_run",
    {"type": "string", "enum": ["0", "1"], "default": "0"},
    description="`1`: only say what would come of it.",
)
SHOWN, SHOWN_KEYS = 20, ("measured_at", "length_mm", "width_mm", "depth_mm", "pain", "temperature_c", "note")
PIECE = 256 * 1024
BESIDES = 64 * 2**20  # bytes of a file beside its photos


class LeftUnread(BaseParser):
    """The body stays where it is: the door takes it to disk piece by piece."""

    media_type = "application/octet-stream"

    def parse(
        self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        return {}


class Whatever(OnlyOne):
    """Whatever kind it says it is, it is left unread: the door itself says which kinds it takes."""

    def select_parser(self, request: Any, parsers: Any) -> Any:
        return parsers[0]


@extend_schema_view(
    post=extend_schema(
        request={"application/json": DIARY.schema(), "application/zip": OpenApiTypes.BINARY},
        responses=ImportedAnswer,
        parameters=[DRY_RUN],
    )
)
class Import(Door):
    """A diary file (docs/format.md), zip or bare JSON, as the body. The same file twice changes nothing.

    400: the file as a whole cannot be read, with the paths to what is wrong. Else 200, and what could not be taken, row by
    row, in `refused`.
    """

    parser_classes = (LeftUnread,)
    content_negotiation_class = Whatever

    def post(self, request: Request) -> Response:
        dry_run = is_dry_run(request)
        with _received(request) as file:
            try:
                incoming = read_incoming(file, most_pictures=settings.PHOTO_QUOTA_BYTES)
            except BadDiary as bad:
                raise Bad({problem.path: [problem.why] for problem in bad.problems}) from None
            done = import_diary(user=account(request), incoming=incoming, dry_run=dry_run)
        return Response(done.body())


@extend_schema_view(
    post=extend_schema(
        request=TableBody, responses=TableAnswer, parameters=[DRY_RUN, only("lump", "Whose entries these are.")]
    )
)
class ImportTable(Door):
    """A spreadsheet's table as entries of one lump: columns, unit and dates are guessed where they are not given.

    With `dry_run=1` the answer shows what would be read, to be looked at and corrected before it is sent again.
    """

    def post(self, request: Request) -> Response:
        dry_run = is_dry_run(request)
        lump = id_of(request, "lump")
        if lump is None:
            raise Bad({"lump": [_("This is needed.")]})
        values = check(TableBody, request.data)
        sheet, done = import_table(user=account(request), lump_id=lump, dry_run=dry_run, **values)
        rows = [(line, body) for line, body, _why in sheet.rows if body is not None][:SHOWN]
        return Response({
            **done.body(), "head": sheet.head, "columns": sheet.columns, "unit": sheet.unit, "dates": sheet.dates,
            "sure": sheet.sure,
            "rows": [{"line": line, **{key: body.get(key) for key in SHOWN_KEYS}} for line, body in rows],
        })  # fmt: skip


def is_dry_run(request: Request) -> bool:
    """Raises Bad for what is neither 0 nor 1."""
    text = request.query_params.get("dry_run", "0")
    if text not in {"0", "1"}:
        raise Bad({"dry_run": [_("This must be one of: {words}.").format(words="0, 1")]})
    return text == "1"


def _received(request: Request) -> IO[bytes]:
    """The body in a file without a name, which is gone when it is closed. Raises WrongKind, TooLarge, Bad (cut off)."""
    stated = request.META.get("CONTENT_LENGTH") or ""
    length = int(stated) if stated.isdecimal() and len(stated) < 16 else 0
    if not length:
        raise Bad({"": [_("Nothing arrived. Please choose the file again.")]})
    if request.content_type.split(";")[0].strip().lower() not in KINDS:
        raise WrongKind(_("Send a diary file: a zip or its diary.json."))
    if length > settings.PHOTO_QUOTA_BYTES + BESIDES:
        raise TooLarge(_("This file is larger than one import takes."))
    if length * 2 > shutil.disk_usage(settings.VAR_DIR).free:
        raise TooLarge(_("There is not enough room here for this file just now."))
    file = tempfile.TemporaryFile(dir=settings.VAR_DIR)  # noqa: SIM115 - the caller closes it
    try:
        while length:
            piece = request._request.read(min(PIECE, length))
            if not piece:
                break
            length -= len(piece)
            file.write(piece)
    except UnreadablePostError:
        length = 1
    if length:
        file.close()
        raise Bad({"": [_("The file did not arrive whole. Please send it again.")]})
    file.seek(0)
    return file
