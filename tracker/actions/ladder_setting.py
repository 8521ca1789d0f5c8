"""Setting a ladder: the owner says who comes when, each carer agrees for themself."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tracker.actions import audit, ladder
from tracker.actions.errors import MayOnlyLook, NotThere, Wrong
from tracker.actions.ladder import Step, able_members, name_of, steps_of
from tracker.actions.people import owned_person
from tracker.models import LadderStep, Membership, Person, User
from tracker.notifications import messages
from tracker.notifications.outbox import post

Rung = tuple[UUID, int | None, int | None]  # membership; minutes to a same-day alert, to an emergency


def ladder_seen_by(user: User, *, person_id: UUID) -> tuple[list[Step], bool]:
    """The rungs this member may see, and whether they are the usual ones: the owner all, others the owner's and their
    own. Raises NotThere."""
    member = _member(user, person_id)
    steps = steps_of(person_id, at=timezone.now())
    if member.role != Membership.OWNER:
        steps = [step for step in steps if step.member.role == Membership.OWNER or step.member.pk == member.pk]
    return steps, not LadderStep.objects.filter(person=person_id).exists()


def set_ladder(*, user: User, person_id: UUID, rungs: Sequence[Rung] | None) -> None:
    """Only the owner; None: back to the usual ladder. Carers named for the first time are asked whether they agree.

    Raises NotThere, MayOnlyLook, Wrong (a viewer, who may not be told).
    """
    now = timezone.now()
    with transaction.atomic():
        Person.hold(person_id)  # two at once: the second waits, and replaces what the first has set
        person = owned_person(user=user, pk=person_id)
        LadderStep.objects.filter(person=person).delete()
        members = {row.pk: row for row in able_members(person.pk, at=now)}
        for position, (member_id, same_day, emergency) in enumerate(rungs or ()):
            if member_id not in members:
                _refuse(person, member_id)
            LadderStep.objects.create(
                person=person, member_id=member_id, position=position, same_day_minutes=same_day,
                emergency_minutes=emergency,
            )  # fmt: skip
        for member_id in dict.fromkeys(rung[0] for rung in rungs or ()):
            _ask(person, members[member_id])
        audit.note("ladder.changed", actor=user, person=person.pk, what=person.pk)
        ladder.start_over(person.pk, at=now)


def agree(*, user: User, person_id: UUID, agreed: bool) -> None:
    """A carer says whether they may be told when nobody answers. The owner is told anyway, so nothing changes.

    Raises NotThere, MayOnlyLook (a viewer).
    """
    with transaction.atomic():
        member = _member(user, person_id)
        if member.role == Membership.VIEWER:
            raise MayOnlyLook
        if member.role == Membership.OWNER or (member.agreed_at is not None) == agreed:
            return
        member.agreed_at = timezone.now() if agreed else None
        member.save(update_fields=["agreed_at"])
        audit.note("ladder.agreed" if agreed else "ladder.declined", actor=user, person=person_id, what=member.pk)
        ladder.start_over(person_id, at=timezone.now())


def in_words(steps: Sequence[Step], user: User) -> list[str]:
    """What happens to an alert that should not wait, in sentences for `user`."""
    said = [_("What should not wait is told at once to the owner of the diary, at any hour.")]
    if not steps:
        said.append(_("If nobody answers, nobody is told again."))
    for step in steps:
        times = [
            text % {"time": _span(minutes)}
            for minutes, text in ((step.same_day, _("%(time)s")), (step.emergency, _("%(time)s in an emergency")))
            if minutes is not None
        ]
        if times:
            said.append(_sentence(step, user) % {"who": _who(step, user), "when": ", ".join(times)})
    said.append(_("It ends as soon as somebody answers, or when a new entry shows that it is over."))
    said.append(
        _("If a message does not get through in 10 minutes, we try every other way we have, even one you switched off.")
    )
    return said


def _sentence(step: Step, user: User) -> str:
    if step.member.user_id == user.pk:
        if step.agreed:
            return _("If nobody answers, you are told %(when)s.")
        return _("If nobody answers, you would be told %(when)s. You did not say yes yet.")
    if step.agreed:
        return _("If nobody answers, %(who)s is told %(when)s.")
    return _("If nobody answers, %(who)s would be told %(when)s, but did not say yes yet.")


def _who(step: Step, user: User) -> str:
    return step.member.email or (step.member.user.email if step.member.user else "")


def _span(minutes: int) -> str:
    if minutes == 0:
        return _("at once")
    if minutes % 60:
        return ngettext("after %(count)d minute", "after %(count)d minutes", minutes) % {"count": minutes}
    return ngettext("after %(count)d hour", "after %(count)d hours", minutes // 60) % {"count": minutes // 60}


def _member(user: User, person_id: UUID) -> Membership:
    members = Membership.objects.live().for_user(user).filter(person=person_id, person__deleted_at__isnull=True)
    found = members.first()
    if found is None:
        raise NotThere
    return found


def _refuse(person: Person, member_id: UUID) -> None:
    if Membership.objects.filter(pk=member_id, person=person, ended_at__isnull=True).exists():
        raise Wrong(_("Only those who help with a diary can be told. Make them a carer first."), "steps")
    raise NotThere("steps")


def _ask(person: Person, member: Membership) -> None:
    """Once a carer, however often the ladder is set."""
    account: Any = member.user
    if account is None or member.role == Membership.OWNER or member.agreed_at is not None:
        return
    words = messages.for_ask(name_of(person))
    post(
        user=account, kind=words.kind, cause=f"ladder:{member.pk}", subject=words.subject, body=words.body,
        link=words.link, at=timezone.now(), person=person,
    )  # fmt: skip
