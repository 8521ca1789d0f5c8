"""Links for a doctor: making, opening, watching and revoking them."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from tracker.actions import audit
from tracker.actions.errors import MayOnlyLook, NotThere, Wrong
from tracker.models import Lump, Membership, Person, ShareLink, Visit, token_hash
from tracker.models.prepared import Prepared, insert_new
from tracker.models.sharing import PASSCODE_TRIES
from tracker.notifications import messages
from tracker.notifications.outbox import post

DEFAULT_DAYS, MOST_DAYS = 14, 90
IDLE = timedelta(minutes=30)
FILES_A_MINUTE = 10

_VISIT = Prepared(
    lambda session: Visit.objects.filter(session=session).select_related("link__person").order_by("pk")[:1], session=str
)


class LinkGone(Exception):
    """Unknown, expired, revoked, locked, used up: a viewer is not told which."""


class WrongPasscode(Exception):
    """The passcode does not fit; a try was counted. `remaining`: how many are left in the link's life."""

    def __init__(self, remaining: int) -> None:
        super().__init__()
        self.remaining = remaining


@dataclass(frozen=True)
class MadeLink:
    """A new link. `token` and `passcode` can never be read again."""

    link: ShareLink
    token: str
    passcode: str | None


def create_share_link(
    *,
    user: Any,
    lump_ids: Iterable[UUID],
    since: date | None = None,
    expires_at: datetime | None = None,
    one_visit: bool = False,
    passcode: bool = True,
    photos: bool = False,
    notes: bool = False,
    answers: bool = False,
    shl: bool = False,
) -> MadeLink:
    """A link to lumps of one person whose diary is `user`'s own; 14 days, 90 at most.

    `shl`: the row of a SMART Health Link, which `health_links.create_health_link` makes whole.
    Raises Wrong (no lumps, lumps of two people, a bad end), NotThere, MayOnlyLook.
    """
    now = timezone.now()
    expires_at = expires_at or now + timedelta(days=DEFAULT_DAYS)
    if not now < expires_at <= now + timedelta(days=MOST_DAYS):
        raise Wrong(_("A link can last from now to at most 90 days."), "expires_at")
    token, code = secrets.token_urlsafe(32), f"{secrets.randbelow(10**6):06d}" if passcode else None
    with transaction.atomic():
        lumps = lumps_to_share(user=user, lump_ids=lump_ids)
        person_id = lumps[0].person_id
        link = ShareLink.objects.create(
            person_id=person_id, hash=token_hash(token), passcode=make_password(code) if code else "", since=since,
            photos=photos, notes=notes, answers=answers, one_visit=one_visit, shl=shl,
            expires_at=expires_at, created_by=user,
        )  # fmt: skip
        link.lumps.set(lumps)
        audit.note("link.made", actor=user, person=person_id, what=link.pk)
    return MadeLink(link, token, code)


def lumps_to_share(*, user: Any, lump_ids: Iterable[UUID]) -> list[Lump]:
    """These lumps with their person, oldest first, if `user` may hand out a link to them.

    Raises Wrong (none, or of two people), NotThere, MayOnlyLook.
    """
    wanted = set(lump_ids)
    if not wanted:
        raise Wrong(_("Choose at least one lump to share."), "lumps")
    rows = Lump.objects.visible_to(user).kept().filter(pk__in=wanted)
    lumps = list(rows.select_related("person").order_by("created_at", "id"))
    if len(lumps) != len(wanted):
        raise NotThere("lumps")
    people = {lump.person_id for lump in lumps}
    if len(people) != 1:
        raise Wrong(_("A link shows the lumps of one person. Make one link for each."), "lumps")
    if not Membership.objects.live().for_user(user).filter(person=people.pop(), role=Membership.OWNER).exists():
        raise MayOnlyLook(_("Only the owner of this diary can share it."))
    return lumps


def revoke_share_link(*, user: Any, pk: UUID) -> None:
    """Ends it at once, for those who are looking, too. Raises NotThere."""
    with transaction.atomic():
        link = ShareLink.objects.visible_to(user).filter(pk=pk).first()
        if link is None:
            raise NotThere
        if link.revoked_at is None:
            ShareLink.objects.filter(pk=pk, revoked_at__isnull=True).update(revoked_at=timezone.now())
            link.files.all().delete()
            audit.note("link.revoked", actor=user, person=link.person_id, what=pk)


def open_share_link(*, token: str, passcode: str = "", viewer: str = "") -> tuple[ShareLink, str]:
    """Open a link: the link and the secret of the viewer's session. Raises as `admit`."""
    secret = secrets.token_urlsafe(32)
    return admit(token=token, passcode=passcode, viewer=viewer, session=token_hash(secret)).link, secret


def admit(*, token: str, passcode: str, viewer: str, session: str = "", shl: bool = False) -> Visit:
    """Count an opening of a page's link or (`shl`) of a SMART Health Link; never the one by the other's token.

    Counts a wrong passcode under the link's row lock, so that parallel tries cannot get more than five in a link's
    life. Raises LinkGone or WrongPasscode; a wrong passcode too leaves its line in the owner's log. Not to be called
    inside a transaction, which would undo the counting.
    """
    viewer = viewer.strip()[:100]
    with transaction.atomic():
        # first() on the plain row: a join cannot be locked on every database
        link = ShareLink.objects.select_for_update().filter(hash=token_hash(token), shl=shl).first()
        if link is None or not link.may_open() or not _person_is_there(link):
            raise LinkGone
        if link.passcode and not check_password(passcode, link.passcode):
            wrong = _count_wrong(link, viewer)
        else:
            wrong = None
            now = timezone.now()
            ShareLink.objects.filter(pk=link.pk).update(opened=F("opened") + 1)
            visit = Visit.objects.create(
                link=link, at=now, what=Visit.OPENED, viewer=viewer, session=session,
                last_seen_at=now if session else None,
            )  # fmt: skip
            audit.note("link.opened", person=link.person_id, what=link.pk)
            # a machine may ask for a manifest again and again: of that one message an hour
            turn = f"{now:%Y-%m-%dT%H}" if shl else link.opened + 1
            tell_owner(link, f"link:{link.pk}:opened:{turn}", "opened")
    if wrong is not None:
        raise wrong
    return visit


def _person_is_there(link: ShareLink) -> bool:
    return Person.objects.filter(pk=link.person_id, deleted_at__isnull=True).exists()


def _count_wrong(link: ShareLink, viewer: str) -> WrongPasscode:
    link.wrong_passcodes += 1
    link.save(update_fields=["wrong_passcodes"])
    Visit.objects.create(link=link, what=Visit.WRONG_PASSCODE, viewer=viewer)
    if link.is_locked:
        link.files.all().delete()
        Visit.objects.create(link=link, what=Visit.LOCKED)
        audit.note("link.locked", person=link.person_id, what=link.pk)
        tell_owner(link, f"link:{link.pk}:locked", "locked")
    return WrongPasscode(PASSCODE_TRIES - link.wrong_passcodes)


def tell_owner(link: ShareLink, cause: str, what: str) -> None:
    """A neutral message about a link to the owner of its diary; `what` as in messages.for_share."""
    owner = Membership.objects.filter(person=link.person_id, role=Membership.OWNER, ended_at__isnull=True).first()
    if owner is not None and owner.user is not None:
        words = messages.for_share(what)
        post(
            user=owner.user, kind=words.kind, cause=cause, subject=words.subject, body=words.body,
            at=timezone.now(), link=words.link, person=owner.person,
        )  # fmt: skip


def visit_of(secret: str) -> Visit | None:
    """The opening that this session's cookie belongs to, if the link can still be looked at; marks it as seen."""
    if not secret:
        return None
    now = timezone.now()
    visit: Visit | None = _VISIT.first(session=token_hash(secret))
    if visit is None or visit.last_seen_at is None or visit.last_seen_at < now - IDLE:
        return None
    if not visit.link.is_live(now) or visit.link.person.is_deleted:
        return None
    if visit.last_seen_at < now - timedelta(minutes=1):
        Visit.objects.filter(pk=visit.pk).update(last_seen_at=now)
    return visit


def record_view(*, visit: Visit, what: str, detail: str = "") -> None:
    """A line in the owner's log: the page or a photo was looked at."""
    insert_new(Visit(link=visit.link, what=what, viewer=visit.viewer, detail=detail))


def may_take_file(*, visit: Visit) -> bool:
    """Whether one more file may be made through this link now: each takes a second of work, and ten a minute are plenty."""
    since = timezone.now() - timedelta(minutes=1)
    return Visit.objects.filter(link=visit.link, what=Visit.FILE, at__gt=since).count() < FILES_A_MINUTE


def end_visit(*, secret: str) -> None:
    """The viewer is done: their session ends."""
    Visit.objects.filter(session=token_hash(secret)).update(last_seen_at=None)
