"""A diary becomes somebody else's own: a child's, once they are old enough. Offered by letter, done by a yes."""

from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from tracker.actions import audit, ladder
from tracker.actions.errors import NotThere, Wrong
from tracker.actions.inviting import settle, write_to
from tracker.actions.people import owned_person
from tracker.models import Invitation, LadderStep, Membership, Person, SealedFile, ShareLink, User
from tracker.models.base import uuid7


def offer(*, user: User, person_id: UUID, email: str, stay: str = "") -> Invitation:
    """Offer a diary of one's own to whoever has the address `email`; another offer takes the place of the last.

    `stay`: what one becomes when it is accepted, "carer" or "viewer" (without photos: the new owner decides about
    those); empty: one leaves. Nothing changes until then. Raises NotThere, MayOnlyLook, Wrong.
    """
    email = email.strip().lower()
    with transaction.atomic():
        Person.hold(person_id)
        person = owned_person(user=user, pk=person_id)
        if email == user.email.lower():
            raise Wrong(_("This is your own diary already."), "email")
        settle(_offers(person_id), at=timezone.now())
        row = write_to(user=user, person=person, email=email, stay=stay)
        audit.note("diary.offered", actor=user, person=person_id, what=row.pk)
    return row


def seen_by(user: User) -> "QuerySet[Invitation]":
    """The offers that stand: made to `user`, and those `user` made for a diary that is still their own."""
    own = Membership.objects.live().for_user(user).filter(role=Membership.OWNER).values("person_id")
    mine = Invitation.objects.standing().filter(role=Membership.OWNER, made_by=user, person__in=own)
    return (Invitation.objects.handovers_for(user) | mine).select_related("person", "made_by")


def accept(*, user: User, pk: UUID) -> Person:
    """The diary is `user`'s own from now on. Raises NotThere for an offer that is not theirs or no longer stands, and
    where one of the two accounts is being erased.

    The former owner stays as offered, or is out at once. Links for doctors end, tokens of calendars and phones stay
    with their accounts; who is told when nobody answers goes back to the usual, and alerts that stand look for their
    readers anew. Who was invited by the former owner and has not come is invited no longer.
    """
    with transaction.atomic():
        row = _offered_to(user, pk)
        Person.hold(row.person_id)
        row = _offered_to(user, pk)  # as it is now that nobody else can change it
        _hold_both(user, row)
        now = timezone.now()
        old = Membership.objects.live(now).filter(person=row.person_id, role=Membership.OWNER).first()
        if old is None or old.user_id != row.made_by_id:
            raise NotThere
        if not settle(Invitation.objects.filter(pk=row.pk), at=now):
            raise NotThere
        _step_back(old, stay=row.stay)
        _step_in(user, row.person)
        _end_links(row.person_id)
        _end_invitations(row.person_id)
        LadderStep.objects.filter(person=row.person_id).delete()
        ladder.start_over(row.person_id, at=now)
        row.person.change = Person.next_change(row.person_id)  # phones hear of it with the person
        row.person.save(update_fields=["change"])
        audit.note("diary.handed_over", actor=user, person=row.person_id, what=row.pk)
    return row.person


def withdraw(*, user: User, pk: UUID) -> None:
    """Whoever offered takes it back, whoever was offered says no. Raises NotThere."""
    with transaction.atomic():
        row = seen_by(user).filter(pk=pk).first()
        if row is None:
            raise NotThere
        Person.hold(row.person_id)
        if not settle(Invitation.objects.filter(pk=pk), at=timezone.now()):
            raise NotThere  # it was answered a moment ago
        audit.note("diary.kept", actor=user, person=row.person_id, what=pk)


def _offers(person_id: UUID) -> "QuerySet[Invitation]":
    return Invitation.objects.filter(person=person_id, role=Membership.OWNER)


def _offered_to(user: User, pk: UUID) -> Invitation:
    row = Invitation.objects.handovers_for(user).filter(pk=pk).select_related("person").first()
    if row is None:
        raise NotThere
    return row


def _hold_both(user: User, row: Invitation) -> None:
    """Until the transaction ends neither account's erasing begins. Raises NotThere where one's has, or may have."""
    both = User.objects.select_for_update(no_key=True).filter(pk__in=(user.pk, row.made_by_id)).order_by("pk")
    due = [each.erase_after for each in both if each.erase_after is not None]
    if any(at <= timezone.now() for at in due):
        raise NotThere


def _step_back(old: Membership, *, stay: str) -> None:
    """The former owner helps, looks or leaves; photos only when the new owner allows them again."""
    if stay:
        old.role, old.photos, old.told, old.agreed_at = stay, False, stay == Membership.CARER, None
        old.email = old.email or (old.user.email if old.user else "")
    else:
        old.ended_at = timezone.now()
    old.save(update_fields=["role", "photos", "told", "agreed_at", "email", "ended_at"])


def _step_in(user: User, person: Person) -> None:
    own = Membership.objects.filter(person=person, user=user, ended_at__isnull=True).first()
    own = own or Membership(pk=uuid7(), person=person, user=user)
    own.role, own.photos, own.told, own.until = Membership.OWNER, True, True, None
    own.save()


def _end_links(person_id: UUID) -> None:
    """Links the former owner handed out; the new one makes their own."""
    links = ShareLink.objects.filter(person=person_id, revoked_at__isnull=True)
    SealedFile.objects.filter(link__in=links).delete()
    links.update(revoked_at=timezone.now())


def _end_invitations(person_id: UUID) -> None:
    """Those nobody has taken up; whom to let in is for the new owner to say."""
    waiting = Membership.objects.filter(person=person_id, user__isnull=True, ended_at__isnull=True)
    settle(Invitation.objects.filter(membership__in=waiting), at=timezone.now())
    waiting.update(ended_at=timezone.now())
