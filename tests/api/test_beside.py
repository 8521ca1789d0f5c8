"""One question says what hangs on a lump beside its entries; nobody asks for what it says is not there."""

from datetime import UTC, datetime

import pytest

from tests.cast import Cast, make_entry, make_event, make_lump, new_id
from tracker.actions.assessing import Advice, advice_at
from tracker.models import Alert, Lump, MeasuringTrial, Membership, Plan, Reminder
from tracker.models.beside import Beside, beside

pytestmark = pytest.mark.django_db
BARE = Beside(events=False, trials=False, plan=False, alerts=False, reminders=False, region="")


def test_each_kind_is_told_of_its_own_lump_alone(cast: Cast) -> None:
    now = datetime.now(UTC)
    lump, other = make_lump(cast.person, "one"), make_lump(cast.person, "other")
    assert beside(lump.pk) == BARE
    event = make_event(lump)
    plan = Plan.objects.create(lump=lump, by="Dr Lee", written_at=now, words="w", state=Plan.CONFIRMED)
    alert = Alert.objects.create(
        lump=lump, rule="node", version="1", urgency="routine", words="w", because="b", source="s", opened_at=now
    )
    Reminder.objects.create(lump=lump, at="08:30", every=2, starts_on=now.date())
    assert beside(lump.pk) == Beside(True, False, True, True, True, "")
    assert beside(other.pk) == BARE
    event.deleted_at, plan.state, alert.state = now, Plan.ENDED, Alert.CLOSED
    for row in (event, plan, alert):
        row.save()
    assert beside(lump.pk) == BARE._replace(reminders=True)


def test_what_is_its_persons_is_told_of_each_of_their_lumps(cast: Cast) -> None:
    MeasuringTrial.objects.create(person=cast.person, method="ruler", by="self", readings=[20.0, 21.0, 20.5])
    cast.alice.user.region = "us"
    cast.alice.user.save()
    assert beside(cast.lump.pk) == BARE._replace(events=True, trials=True, region="us")
    assert beside(cast.bobs_lump.pk) == BARE._replace(events=True)
    Membership.objects.filter(person=cast.person, role=Membership.OWNER).update(ended_at=datetime.now(UTC))
    assert beside(cast.lump.pk).region is None


def test_a_lump_that_is_not_there_is_said_so() -> None:
    with pytest.raises(Lump.DoesNotExist):
        beside(new_id())


def test_an_entry_erased_while_it_is_read_is_not_there(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = make_entry(cast.lump)

    def erased_first(*, lump: Lump, at: datetime) -> Advice:
        Lump.objects.filter(pk=lump.pk).delete()
        return advice_at(lump=lump, at=at)

    assert cast.alice.token.read(f"/api/entries/{entry.pk}/").status_code == 200
    monkeypatch.setattr("api.views.entries.advice_at", erased_first)
    assert cast.alice.token.read(f"/api/entries/{entry.pk}/").status_code == 404
