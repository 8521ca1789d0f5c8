"""Writing the audit, and saying in words what stands in it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tracker.models import AuditLine, Membership, Person

SENTENCES: dict[str, Promise] = {
    "account.login": gettext_lazy("Logged in"),
    "account.password_changed": gettext_lazy("Changed the password"),
    "account.password_set": gettext_lazy("Set a password"),
    "account.password_reset": gettext_lazy("Set a new password after forgetting the old one"),
    "account.email_changed": gettext_lazy("Changed the e-mail address"),
    "account.email_confirmed": gettext_lazy("Confirmed an e-mail address"),
    "account.email_removed": gettext_lazy("Removed an e-mail address"),
    "account.app_added": gettext_lazy("Added an authenticator app"),
    "account.app_removed": gettext_lazy("Removed the authenticator app"),
    "account.passkey_added": gettext_lazy("Added a passkey"),
    "account.passkey_removed": gettext_lazy("Removed a passkey"),
    "account.codes_made": gettext_lazy("Made new recovery codes"),
    "account.connected": gettext_lazy("Connected another server’s account for logging in"),
    "account.disconnected": gettext_lazy("Took another server’s account away from logging in"),
    "account.sessions_ended": gettext_lazy("Logged out elsewhere"),
    "account.changed": gettext_lazy("Changed something about the account"),
    "account.erasing": gettext_lazy("Asked for the account to be erased"),
    "account.kept": gettext_lazy("Kept the account after all"),
    "account.erased": gettext_lazy("An account was erased"),
    "person.erased": gettext_lazy("A diary was erased"),
    "export.made": gettext_lazy("Took an export of everything"),
    "import.made": gettext_lazy("Brought a diary in from a file"),
    "person.changed": gettext_lazy("Changed what is known of the person"),
    "person.deleted": gettext_lazy("Deleted the diary"),
    "person.restored": gettext_lazy("Brought the diary back"),
    "lump.changed": gettext_lazy("Changed a lump"),
    "lump.deleted": gettext_lazy("Deleted a lump"),
    "lump.restored": gettext_lazy("Brought a lump back"),
    "entry.changed": gettext_lazy("Changed an entry"),
    "entry.deleted": gettext_lazy("Deleted an entry"),
    "entry.restored": gettext_lazy("Brought an entry back"),
    "event.changed": gettext_lazy("Changed an event"),
    "event.deleted": gettext_lazy("Deleted an event"),
    "event.restored": gettext_lazy("Brought an event back"),
    "photo.deleted": gettext_lazy("Deleted a photo"),
    "photo.restored": gettext_lazy("Brought a photo back"),
    "member.invited": gettext_lazy("Let somebody help or look"),
    "member.ended": gettext_lazy("Ended somebody’s part in the diary"),
    "seen.entries": gettext_lazy("Looked at entries"),
    "seen.photos": gettext_lazy("Looked at photos"),
    "seen.report": gettext_lazy("Took a report"),
    "diary.offered": gettext_lazy("Offered the diary to somebody"),
    "diary.kept": gettext_lazy("Took that offer back"),
    "diary.handed_over": gettext_lazy("Handed the diary over"),
    "ladder.changed": gettext_lazy("Changed who is told"),
    "ladder.agreed": gettext_lazy("Agreed to be told"),
    "ladder.declined": gettext_lazy("Did not agree to be told"),
    "link.made": gettext_lazy("Made a share link"),
    "link.revoked": gettext_lazy("Ended a share link"),
    "link.opened": gettext_lazy("A share link was opened"),
    "link.locked": gettext_lazy("A share link locked itself after wrong passcodes"),
    "plan.confirmed": gettext_lazy("Took a doctor’s plan"),
    "plan.declined": gettext_lazy("Did not take a doctor’s plan"),
    "plan.ended": gettext_lazy("Ended a doctor’s plan"),
    "token.made": gettext_lazy("Made a token for another program"),
    "token.revoked": gettext_lazy("Ended a token for another program"),
    "calendar.made": gettext_lazy("Made a calendar address"),
    "calendar.ended": gettext_lazy("Ended a calendar address"),
}


def note(deed: str, *, actor: Any = None, person: UUID | None = None, what: UUID | None = None) -> None:
    """Append a line: who (account or None), whose diary, the deed, and the id of what it was done to.

    `deed` is "thing.done" ("link.made"), and has its words in SENTENCES.
    """
    who = getattr(actor, "pk", None)
    AuditLine.objects.bulk_create([AuditLine(actor=who, person=person, deed=deed, what=what)])


def in_words(rows: Sequence[AuditLine], *, user: Any) -> list[dict[str, Any]]:
    """These lines for `user`: who did it ("" for a link's viewer or the clock), what in a sentence, in whose diary.

    Names and addresses are looked up as they are now; the audit itself holds ids alone.
    """
    names = dict(Person.objects.visible_to(user).values_list("pk", "name"))
    people = {row.actor for row in rows if row.actor and row.actor != user.pk}
    known = Membership.objects.filter(person__in=list(names), user__in=people).select_related("user")
    addresses = {row.user_id: row.user.email for row in known if row.user is not None}
    return [
        {
            "id": row.pk, "at": row.at, "deed": row.deed, "words": sentence(row.deed), "what": row.what,
            "by": _("You") if row.actor == user.pk else addresses.get(row.actor, _("Somebody")) if row.actor else "",
            "person": row.person, "person_name": names.get(row.person) if row.person else None,
        }
        for row in rows
    ]  # fmt: skip


def sentence(deed: str) -> str:
    """What a deed is called; the deed itself where it has no words (an older version's)."""
    return str(SENTENCES.get(deed, deed))
