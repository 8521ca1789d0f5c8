"""One address, invited twice in the same moment: whoever is put out stays out."""

import pytest

from tests.cast import Cast, make_member
from tracker.actions.people import claim_invitations, invite_member
from tracker.models import Membership, Person

DORA = "dora@example.org"


def waiting_twice(cast: Cast) -> Membership:
    """As two invitations of the same moment could have left it."""
    one, _other = (Membership.objects.create(person=cast.person, email=DORA, role="carer") for _each in range(2))
    return one


def test_ended_after_it_was_taken_up(cast: Cast) -> None:
    waiting_twice(cast)
    dora = make_member("dora")
    (mine,) = Membership.objects.filter(person=cast.person, email=DORA, ended_at=None)
    assert mine.user == dora.user
    cast.alice.token.remove(f"/api/people/{cast.person.pk}/members/{mine.pk}/")
    assert claim_invitations(user=dora.user, email=DORA) == 0
    assert dora.token.read(f"/api/lumps/{cast.lump.pk}/").status_code == 404


def test_ended_while_it_waits(cast: Cast) -> None:
    cast.alice.token.remove(f"/api/people/{cast.person.pk}/members/{waiting_twice(cast).pk}/")
    assert make_member("dora").token.read(f"/api/lumps/{cast.lump.pk}/").status_code == 404


def test_the_second_of_two_calls_waits_for_the_first(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    held, hold = list[object](), Person.hold

    def holding(person_id: object) -> None:
        """The first call, done while the second one waits for the person's row."""
        held.append(person_id)
        if len(held) == 1:
            invite_member(user=cast.alice.user, person_id=cast.person.pk, email=DORA, role="viewer")
        hold(cast.person.pk)

    monkeypatch.setattr(Person, "hold", holding)
    invite_member(user=cast.alice.user, person_id=cast.person.pk, email=DORA, role="carer")
    assert len(held) == 2
    assert Membership.objects.get(email=DORA).role == "carer"
