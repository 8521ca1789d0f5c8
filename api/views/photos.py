"""Photos: raw bytes in, a clean picture out, both through the gate."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse, UnreadablePostError
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import ValidationError

from api.errors import Bad
from api.paging import id_of
from api.shapes.base import check
from api.shapes.photos import ANALYSIS_KEYS, OutlineBody, PhotoAnswer, PhotoBody, PhotoSizeAnswer
from api.times import Instant
from api.views.base import Door, RestoreDoor, account
from tracker.actions import photo_sizes, photos
from tracker.actions.errors import Wrong
from tracker.actions.photos import TooLarge, WrongKind
from tracker.actions.seeing import saw
from tracker.diary.rows import stamp
from tracker.models import Entry, Photo

KINDS = ("image/jpeg", "image/png", "image/webp", "image/heic", "image/heif")
SIZES = tuple(photos.COLUMNS)
SANDBOX = "default-src 'none'; sandbox"
ENTRY = OpenApiParameter("entry", {"type": "string", "format": "uuid"}, required=True, description="What it shows.")
HASH = OpenApiParameter(
    "X-Content-SHA256",
    {"type": "string", "pattern": "^[0-9a-fA-F]{64}$"},
    OpenApiParameter.HEADER,
    description="Of the body; a wrong one is refused.",
)
TAKEN = OpenApiParameter("X-Taken-At", {"type": "string", "format": "date-time"}, OpenApiParameter.HEADER)
SIZE = OpenApiParameter("size", {"type": "string", "enum": list(SIZES), "default": "screen"})


def photo_answer(row: Photo) -> dict[str, Any]:
    until = row.original_until
    told = {"corrected": None, **row.analysis} if row.analysis else None
    return {
        "id": str(row.pk), "entry": str(row.entry_id), "revision": row.revision, "state": row.state,
        "reason": row.reason or None, "taken_at": stamp(row.taken_at, row.taken_offset) if row.taken_at else None,
        "received_sha256": row.received_sha256, "width": row.width, "height": row.height,
        "never_share": row.never_share, "original_until": stamp(until) if until else None, "measuring": row.measuring,
        "analysis": {key: told[key] for key in ANALYSIS_KEYS if key in told} if told else None,
    }  # fmt: skip


@extend_schema_view(
    get=extend_schema(responses=PhotoAnswer),
    put=extend_schema(
        request=dict.fromkeys(KINDS, OpenApiTypes.BINARY),
        responses={200: PhotoAnswer, 201: PhotoAnswer},
        parameters=[ENTRY, HASH, TAKEN],
    ),
    patch=extend_schema(request=PhotoBody, responses=PhotoAnswer),
    delete=extend_schema(responses={204: None}),
)
class PhotoRow(Door):
    """A photo of an entry. PUT takes the picture itself as its body; it is cleaned before anybody sees it."""

    def get(self, request: Request, pk: UUID) -> Response:
        rows = Photo.objects.visible_to(request.user).kept().filter(pk=pk)
        return Response(photo_answer(self.found(rows.first())))

    def put(self, request: Request, pk: UUID) -> Response:
        entry = id_of(request, "entry")
        if entry is None:
            raise Bad({"entry": [_("This is needed.")]})
        taken_at = _taken_at(request.META.get("HTTP_X_TAKEN_AT"))
        place = photos.place_for(user=account(request), entry_id=entry)  # before the bytes are even read
        kept = photos.attach_photo(
            user=account(request), pk=pk, entry_id=entry, data=_body(request),
            sha256=request.META.get("HTTP_X_CONTENT_SHA256"), taken_at=taken_at, place=place,
        )  # fmt: skip
        return Response(photo_answer(kept.row), status=201 if kept.created else 200)

    def patch(self, request: Request, pk: UUID) -> Response:
        values = check(PhotoBody, request.data)
        return Response(photo_answer(photos.set_never_share(user=account(request), pk=pk, **values)))

    def delete(self, request: Request, pk: UUID) -> Response:
        photos.delete_photo(user=account(request), pk=pk)
        return Response(status=204)


@extend_schema_view(post=extend_schema(request=None, responses=PhotoAnswer))
class PhotoRestore(RestoreDoor):
    def bring_back(self, user: Any, pk: UUID) -> Photo:
        return photos.restore_photo(user=user, pk=pk)

    def answer(self, request: Request, row: Photo) -> dict[str, Any]:
        return photo_answer(row)


@extend_schema_view(get=extend_schema(responses={(200, "image/jpeg"): OpenApiTypes.BINARY}, parameters=[SIZE]))
class PhotoFile(Door):
    """The picture as JPEG, without anything the camera wrote into it; 404 until it is ready. `flat`: where a card lay."""

    def get(self, request: Request, pk: UUID) -> HttpResponse:
        size = request.query_params.get("size", "screen")
        if size not in SIZES:
            raise Bad({"size": [_("This must be one of: {words}.").format(words=", ".join(SIZES))]})
        photo = self.found(Photo.objects.visible_to(request.user).kept().filter(pk=pk).first())
        data = photos.open_photo(photo=photo, size=size)
        saw("photos", user=request.user, people=Photo.objects.filter(pk=pk).values("entry__lump__person_id"))
        return _sealed_off(data, "image/jpeg")


@extend_schema_view(get=extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY}))
class PhotoOriginal(Door):
    """A refused upload as it came, for the diary's owner, until it is thrown away after 30 days."""

    def get(self, request: Request, pk: UUID) -> HttpResponse:
        rows = Photo.objects.visible_to(request.user).kept().select_related("entry__lump")
        photo = self.found(rows.filter(pk=pk).first())
        data = photos.open_original(user=account(request), photo=photo, at=timezone.now())
        answer = _sealed_off(data, "application/octet-stream")
        answer["Content-Disposition"] = f'attachment; filename="{photo.pk}.bin"'
        return answer


@extend_schema_view(
    put=extend_schema(request=OutlineBody, responses=PhotoAnswer), delete=extend_schema(responses=PhotoAnswer)
)
class PhotoOutline(Door):
    """The lump as a person drew it in the flat picture; DELETE goes back to the automatic outline."""

    def put(self, request: Request, pk: UUID) -> Response:
        values = check(OutlineBody, request.data)
        if (values["outline"] is None) == (values["ends"] is None):
            raise Wrong(_("Send the outline or the ends, just one of them."))
        return Response(photo_answer(photo_sizes.correct_outline(user=account(request), pk=pk, **values)))

    def delete(self, request: Request, pk: UUID) -> Response:
        return Response(photo_answer(photo_sizes.take_back_outline(user=account(request), pk=pk)))


@extend_schema_view(get=extend_schema(responses=PhotoSizeAnswer))
class EntryPhotoSize(Door):
    """What the photos of an entry say of its size, and whether that differs from what was typed. Writes nothing."""

    def get(self, request: Request, pk: UUID) -> Response:
        entry = self.found(Entry.objects.visible_to(request.user).filter(pk=pk, deleted_at__isnull=True).first())
        found = photo_sizes.size_of_entry(user=account(request), entry=entry)
        keys = ("length_mm", "length_sd", "width_mm", "width_sd")
        return Response({
            **{key: getattr(found.size, key) if found.size else None for key in keys},
            "photos": [str(pk) for pk in found.photos], "waiting": found.waiting, "typed": found.typed,
            "differs": found.differs,
        })  # fmt: skip


def _sealed_off(data: bytes, kind: str) -> HttpResponse:
    """Bytes that a browser may show or save and must never run, whatever it takes them for."""
    answer = HttpResponse(data, content_type=kind)
    answer["Content-Security-Policy"] = SANDBOX
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _body(request: Request) -> bytes:
    """The whole body. Raises WrongKind, TooLarge, Bad (cut off on its way)."""
    stated = request.META.get("CONTENT_LENGTH") or ""
    length = int(stated) if stated.isdecimal() else 0
    if not length:
        return b""  # its own sentence, whatever kind it says it is
    if request.content_type.split(";")[0].strip().lower() not in KINDS:
        raise WrongKind(_("We can keep JPEG, PNG, WebP and HEIC pictures. Name the kind as Content-Type."))
    if length > settings.PHOTO_MAX_BYTES:
        raise TooLarge(_("A photo can be at most 15 MB."))
    try:
        data: bytes = request._request.read(length)
    except UnreadablePostError:
        data = b""
    if len(data) != length:
        raise Bad({"": [_("The photo did not arrive whole. Please send it again.")]})
    return data


def _taken_at(text: str | None) -> datetime | None:
    if not text:
        return None
    try:
        at: datetime = Instant(past=True).run_validation(text)
    except ValidationError as error:
        raise Bad({"X-Taken-At": [str(word) for word in error.detail]}) from None
    return at
