"""Erasing: a week to think again, then everything is gone, and stays gone when an older backup is restored.

What is left afterwards is ids: in the audit, and in the list of erasures, a file beside the database. A backup from before an
erasure still holds what was erased, so whoever restores one calls `repeat_erasures`.
"""

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tracker.actions import audit
from tracker.actions.keeping import RESTORE_DAYS
from tracker.models import Delivery, Invitation, Membership, Person, Photo, User
from tracker.models.photos import FILES
from tracker.notifications import mailbox
from tracker.notifications.outbox import post
from tracker.pictures import vault

DAYS = 7
ACCOUNT, PERSON = "account", "person"
CHUNK = 200


@dataclass(frozen=True)
class Erasure:
    """One line of the list: what was erased, and when."""

    at: datetime
    kind: str
    pk: UUID


@dataclass(frozen=True)
class Repeated:
    """What was erased again; ``ownerless``: ids of diaries that stay, though whoever owned them in the backup is gone."""

    count: int
    ownerless: tuple[UUID, ...]


def ask_to_erase(*, user: User, at: datetime) -> datetime:
    """Erase this account and every diary of its own in seven days; the time it will be. Asked again: the first time stays."""
    with transaction.atomic():
        row = User.objects.select_for_update().get(pk=user.pk)
        if row.erase_after is None:
            row.erase_after = at + timedelta(days=DAYS)
            row.save(update_fields=["erase_after"])
            audit.note("account.erasing", actor=row, what=row.pk)
            _tell(row, at)
        user.erase_after = row.erase_after
    return row.erase_after


def keep_account(*, user: User) -> bool:
    """Take it back; False where nothing was asked, and once the week is over, for then it may have begun."""
    with transaction.atomic():
        kept = User.objects.filter(pk=user.pk, erase_after__gt=timezone.now()).update(erase_after=None)
        if kept:
            audit.note("account.kept", actor=user, what=user.pk)
            user.erase_after = None
    return bool(kept)


def _tell(user: User, at: datetime) -> None:
    day = (at + timedelta(days=DAYS)).strftime("%-d %B %Y")
    body = _(
        "You asked for your account to be erased. On %(day)s everything in it goes for good: all entries, photos, links "
        "and messages.\n\nIf you want to keep it, log in before that day and choose “Keep my account”.\n\nIf you did not "
        "ask for this, log in now, keep your account and change your password."
    ) % {"day": day}
    post(
        user=user, kind="account", cause=f"erase:{at.isoformat()}", subject=_("Your account will be erased"), body=body,
        link="/account/erase/", at=at,
    )  # fmt: skip


def due_accounts(*, at: datetime, limit: int) -> list[UUID]:
    """Ids of accounts whose week is over."""
    due = User.objects.filter(erase_after__lte=at).order_by("erase_after")
    return list(due.values_list("pk", flat=True)[:limit])


def due_people(*, at: datetime, limit: int) -> list[UUID]:
    """Ids of people whose diary was deleted so long ago that it cannot be brought back."""
    due = Person.objects.filter(deleted_at__lt=at - timedelta(days=RESTORE_DAYS)).order_by("deleted_at")
    return list(due.values_list("pk", flat=True)[:limit])


def erase_account(*, pk: UUID) -> None:
    """Erase an account, the diaries of its own, and all that was kept about its addresses. Entries it wrote in the diaries
    of others stay theirs, without its name. Nothing happens where there is no such account, or its week is not over.

    From the moment it is due nobody can keep it, or hand a diary on to it or from it (`handing_over.accept`).
    """
    with transaction.atomic():  # the lock waits for whoever keeps it, or accepts a diary, at this moment
        user = User.objects.select_for_update().filter(pk=pk, erase_after__lte=timezone.now()).first()
    if user is None:
        return
    _erase_own_people(user)
    _write_down(ACCOUNT, pk)
    addresses = _forget_mail(user)
    while not _drop_account(user, addresses, alone=False):
        _erase_own_people(user)
    _leave_no_trace()


def erase_person(*, pk: UUID, owner: User | None = None) -> None:
    """Erase a diary: its files first, for a file whose row is gone would be taken for somebody else's.

    `owner`: only if it is still this account's own.
    """
    with transaction.atomic():
        Person.hold(pk)
        if not Person.objects.filter(pk=pk).exists() or (owner is not None and pk not in _own_people(owner)):
            return
        _write_down(PERSON, pk)
    for photo in Photo.objects.filter(entry__lump__person=pk).iterator(chunk_size=CHUNK):
        vault.forget(*(getattr(photo, column) for column in FILES))
    mailbox.forget_kept((), _deliveries(notice__person=pk) | _letters(person=pk))
    with transaction.atomic():
        Person.hold(pk)
        for photo in Photo.objects.filter(entry__lump__person=pk).iterator(chunk_size=CHUNK):
            vault.forget(*(getattr(photo, column) for column in FILES))  # one that arrived meanwhile
        Person.objects.filter(pk=pk).delete()
        audit.note("person.erased", person=pk, what=pk)
    _leave_no_trace()


def repeat_erasures(erasures: Iterable[Erasure] | None = None) -> Repeated:
    """After a backup was restored: erase again what had been erased.

    `erasures`: by default those of the list in VAR_DIR, which a restore must leave where it is. What was made anew since
    (somebody imported their own export again) is younger than its erasure and stays. So does a diary that is not in the
    list, though its owner is: it had been handed on between the backup and the erasure, and is somebody else's own.
    """
    count, ownerless = 0, list[UUID]()
    listed = list(read_erasures() if erasures is None else erasures)
    for each in listed:
        if each.kind == PERSON and Person.objects.filter(pk=each.pk, created_at__lt=each.at).exists():
            erase_person(pk=each.pk)
            count += 1
    for each in listed:
        user = User.objects.filter(pk=each.pk, date_joined__lt=each.at).first() if each.kind == ACCOUNT else None
        if user is not None:
            ownerless += _own_people(user)
            _write_down(ACCOUNT, user.pk)
            _drop_account(user, _forget_mail(user), alone=True)
            _leave_no_trace()
            count += 1
    return Repeated(count, tuple(ownerless))


def read_erasures(path: Path | None = None) -> Iterator[Erasure]:
    """The list, oldest first; nothing where nobody was erased yet."""
    path = path or erasures_path()
    if not path.exists():
        return
    for line in path.read_text(encoding="ascii").splitlines():
        at, kind, pk = line.split()
        yield Erasure(datetime.fromisoformat(at), kind, UUID(pk))


def erasures_path() -> Path:
    """Where the list lies: beside the database, not in it, so that an older database does not bring an older list."""
    return Path(settings.VAR_DIR) / "erasures"


def _write_down(kind: str, pk: UUID) -> None:
    """On the disk before anything goes: an erasure that was cut off is repeated whole."""
    with os.fdopen(os.open(erasures_path(), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "w") as file:
        file.write(f"{timezone.now().astimezone(UTC).isoformat()} {kind} {pk}\n")
        file.flush()
        os.fsync(file.fileno())


def _own_people(user: User) -> list[UUID]:
    """Those whose diary this account owns now, also deleted ones."""
    own = Membership.objects.filter(user=user, role=Membership.OWNER, ended_at__isnull=True)
    return list(own.values_list("person_id", flat=True))


def _erase_own_people(user: User) -> None:
    for person in _own_people(user):
        erase_person(pk=person, owner=user)


def _drop_account(user: User, addresses: set[str], *, alone: bool) -> bool:
    """The account's rows go. False, and nothing went, where it has got another diary meanwhile, unless `alone`."""
    pk = user.pk
    with transaction.atomic():
        User.objects.select_for_update().filter(pk=pk).first()  # until the end nobody can give it anything
        if not alone and _own_people(user):
            return False
        for address in addresses:
            Membership.objects.filter(user__isnull=True, email__iexact=address).delete()
            Invitation.objects.filter(email__iexact=address).delete()
        _end_sessions({str(pk), pk.hex, *addresses})
        User.objects.filter(pk=pk).delete()
        audit.note("account.erased", what=pk)
    return True


def _forget_mail(user: User) -> set[str]:
    """Mail in the folder to this account, about it, and its letters of invitation to others. Its addresses."""
    addresses = {user.email, *EmailAddress.objects.filter(user=user).values_list("email", flat=True)}
    mailbox.forget_kept(addresses, _deliveries(notice__user=user) | _letters(made_by=user))
    return addresses


def _deliveries(**of: object) -> set[UUID]:
    return set(Delivery.objects.filter(channel="email", **of).values_list("pk", flat=True))


def _letters(**of: object) -> set[UUID]:
    return set(Invitation.objects.filter(**of).values_list("pk", flat=True))


def _end_sessions(marks: set[str]) -> None:
    """Of this account, and those begun by somebody who was about to log in to it.

    A mark counts as a whole word, also in a sentence somebody is to be shown: joann@example.org is not ann@example.org.
    """
    either = "|".join(re.escape(mark) for mark in marks)
    whole = re.compile(rf"(?<![\w.!#$%&'*+/=?^`{{|}}~-])(?:{either})(?![\w-]|\.\w)", re.IGNORECASE)
    for session in Session.objects.iterator(chunk_size=CHUNK):
        if any(whole.search(text) for text in _texts(session.get_decoded())):
            session.delete()


def _texts(held: object) -> Iterator[str]:
    """Every text in what a session holds, however deep."""
    if isinstance(held, str):
        yield held
    elif isinstance(held, dict | list):
        for each in held.values() if isinstance(held, dict) else held:
            yield from _texts(each)


def _leave_no_trace() -> None:
    """SQLite writes zeros over what is deleted (secure_delete), and what its journal still holds goes here."""
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
