"""Erasing while something else happens: a diary handed on, an account kept, a letter on its way, a restored backup."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.management import call_command

from tests.cast import Cast, own_person
from tests.privacy.test_erasing import erase_now, week_is_over
from tracker.actions import erasing, inviting
from tracker.actions.errors import NotThere
from tracker.actions.handing_over import accept, offer
from tracker.actions.people import invite_member, save_person
from tracker.backups import restoring
from tracker.models import Invitation, Membership, Person, User
from tracker.models.base import uuid7
from tracker.notifications import invitations


def give(person: Person, user: User) -> None:
    """As an accepted hand-over leaves it."""
    Membership.objects.filter(person=person, role="owner").update(ended_at=datetime.now(UTC))
    Membership.objects.update_or_create(person=person, user=user, ended_at=None, defaults={"role": "owner"})


def meanwhile(monkeypatch: pytest.MonkeyPatch, kind: str, deed: Callable[[], object]) -> None:
    """Do `deed` once, as the first erasure of this kind is written down."""
    write, todo = erasing._write_down, [deed]

    def written(each: str, *args: Any) -> None:
        write(each, *args)
        if each == kind and todo:
            todo.pop()()

    monkeypatch.setattr(erasing, "_write_down", written)


def test_what_was_handed_on_after_the_backup_outlives_the_restore(cast: Cast) -> None:
    was = User.objects.filter(pk=cast.alice.user.pk).values().get()
    give(cast.person, cast.bob.user)
    erase_now(cast.alice.user)
    User.objects.create(**was)  # as the backup brings them back: Alice, and the diary as hers
    Membership.objects.filter(person=cast.person, user=cast.bob.user).delete()
    Membership.objects.create(person=cast.person, user=User.objects.get(pk=was["id"]), role="owner")
    assert erasing.repeat_erasures() == erasing.Repeated(1, (cast.person.pk,))
    assert not User.objects.filter(pk=was["id"]).exists()
    assert cast.carol.token.read(f"/api/entries/{cast.entry.pk}/").status_code == 200, "its other members keep it"


def test_whoever_restores_is_told_which_diaries_have_no_owner(monkeypatch: pytest.MonkeyPatch) -> None:
    pk = uuid7()
    done = restoring.Restored(rows=1, photos=0, missing=0, erased=1, ownerless=(pk,), signing_key_differs=False)
    monkeypatch.setattr(restoring, "restore", lambda **given: done)
    monkeypatch.setenv("BACKUP_PASSPHRASE", "long enough to be one of ours")
    told = StringIO()
    call_command("restore", "some.age", stdout=StringIO(), stderr=told)
    assert str(pk) in told.getvalue() and "no owner" in told.getvalue()


def test_once_the_week_is_over_nobody_can_keep_it(cast: Cast) -> None:
    week_is_over(cast.alice.user)
    page = cast.alice.client.post("/account/keep/", follow=True)
    assert "cannot be kept" in page.content.decode()
    assert erasing.due_accounts(at=datetime.now(UTC), limit=9) == [cast.alice.user.pk]


def test_what_was_kept_in_the_last_moment_stays(cast: Cast) -> None:
    erasing.ask_to_erase(user=cast.alice.user, at=datetime.now(UTC))
    assert erasing.keep_account(user=cast.alice.user)
    erasing.erase_account(pk=cast.alice.user.pk)
    assert User.objects.filter(pk=cast.alice.user.pk).exists() and Person.objects.filter(pk=cast.person.pk).exists()


@pytest.mark.parametrize("leaving", ["alice", "bob"])
def test_no_diary_is_handed_on_from_or_to_an_account_that_goes(cast: Cast, leaving: str) -> None:
    made = offer(user=cast.alice.user, person_id=cast.person.pk, email=cast.bob.user.email)
    week_is_over(getattr(cast, leaving).user)
    with pytest.raises(NotThere):
        accept(user=cast.bob.user, pk=made.pk)
    assert own_person(cast.alice.user) == cast.person


def test_a_diary_that_changed_hands_during_the_erasing_is_not_touched(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = save_person(user=cast.alice.user, pk=uuid7(), body={"name": "Kim"}).row
    week_is_over(cast.alice.user)
    people = [cast.person, other]

    def hand_on() -> None:
        for person in people:
            if not (Path(erasing.erasures_path()).read_text().count(str(person.pk))):
                give(person, cast.bob.user)

    meanwhile(monkeypatch, erasing.PERSON, hand_on)
    erasing.erase_account(pk=cast.alice.user.pk)
    left = Person.objects.get(pk__in=[person.pk for person in people])
    assert left.memberships.get(role="owner").user == cast.bob.user
    assert str(left.pk) not in erasing.erasures_path().read_text(), "or a restored backup would lose it"


def test_a_diary_that_came_during_the_erasing_goes_too(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    late = uuid7()
    week_is_over(cast.alice.user)
    meanwhile(monkeypatch, erasing.ACCOUNT, lambda: save_person(user=cast.alice.user, pk=late, body={"name": "Late"}))
    erasing.erase_account(pk=cast.alice.user.pk)
    assert not User.objects.filter(pk=cast.alice.user.pk).exists() and not Person.objects.filter(pk=late).exists()


def letter_to_dora(cast: Cast, house: Path) -> Path:
    """The file of Alice's letter of invitation."""
    before = set((house / "mail").glob("*.eml"))
    invite_member(user=cast.alice.user, person_id=cast.person.pk, email="dora@example.org", role="viewer")
    invitations.send_due()
    (path,) = set((house / "mail").glob("*.eml")) - before
    return path


@pytest.mark.parametrize("what", ["account", "person", "age"])
def test_letters_of_invitation_go_with_whoever_wrote_them(cast: Cast, house: Path, what: str) -> None:
    path = letter_to_dora(cast, house)
    if what == "account":
        Membership.objects.filter(person=cast.person, user=cast.alice.user).update(role="carer")  # the diary stays
        erase_now(cast.alice.user)
    elif what == "person":
        erasing.erase_person(pk=cast.person.pk)
    else:
        inviting.forget_old(datetime.now(UTC) + timedelta(days=27))
        assert path.exists()
        inviting.forget_old(datetime.now(UTC) + timedelta(days=29))
        assert not Invitation.objects.exists()
    assert not path.exists()


def test_the_sessions_of_others_with_a_similar_address_go_on(cast: Cast) -> None:
    mine, others = list[str](), list[str]()
    for address, keys in (
        ("alice@example.org", mine),
        ("malice@example.org", others),
        ("alice@example.org.uk", others),
    ):
        for held in ({"email": address}, {"deep": [{"x": address.upper()}]}, {"m": f'[["Sent to {address}."]]'}):
            session = SessionStore()
            session.update(held)
            session.save()
            keys.append(str(session.session_key))
    pending = SessionStore()
    pending["account_login"] = {"user_pk": cast.alice.user.pk.hex}
    pending.save()
    erase_now(cast.alice.user)
    left = set(Session.objects.values_list("session_key", flat=True))
    assert set(others) <= left and not left & {*mine, pending.session_key}
    assert cast.bob.client.read("/api/people/").status_code == 200
