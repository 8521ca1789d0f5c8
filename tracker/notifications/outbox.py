"""Posting: a Notice with the words as told, and one Delivery for every channel its reader wants.

Both are written in the transaction of their cause, so that a finding without its message cannot be committed.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from tracker.models import Alert, Delivery, Lump, Membership, Notice, Person, User
from tracker.models.base import uuid7
from tracker.notifications import messages, other_ways
from tracker.notifications.bell import nudge_on_commit
from tracker.notifications.channels import CHANNELS
from tracker.notifications.hours import out_of_quiet

PRESSING = ("emergency", "same_day")
AT_ANY_HOUR = ("test", "account")  # somebody sits there and waits for it


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
    at_any_hour: bool = False,
) -> Notice | None:
    """Say something to one account, once for each `cause`. Call it inside the transaction of that cause.

    `subject` may show on a lock screen, so it holds no word about health; `body` is plain paragraphs; `link` is the
    path of a page of ours. With `silent` the notice only stands in the app (a digest gathers it later). What is not
    pressing waits for the end of the reader's quiet hours, unless `at_any_hour` (a reminder's time was chosen).
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
        wakes = at_any_hour or urgency in PRESSING or kind in AT_ANY_HOUR
        made = Delivery.objects.bulk_create(_deliveries(notice, at if wakes else out_of_quiet(user, at, person)))
        if (
            not made
        ):  # the only way left on has gone: an alert takes one that was switched off, as it would after a failure
            other_ways.find(notice, at)
        nudge_on_commit()
    return notice


def post_alert(alert: Alert, *, at: datetime) -> list[Notice]:
    """Tell those who hear about it at once that `alert` opened, or opened anew.

    Emergency and same_day go out at any hour, soon and recheck outside quiet hours; routine waits for the weekly
    digest; a note is not sent at all. Returns the notices written now; those written before are left alone.
    """
    if alert.urgency == "note":
        return []
    return post_to(
        alert_hearers(alert, at=at), messages.for_alert(alert), alert, cause=f"alert:{alert.pk}:{alert.told}", at=at
    )


def post_to(users: list[User], words: messages.Words, alert: Alert, *, cause: str, at: datetime) -> list[Notice]:
    """Say `words` about an alert to these accounts, once for each `cause`; the notices written now."""
    posted = [
        post(
            user=user,
            kind=words.kind,
            cause=cause,
            subject=words.subject,
            body=words.body,
            link=words.link,
            at=at,
            urgency=alert.urgency,
            person=alert.lump.person,
            lump=alert.lump,
            silent=words.kind == messages.DIGEST,
        )
        for user in users
    ]
    return [notice for notice in posted if notice is not None]


def alert_hearers(alert: Alert, *, at: datetime) -> list[User]:
    """Who is told of an alert when it opens: the owner, and whoever wrote the entry it came from.

    Carers are told by the ladder (tracker/actions/ladder.py), after they agreed; but where no owner can be told, all
    who help are, so that nothing is told to nobody.
    """
    members = told_about(alert.lump.person_id, at=at, who_write=True)
    owner = Membership.objects.live(at).filter(person=alert.lump.person_id, role=Membership.OWNER)
    owners = set(owner.values_list("user_id", flat=True))
    author = alert.entry.author_id if alert.entry is not None else None
    found = [user for user in members if user.pk in owners or user.pk == author]
    return found if any(user.pk in owners for user in found) else members


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
        Delivery(pk=uuid7(), notice=notice, channel=name, device=device, due_at=at, next_try_at=at)
        for name, channel in CHANNELS.items()
        if channel.wanted_by(user, notice.kind)
        for device in channel.devices_of(user)
    ]
