"""Letters of invitation, and what their link says."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core import signing
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from tracker.actions.errors import Wrong
from tracker.models import Invitation, Membership, User
from tracker.notifications import mailbox
from tracker.notifications.bell import nudge_on_commit
from tracker.notifications.invitations import SALT

LASTS = timedelta(days=14)
MOST_A_DAY = 30  # letters of one account: enough for a family and a clinic's week, too few for a nuisance


@dataclass(frozen=True)
class Invited:
    """What the page behind a letter's link may say: the address it went to, whose letter it is, and for what.

    `waits`: nobody has followed it so far, so it may open the way to an account.
    """

    email: str
    by: str
    role: str
    waits: bool


def write_to(*, user: User, member: Membership | None = None, **of_handover: Any) -> Invitation:
    """A letter that waits to be sent, in the caller's transaction. Raises Wrong where this account wrote too many.

    It goes to every address alike, so that nobody learns who has an account.
    """
    now = timezone.now()
    if Invitation.objects.filter(made_by=user, created_at__gt=now - timedelta(days=1)).count() >= MOST_A_DAY:
        raise Wrong(_("You have sent many invitations today. Please go on tomorrow."), "email")
    if member is None:
        row = Invitation(role=Membership.OWNER, **of_handover)
    else:
        row = Invitation(person=member.person, membership=member, email=member.email, role=member.role)
    row.made_by, row.letter_at = user, now
    ends = now + LASTS
    row.expires_at = min(ends, member.until) if member is not None and member.until else ends
    row.save(force_insert=True)
    nudge_on_commit()
    return row


def settle(rows: QuerySet[Invitation], *, at: datetime) -> int:
    """These are answered or taken back: nothing more is sent, and their addresses are forgotten. How many."""
    return rows.filter(settled_at__isnull=True).update(settled_at=at, email="")


def opened(token: str) -> Invited | None:
    """What the link of a letter invites to; None for one that is not ours, too old, answered or taken back."""
    try:
        pk = signing.loads(token, salt=SALT, max_age=LASTS)
    except signing.BadSignature:
        return None
    row = Invitation.objects.standing().filter(pk=pk).select_related("made_by", "membership").first()
    if row is None:
        return None
    waits = row.membership is None or row.membership.user_id is None
    return Invited(row.email, row.made_by.email, row.role, waits)


def forget_old(at: datetime) -> int:
    """Throw away what has been answered or is past its end, and its letter in the folder, while we can tell it; how many."""
    old = Q(settled_at__lt=at - LASTS) | Q(expires_at__lt=at - LASTS)
    gone = set(Invitation.objects.filter(old).values_list("pk", flat=True))
    mailbox.forget_kept((), gone)
    return Invitation.objects.filter(pk__in=gone).delete()[0]
