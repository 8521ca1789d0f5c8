"""What hangs on a lump beside its entries: one question, so that nobody need ask for what is not there."""

from typing import NamedTuple, cast
from uuid import UUID

from django.db.models import Exists, OuterRef, Subquery

from tracker.models.alerts import Alert
from tracker.models.lumps import CareEvent, Lump
from tracker.models.measuring import MeasuringTrial
from tracker.models.people import Membership
from tracker.models.plans import Plan
from tracker.models.prepared import Prepared
from tracker.models.reminders import Reminder


class Beside(NamedTuple):
    """Is there one at all? Most lumps have none of these."""

    events: bool
    trials: bool  # of its person's own measuring
    plan: bool  # that the person confirmed
    alerts: bool  # that are not closed
    reminders: bool
    region: str | None  # the wording pack that the diary's owner picked, "" for none; None: nobody owns it


def beside(lump: UUID) -> Beside:
    """What hangs on this lump now. Whoever goes by it to write holds its person already. Raises Lump.DoesNotExist."""
    found = _BESIDE.first(lump=lump)
    if found is None:
        raise Lump.DoesNotExist(f"lump {lump}")
    return cast("Beside", found)


_OF_IT, _OF_ITS_PERSON = {"lump": OuterRef("pk")}, {"person": OuterRef("person")}
_BESIDE = Prepared(
    lambda lump: Lump.objects.filter(pk=lump).values_list(
        Exists(CareEvent.objects.kept().filter(**_OF_IT)),
        Exists(MeasuringTrial.objects.filter(**_OF_ITS_PERSON)),
        Exists(Plan.objects.filter(state=Plan.CONFIRMED, **_OF_IT)),
        Exists(Alert.objects.filter(**_OF_IT).not_closed()),
        Exists(Reminder.objects.filter(**_OF_IT)),
        Subquery(
            Membership.objects.filter(
                role=Membership.OWNER, ended_at__isnull=True, user__isnull=False, **_OF_ITS_PERSON
            ).values("user__region")[:1]
        ),
    ),
    told=Beside._make,
    lump=UUID,
)
