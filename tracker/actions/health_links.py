"""SMART Health Links (HL7 STU 1.0.0): the diary as a file sealed to a key that only the link carries.

The key is made here, seals the file, goes out in the answer to the owner, and is forgotten: docs/decisions/0016.
"""

import base64
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
from django.conf import settings
from django.core import signing
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from joserfc import jwe
from joserfc.jwk import OctKey

from tracker.actions.errors import Wrong
from tracker.actions.sharing import LinkGone, admit, create_share_link, lumps_to_share
from tracker.actions.showing import picture_for
from tracker.models import Lump, Photo, SealedFile, ShareLink, Visit, token_hash
from tracker.models.sharing import PASSCODE_TRIES
from tracker.reports.fhir.bundle import bundle_for
from tracker.reports.log import shared_photos
from tracker.reports.pdf import enclosed_pdf
from tracker.reports.shapes import Scope

FHIR = "application/fhir+json"  # a manifest may list no PDF of its own: the report lies in the bundle
LONGEST_URL = 128  # of the standard, for the address of the manifest
MOST_BYTES = 25 * 2**20  # of the file before sealing; it is held in memory whole
LOCATION_LIFE = timedelta(minutes=15)  # the standard allows an hour
A_MINUTE = 60  # lines of one link's log
_PURPOSE = "tracker.health-link.file"


class TooOften(Exception):
    """This link was asked for more than sixty times in a minute."""


@dataclass(frozen=True)
class MadeHealthLink:
    """A new link. `url` (which holds the key) and `passcode` can never be read again."""

    link: ShareLink
    url: str
    passcode: str | None


@dataclass(frozen=True)
class Sealed:
    """A file as it is handed out, without its text: `location` is the path it is fetched from for 15 minutes."""

    file: SealedFile
    location: str


def create_health_link(
    *,
    user: Any,
    lump_ids: Iterable[UUID],
    since: date | None = None,
    expires_at: datetime | None = None,
    one_visit: bool = False,
    passcode: bool = True,
    photos: bool = False,
    notes: bool = False,
) -> MadeHealthLink:
    """A SMART Health Link to what these lumps hold now. Takes a second or two: the report is set and sealed.

    Raises Wrong (as `create_share_link`; too large; our own address too long), NotThere, MayOnlyLook.
    """
    lumps = lumps_to_share(user=user, lump_ids=lump_ids)
    region = user.region_for(lumps[0].person.timezone)
    scope = Scope(at=timezone.now(), since=since, photos=photos, notes=notes, region=region)
    key = secrets.token_bytes(32)
    file = _sealed(lumps, scope, key)
    with transaction.atomic():
        made = create_share_link(
            user=user, lump_ids=[lump.pk for lump in lumps], since=since, expires_at=expires_at, one_visit=one_visit,
            passcode=passcode, photos=photos, notes=notes, shl=True,
        )  # fmt: skip
        address = f"{settings.PUBLIC_URL}/s/shl/{made.token}/"
        if len(address) > LONGEST_URL:
            raise Wrong(_("This server's address is too long for a SMART Health Link. Make an ordinary link."), "shl")
        file.link = made.link
        file.save(force_insert=True)
    return MadeHealthLink(made.link, _shlink(made.link, address, key), made.passcode)


def _sealed(lumps: list[Lump], scope: Scope, key: bytes) -> SealedFile:
    """The bundle with the report in it, sealed; not saved. Photos lie in the bundle once, not in the report again."""
    shown: list[str] = []

    def picture(photo: Photo) -> bytes | None:
        shown.append(str(photo.pk))
        return picture_for(photo)

    data = orjson.dumps(bundle_for(lumps, scope, picture=picture, report=enclosed_pdf(lumps, scope)))
    if len(data) > MOST_BYTES:
        raise Wrong(_("This is too much for one link. Share fewer lumps, a shorter time, or no photos."), "photos")
    text = jwe.encrypt_compact({"alg": "dir", "enc": "A256GCM", "cty": FHIR}, data, OctKey.import_key(key))
    return SealedFile(
        content_type=FHIR, jwe=text, length=len(text), created_at=scope.at,
        shown={"lumps": [str(lump.pk) for lump in lumps], "photos": shown},
    )  # fmt: skip


def _shlink(link: ShareLink, address: str, key: bytes) -> str:
    """`shlink:/` and the payload. Its label can be read without a passcode, so it holds no word about health."""
    payload: dict[str, Any] = {"url": address, "key": _base64url(key), "exp": int(link.expires_at.timestamp())}
    if link.passcode:
        payload["flag"] = "P"
    payload |= {"label": _("Shared from a private diary")[:80], "v": 1}
    return f"shlink:/{_base64url(orjson.dumps(payload))}"


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def open_health_link(*, secret: str, recipient: str, passcode: str = "") -> list[Sealed]:
    """The files of a link, for the manifest. Raises LinkGone, WrongPasscode and TooOften."""
    link = ShareLink.objects.filter(hash=token_hash(secret), shl=True).select_related("person").first()
    files = _files_of(link) if link is not None else []
    if link is None or not link.may_open() or not files:
        raise LinkGone
    _not_too_often(link)
    visit = admit(token=secret, passcode=passcode, viewer=recipient, shl=True)
    return [Sealed(file, _location(file, visit)) for file in files]


def text_of(file: SealedFile) -> str:
    """The sealed text of a file. Raises LinkGone where it went in this moment."""
    text = SealedFile.objects.filter(pk=file.pk).values_list("jwe", flat=True).first()
    if text is None:
        raise LinkGone
    return text


def fetch_file(*, mark: str, counts: bool = True) -> SealedFile:
    """The file a manifest's location names, while that location and its link last. Raises LinkGone and TooOften.

    `counts`: with a line in the owner's log.
    """
    try:
        told = signing.loads(mark, salt=_PURPOSE, max_age=LOCATION_LIFE)
    except signing.BadSignature:
        raise LinkGone from None
    visit = Visit.objects.filter(pk=told["visit"]).select_related("link__person").first()
    if visit is None or not visit.link.is_live():
        raise LinkGone
    file = next((file for file in _files_of(visit.link) if str(file.pk) == told["file"]), None)
    if file is None:
        raise LinkGone
    _not_too_often(visit.link)
    if counts:
        Visit.objects.create(link=visit.link, what=Visit.FILE, viewer=visit.viewer, detail="lump-diary-fhir.jwe")
    return file


def _location(file: SealedFile, visit: Visit) -> str:
    mark = signing.dumps({"file": str(file.pk), "visit": str(visit.pk)}, salt=_PURPOSE)
    return f"/s/shl/file/{mark}"


def _files_of(link: ShareLink) -> list[SealedFile]:
    """Its files without their text; none where their person, a lump or a photo in them is no longer to be shared."""
    if link.person.is_deleted:
        return []
    return [file for file in link.files.defer("jwe").order_by("created_at", "id") if _still_shared(link, file)]


def _still_shared(link: ShareLink, file: SealedFile) -> bool:
    """What is sealed cannot be taken out of the file: one photo kept back since, and the file is not handed out."""
    lumps = list(link.lumps.kept().select_related("person"))
    if {str(lump.pk) for lump in lumps} != set(file.shown["lumps"]):
        return False
    wanted = set(file.shown["photos"])
    if not wanted:
        return True
    scope = Scope(at=timezone.now(), since=link.since, photos=link.photos)
    return shared_photos(lumps, scope).filter(pk__in=wanted).count() == len(wanted)


def _not_too_often(link: ShareLink) -> None:
    """Counted by the log itself, so the same for all processes, and the log cannot be flooded."""
    if link.visits.filter(at__gt=timezone.now() - timedelta(minutes=1)).count() >= A_MINUTE:
        raise TooOften


def forget_files(at: datetime) -> int:
    """Remove the files of links that nobody can open or fetch from any more; how many."""
    lately = Visit.objects.filter(link=OuterRef("link"), what=Visit.OPENED, at__gt=at - LOCATION_LIFE)
    ended = (
        Q(link__revoked_at__isnull=False)
        | Q(link__expires_at__lte=at)
        | Q(link__wrong_passcodes__gte=PASSCODE_TRIES)
        | (Q(link__one_visit=True, link__opened__gte=1) & ~Exists(lately))
    )
    return SealedFile.objects.filter(ended).delete()[0]
