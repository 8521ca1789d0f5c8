"""What a mail program's "unsubscribe" may switch off, and the signed address by which it does so without a log-in.

Reminders and the digest by mail, nothing else: an alert is what the diary is for. The token is bound to its purpose,
the account and the list, holds no secret of the account, and does not end: a mail from last year must still work.
"""

from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, Signer

from tracker.models import User

REMINDERS, DIGEST = "reminders", "digest"  # User.email_reminders, User.email_digest
_LISTS = {"reminder": REMINDERS, "follow_up": REMINDERS, "digest": DIGEST}
_SHORT = {REMINDERS: "r", DIGEST: "d"}


def which(kind: str) -> str:
    """The list that messages of this kind belong to, or "" where there is no unsubscribing."""
    return _LISTS.get(kind, "")


def address(user_id: UUID, kind: str) -> str:
    """The whole address for List-Unsubscribe, or ""."""
    name = which(kind)
    if not name:
        return ""
    return f"{settings.PUBLIC_URL}/unsubscribe/{_signer().sign(_SHORT[name] + user_id.hex)}/"


def read(token: str) -> tuple[User, str] | None:
    """Whose it is and which list; None for a token that is not ours, or of an account that has gone."""
    try:
        clear = _signer().unsign(token)
    except BadSignature:
        return None
    name = next(found for found, short in _SHORT.items() if short == clear[0])
    user = User.objects.filter(pk=UUID(clear[1:]), is_active=True).first()
    return None if user is None else (user, name)


def _signer() -> Signer:
    return Signer(salt="tracker.unsubscribe")
