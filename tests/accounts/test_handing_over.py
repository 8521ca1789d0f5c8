"""A child's diary becomes the child's own: by offer and acceptance, with all that hangs on whose it is."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from allauth.account.models import EmailAddress
from django.core import mail

from tests.accounts.knocking import link_in
from tests.cast import Cast, JSONClient, make_member, new_id
from tests.gates.world import _photo
from tracker.actions import handing_over, sharing
from tracker.actions.errors import NotThere
from tracker.models import Alert, Invitation, LadderStep, Membership, Notice, Person, Reminder
from tracker.notifications import invitations, outbox
from tracker.tasks import remind


def offer(cast: Cast, email: str = "", **more: Any) -> Any:
    body = {"email": email or cast.bob.user.email, **more}
    return cast.alice.token.post_json(f"/api/people/{cast.person.pk}/handover/", body)


def accept(cast: Cast, pk: str) -> Any:
    return cast.bob.token.post_json(f"/api/handovers/{pk}/accept/")


def role_of(client: JSONClient, cast: Cast) -> str | None:
    rows = client.read("/api/people/").json()["results"]
    return next((row["role"] for row in rows if row["id"] == str(cast.person.pk)), None)


def red_flag(client: JSONClient, cast: Cast) -> None:
    """An entry that should be looked at the same day."""
    body = {"lump": str(cast.lump.pk), "measured_at": datetime.now(UTC).isoformat(), "length_mm": 22, "temperature_c": 39.2,
            "redness": 3, "warmth": True}  # fmt: skip
    answer = client.put_json(f"/api/entries/{new_id()}/", body)
    assert answer.status_code == 201, answer.json()
    assert answer.json()["advice"]["urgency"] in {"same_day", "emergency"}


@pytest.mark.parametrize("stay", ["carer", "viewer", None])
def test_offered_and_accepted(cast: Cast, stay: str | None) -> None:
    photo = _photo(cast)
    made = offer(cast, stay=stay)
    assert made.status_code == 201
    assert role_of(cast.bob.token, cast) is None, "nothing changes until they say yes"
    invitations.send_due()
    assert link_in(next(each for each in mail.outbox if each.to == [cast.bob.user.email]), "invitation")
    told = cast.bob.token.read("/api/handovers/").json()["results"]
    assert [(row["id"], row["yours"], row["by"]) for row in told] == [(made.json()["id"], True, cast.alice.user.email)]
    assert accept(cast, told[0]["id"]).status_code == 200
    assert role_of(cast.bob.token, cast) == "owner"
    assert role_of(cast.alice.token, cast) == stay
    picture = f"/api/photos/{photo.pk}/file/?size=thumb"
    assert cast.bob.token.get(picture, headers=cast.bob.token.token_header).status_code == 200
    former = cast.alice.token.get(picture, headers=cast.alice.token.token_header)
    assert former.status_code == 404, "photos are for the new owner to allow"
    written = cast.alice.token.patch_json(f"/api/entries/{cast.entry.pk}/", {"note": "still"}).status_code
    assert written == {"carer": 200, "viewer": 403, None: 404}[stay]
    assert role_of(cast.carol.token, cast) == "carer", "others stay as they were"
    assert accept(cast, told[0]["id"]).status_code == 404, "once"


def test_links_end_and_the_new_owner_sees_none_of_the_old_openers(cast: Cast) -> None:
    made = sharing.create_share_link(user=cast.alice.user, lump_ids=[cast.lump.pk], passcode=False)
    sharing.open_share_link(token=made.token)
    accept(cast, offer(cast, stay="viewer").json()["id"])
    with pytest.raises(sharing.LinkGone):
        sharing.open_share_link(token=made.token)
    assert cast.alice.token.read("/api/share-links/").json()["results"] == []
    body = {"lumps": [str(cast.lump.pk)]}
    assert cast.alice.token.post_json("/api/share-links/", body).status_code == 403
    assert cast.bob.token.post_json("/api/share-links/", body).status_code == 201


@pytest.mark.parametrize("stay", ["carer", None])
def test_alerts_go_to_the_new_owner(cast: Cast, stay: str | None) -> None:
    red_flag(cast.alice.token, cast)
    before = set(Notice.objects.filter(user=cast.alice.user, kind="alert").values_list("pk", flat=True))
    assert before
    accept(cast, offer(cast, stay=stay).json()["id"])
    standing = Alert.objects.filter(lump=cast.lump, state=Alert.OPEN)
    for alert in standing:
        hearers = outbox.alert_hearers(alert, at=datetime.now(UTC))
        assert cast.bob.user in hearers
        assert (cast.alice.user in hearers) == (stay == "carer"), "whoever wrote the entry is told while they may write"
    assert cast.bob.token.read("/api/alerts/").json()["results"]
    shown = cast.alice.token.read("/api/notices/").json()["results"]
    assert bool(shown) == (stay == "carer"), "who has left sees no messages about the diary"


def test_alerts_that_stand_ask_the_new_ladder(cast: Cast) -> None:
    red_flag(cast.alice.token, cast)
    carol = cast.person.memberships.get(user=cast.carol.user)
    LadderStep.objects.create(person=cast.person, member=carol, position=0, same_day_minutes=5)
    accept(cast, offer(cast).json()["id"])
    assert not LadderStep.objects.exists()
    steps = cast.bob.token.read(f"/api/people/{cast.person.pk}/ladder/").json()["steps"]
    assert [step["you"] for step in steps] == [True, False]


def test_reminders_ask_the_new_owner(cast: Cast) -> None:
    now = datetime.now(UTC)
    Reminder.objects.create(lump=cast.lump, at="08:30", every=1, starts_on=now.date().replace(day=1), next_at=now)
    accept(cast, offer(cast).json()["id"])
    remind()
    asked = Notice.objects.filter(kind="reminder").values_list("user", flat=True)
    assert cast.alice.user.pk not in asked
    assert cast.bob.user.pk in asked


def test_a_carer_can_become_the_owner(cast: Cast) -> None:
    made = offer(cast, cast.carol.user.email, stay="carer").json()
    assert cast.carol.token.post_json(f"/api/handovers/{made['id']}/accept/").status_code == 200
    assert role_of(cast.carol.token, cast) == "owner"
    assert role_of(cast.alice.token, cast) == "carer"
    assert Membership.objects.filter(person=cast.person, user=cast.carol.user).count() == 1


def test_whoever_has_no_account_yet_makes_one_and_finds_the_offer(cast: Cast) -> None:
    made = offer(cast, "kim@example.org").json()
    kim = make_member("kim")
    assert [row["id"] for row in kim.token.read("/api/handovers/").json()["results"]] == [made["id"]]
    assert kim.token.post_json(f"/api/handovers/{made['id']}/accept/").status_code == 200
    assert role_of(kim.token, cast) == "owner"


def test_taken_back_declined_and_replaced_offers_are_over(cast: Cast) -> None:
    first = offer(cast).json()["id"]
    second = offer(cast).json()["id"]
    assert accept(cast, first).status_code == 404, "another offer took its place"
    assert cast.alice.token.remove(f"/api/handovers/{second}/").status_code == 204
    assert accept(cast, second).status_code == 404
    third = offer(cast).json()["id"]
    assert cast.bob.token.remove(f"/api/handovers/{third}/").status_code == 204
    assert cast.alice.token.read("/api/handovers/").json()["results"] == []
    assert not Invitation.objects.exclude(email="").exists(), "what is over keeps no address"
    assert role_of(cast.alice.token, cast) == "owner"


def test_only_the_owner_offers_and_only_the_addressee_accepts(cast: Cast) -> None:
    made = offer(cast).json()["id"]
    for member in (cast.alice, cast.carol, cast.victor):
        assert member.token.post_json(f"/api/handovers/{made}/accept/").status_code == 404
    assert role_of(cast.alice.token, cast) == "owner"
    assert offer(cast, cast.alice.user.email).status_code == 400
    EmailAddress.objects.filter(user=cast.bob.user).update(verified=False)
    assert accept(cast, made).status_code == 404, "an address nobody proved opens nothing"


@pytest.mark.parametrize("deed", ["accept", "withdraw"])
def test_an_offer_that_is_answered_meanwhile_is_over(cast: Cast, monkeypatch: pytest.MonkeyPatch, deed: str) -> None:
    made = Invitation.objects.get(pk=offer(cast).json()["id"])
    hold = Person.hold

    def held_a_moment_later(person_id: UUID) -> None:
        """The last look at the offer was before it was taken back; accepting looks twice."""
        hold(person_id)
        Invitation.objects.filter(pk=made.pk).update(settled_at=datetime.now(UTC))

    monkeypatch.setattr(Person, "hold", held_a_moment_later)
    monkeypatch.setattr(handing_over, "_offered_to", lambda user, pk: made)
    with pytest.raises(NotThere):
        getattr(handing_over, deed)(user=cast.bob.user, pk=made.pk)
    assert role_of(cast.alice.token, cast) == "owner"


def test_invitations_of_the_former_owner_end_with_it(cast: Cast) -> None:
    body = {"email": "kim@example.org", "role": "viewer"}
    cast.alice.token.post_json(f"/api/people/{cast.person.pk}/members/", body)
    accept(cast, offer(cast).json()["id"])
    assert not Invitation.objects.due(datetime.now(UTC)).exists(), "no letter goes in the former owner's name"
    assert role_of(make_member("kim").token, cast) is None
    cast.bob.token.post_json(f"/api/people/{cast.person.pk}/members/", {**body, "email": "lou@example.org"})
    assert role_of(make_member("lou").token, cast) == "viewer"


def test_an_offer_of_somebody_who_no_longer_owns_the_diary_is_void(cast: Cast) -> None:
    made = offer(cast).json()["id"]
    Membership.objects.filter(person=cast.person, role="owner").update(role="carer")
    Membership.objects.filter(person=cast.person, user=cast.carol.user).update(role="owner")
    assert accept(cast, made).status_code == 404
