"""Posting: a Notice with the words as told, and one Delivery for every channel its reader wants.

Both are written in the transaction of their cause, so that a finding without its message cannot be committed.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from tracker.models import Alert, Delivery, Lump, Membership, Notice, Person, User
from tracker.models.base import uuid7
from tracker.notifications import messages
from tracker.notifications.bell import nudge_on_commit
from tracker.notifications.channels import CHANNELS


def post(  # noqa: PLR0913 - a message has that many parts, and each has a name here
    *,
    user: User,
    kind: str,
    cause: str,
    subject: str,
    body: str,
    at: datetime,
    link: str = "/app/",
    urgency: str = "",
    person: Person | None = None,
    lump: Lump | None = None,
    silent: bool = False,
) -> Notice | None:
    """Say something to one account, once for each `cause`. Call it inside the transaction of that cause.

    `subject` may show on a lock screen, so it holds no word about health; `body` is plain paragraphs; `link` is the
    path of a page of ours. With `silent` the notice only stands in the app (a digest gathers it later).
    Returns None where this account was told of `cause` before.
    """
    notice = Notice(
        user=user, kind=kind, cause=cause, subject=subject, body=body, link=link, urgency=urgency, person=person, lump=lump
    )  # fmt: skip
    try:
        with transaction.atomic():
            notice.save(force_insert=True)
    except IntegrityError:
        if Notice.objects.filter(user=user, cause=cause).exists():
            return None
        raise
    if not silent:
        Delivery.objects.bulk_create(_deliveries(notice, at))
        nudge_on_commit()
    return notice


def post_alert(alert: Alert, *, at: datetime) -> list[Notice]:
    """Tell everybody who hears about this person that `alert` opened, or opened anew.

    Emergency, same_day and soon go out at once, recheck as a kind request; routine waits for the weekly digest; a
    note is not sent at all. Returns the notices written now; those written before are left alone.
    """
    if alert.urgency == "note":
        return []
    words = messages.for_alert(alert)
    person = alert.lump.person
    posted = [
        post(
            user=user,
            kind=words.kind,
            cause=f"alert:{alert.pk}:{alert.told}",
            subject=words.subject,
            body=words.body,
            link=words.link,
            at=at,
            urgency=alert.urgency,
            person=person,
            lump=alert.lump,
            silent=words.kind == messages.DIGEST,
        )
        for user in told_about(person.pk, at=at)
    ]
    return [notice for notice in posted if notice is not None]


def told_about(person_id: UUID, *, at: datetime, who_write: bool = False) -> list[User]:
    """The accounts that receive this person's messages now, the owner first; with `who_write` no viewers."""
    members = Membership.objects.live(at).filter(person=person_id, told=True, user__is_active=True)
    if who_write:
        members = members.exclude(role=Membership.VIEWER)
    found: list[Any] = [row.user for row in sorted(members.select_related("user"), key=_owner_first)]
    return found


def _owner_first(member: Membership) -> tuple[bool, datetime]:
    return member.role != Membership.OWNER, member.created_at


def _deliveries(notice: Notice, at: datetime) -> list[Delivery]:
    user = notice.user
    return [
        Delivery(pk=uuid7(), notice=notice, channel=name, device=device, next_try_at=at)
        for name, channel in CHANNELS.items()
        if channel.wanted_by(user)
        for device in channel.devices_of(user)
    ]
