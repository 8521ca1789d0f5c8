"""Letters that invite somebody into a diary: the row is the queue, and what the letter's link opens."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from tracker.models.base import one_of, uuid7
from tracker.models.people import Membership, Person


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Invitations that still stand, and letters that are due."""

    def standing(self, at: datetime | None = None) -> "InvitationQuerySet":
        """Neither settled nor past their end; of a part in a diary, only while that part was not ended."""
        at = at or timezone.now()
        part = Q(membership__isnull=True) | Q(membership__in=Membership.objects.filter(ended_at__isnull=True))
        found = self.filter(part, settled_at__isnull=True, expires_at__gt=at)
        return found.filter(person__deleted_at__isnull=True, person__erase_after__isnull=True)

    def due(self, at: datetime) -> "InvitationQuerySet":
        """Their letter waits, and its time has come."""
        return self.standing(at).filter(letter=Invitation.WAITING, letter_at__lte=at)

    def handovers_for(self, user: Any) -> "InvitationQuerySet":
        """Diaries offered to `user`, at an address they proved, to be their own."""
        from allauth.account.models import EmailAddress

        proved = EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True)
        return self.standing().filter(role=Membership.OWNER, email__in=[email.lower() for email in proved])


class Invitation(models.Model):
    """A letter to an address: "you may help with a diary", or (role owner) "a diary is to be your own".

    Erasing the account that was invited takes its membership, and this row with it; of a hand-over the address is
    forgotten as soon as that is answered.
    """

    WAITING, SENT, FAILED = "waiting", "sent", "failed"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="invitations")
    membership = models.ForeignKey(
        Membership, on_delete=models.CASCADE, null=True, blank=True, related_name="invitations"
    )  # None: a hand-over, which makes its membership when it is accepted
    email = models.EmailField(blank=True)
    role = models.CharField(max_length=6)
    stay = models.CharField(max_length=6, blank=True)  # of a hand-over: what the former owner becomes; empty: leaves
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)  # accepted, declined or withdrawn
    letter = models.CharField(max_length=7, default=WAITING)
    letter_at = models.DateTimeField()  # when it is tried next; a try puts it off first, so that nobody else takes it
    letter_tries = models.PositiveSmallIntegerField(default=0)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            one_of("role", ("owner", "carer", "viewer"), "invitation_role", blank=False),
            one_of("stay", ("carer", "viewer"), "invitation_stay"),
            one_of("letter", ("waiting", "sent", "failed"), "invitation_letter", blank=False),
            models.UniqueConstraint(
                fields=["person"], condition=Q(role="owner", settled_at__isnull=True), name="invitation_one_handover"
            ),
        ]
        indexes = [
            models.Index(fields=["letter_at"], condition=Q(letter="waiting"), name="invitation_due"),
            models.Index(fields=["made_by", "created_at"]),
        ]

    def __str__(self) -> str:
        return f"invitation {self.pk}"
