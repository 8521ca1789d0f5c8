"""Accounts, people, and who may see whom."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from tracker.actions import audit
from tracker.actions.errors import MayOnlyLook, NotThere, Wrong
from tracker.actions.inviting import settle, write_to
from tracker.actions.keeping import Kept, both_kept, delete, find_to_write, keep, restore
from tracker.actions.reminders import recompute_reminders
from tracker.diary.rows import person_columns
from tracker.models import AccessToken, Membership, Person, User, token_hash
from tracker.models.base import uuid7


def create_user(*, email: str, password: str) -> User:
    """An account whose address counts as verified (an operator made it), with a diary of its own.

    Raises Wrong for a bad address, a weak password or an address already taken.
    """
    from allauth.account.models import EmailAddress
    from django.contrib.auth.password_validation import validate_password
    from django.core.exceptions import ValidationError
    from django.core.validators import validate_email

    email = email.strip().lower()
    try:
        validate_email(email)
        validate_password(password, User(email=email))
    except ValidationError as error:
        raise Wrong(" ".join(error.messages)) from None
    with transaction.atomic():
        if User.objects.filter(email__iexact=email).exists():
            raise Wrong(_("There is an account with this address already."))
        user = User.objects.create_user(email, password)
        EmailAddress.objects.create(user=user, email=email, primary=True, verified=True)
        start_own_diary(user=user)
        claim_invitations(user=user, email=email)
    return user


def create_token(*, user: User, name: str = "", scope: str = AccessToken.WRITE) -> tuple[AccessToken, str]:
    """A token for another program: the row and the secret, which cannot be read again."""
    secret = AccessToken.new_secret()
    with transaction.atomic():
        row = AccessToken.objects.create(user=user, name=name[:100], scope=scope, hash=token_hash(secret))
        audit.note("token.made", actor=user, what=row.pk)
    return row, secret


def start_own_diary(*, user: User) -> Person:
    """The person that the account itself is; made once."""
    with transaction.atomic():
        own = Membership.objects.filter(user=user, role=Membership.OWNER).order_by("created_at").first()
        if own is not None:
            return own.person
        person = Person.objects.create(name=_("Me"))
        person.change = Person.next_change(person.pk)
        person.save(update_fields=["change"])
        Membership.objects.create(person=person, user=user, role=Membership.OWNER, photos=True)
    return person


def claim_invitations(*, user: User, email: str) -> int:
    """Attach invitations sent to `email`, an address `user` has proved; a second one to the same diary ends. How many."""
    waiting = Membership.objects.filter(user__isnull=True, email__iexact=email, ended_at__isnull=True)
    taken = 0
    with transaction.atomic():
        for row in waiting:
            if not Membership.objects.filter(person=row.person_id, user=user, ended_at__isnull=True).exists():
                row.user = user
                row.save(update_fields=["user"])
                taken += 1
            else:
                row.ended_at = timezone.now()
                row.save(update_fields=["ended_at"])
    return taken


def save_person(*, user: User, pk: UUID, body: dict[str, Any], base_revision: int | None = None) -> Kept:
    """PUT of a person: whoever makes one becomes its owner."""
    fields = person_columns(body)
    with both_kept(user=user, pk=pk, body=body), transaction.atomic():
        row = Person.objects.filter(pk=pk).first()
        if row is None:
            row = Person.objects.create(pk=pk, **fields)
            row.change = Person.next_change(pk)
            row.save(update_fields=["change"])
            Membership.objects.create(person=row, user=user, role=Membership.OWNER, photos=True)
            return Kept(row, created=True, changed=True)
        find_to_write(Person, pk, user)
        kept = keep(model=Person, pk=pk, user=user, person_id=pk, fields=fields, base_revision=base_revision)
        if kept.row.timezone != row.timezone:
            recompute_reminders(person_id=pk)
        return kept


def delete_person(*, user: User, pk: UUID) -> None:
    """A tombstone, undoable for 30 days; only the owner may."""
    with transaction.atomic():
        row = owned_person(user=user, pk=pk)
        delete(row=row)
        audit.note("person.deleted", actor=user, person=pk, what=pk)


def restore_person(*, user: User, pk: UUID) -> Person:
    with transaction.atomic():
        row = owned_person(user=user, pk=pk)
        restore(row=row)
        audit.note("person.restored", actor=user, person=pk, what=pk)
    return row


def owned_person(*, user: User, pk: UUID) -> Person:
    """The person `pk` if the diary is `user`'s own. Raises NotThere for a stranger, MayOnlyLook for others."""
    member = Membership.objects.live().for_user(user).filter(person=pk).select_related("person").first()
    if member is None:
        raise NotThere
    if member.role != Membership.OWNER:
        raise MayOnlyLook(_("Only the owner of this diary can do this."))
    return member.person


def invite_member(
    *,
    user: User,
    person_id: UUID,
    email: str,
    role: str,
    photos: bool = False,
    told: bool | None = None,
    until: datetime | None = None,
    letter: bool = True,
) -> Membership:
    """Let somebody help (carer) or look (viewer). An address without an account gets an invitation that waits.

    The answer and the letter are the same either way, so that nobody learns who has an account. `told`: may the diary
    send them messages; None: a carer yes, a viewer no, and viewers never hear of alerts. A second time for the same
    address changes the scope; a letter goes again only while nobody has answered the first one.
    """
    email = email.strip().lower()
    if until is not None and until <= timezone.now():
        raise Wrong(_("The end must lie in the future."), "until")
    with transaction.atomic():
        Person.hold(person_id)  # two calls for one address make one row
        person = owned_person(user=user, pk=person_id)
        if email == user.email.lower():
            raise Wrong(_("This is your own diary already."), "email")
        account = User.objects.filter(
            emailaddress__email__iexact=email, emailaddress__verified=True, is_active=True
        ).first()
        known = Q(email=email) if account is None else Q(email=email) | Q(user=account)
        found = Membership.objects.filter(known, person=person, ended_at__isnull=True).first()
        new = found is None
        if found is None:
            found = Membership(pk=uuid7(), person=person, user=account, email=email)
        if found.role == Membership.OWNER:
            raise Wrong(_("This is your own diary already."), "email")
        found.role, found.photos, found.until = role, photos, until
        found.told = role == Membership.CARER if told is None else told
        found.save()
        if letter and (new or found.user_id is None):
            settle(found.invitations.all(), at=timezone.now())
            write_to(user=user, member=found)
        audit.note("member.invited", actor=user, person=person.pk, what=found.pk)
    return found


def end_membership(*, user: User, person_id: UUID, pk: UUID) -> None:
    """Revoke at once: the owner anybody's but their own, everybody else their own."""
    with transaction.atomic():
        row = Membership.objects.filter(pk=pk, person=person_id, ended_at__isnull=True).first()
        mine = Membership.objects.live().for_user(user).filter(person=person_id).first()
        if row is None or mine is None:
            raise NotThere
        if row.role == Membership.OWNER:
            raise MayOnlyLook(_("A diary needs its owner; delete the diary instead."))
        if mine.role != Membership.OWNER and row.user_id != user.pk:
            raise MayOnlyLook(_("Only the owner of this diary can do this."))
        row.ended_at = timezone.now()
        row.save(update_fields=["ended_at"])
        waiting = Membership.objects.filter(person=person_id, user__isnull=True, ended_at__isnull=True)
        waiting.filter(email__iexact=row.email).update(ended_at=row.ended_at)  # else it would open the way again
        audit.note("member.ended", actor=user, person=person_id, what=pk)
