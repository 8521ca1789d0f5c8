"""Keeping entries: the same id is one row, no version is lost, a cursor misses nothing."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone

from tests.actions.conftest import LogEntry
from tests.support.threads import at_once
from tracker.actions.entries import delete_entry, log_batch, log_entry, receipt_of, restore_entry
from tracker.actions.errors import MayOnlyLook, NotThere, Refused, Stale, Wrong
from tracker.actions.lumps import save_lump
from tracker.actions.people import create_user, end_membership, invite_member, save_person
from tracker.models import Entry, Lump, Membership, Person, Revision, User
from tracker.models.base import uuid7

PASSWORD = "a quiet lake at dusk"


@pytest.mark.django_db
def test_ten_sends_are_one_entry_of_one_revision(log: LogEntry, alice: User, lump: Lump) -> None:
    pk, at = uuid7(), timezone.now()
    body = {"measured_at": at, "length_mm": 21.04, "skin": ["ulcer", "broken"]}
    answers = [log_entry(user=alice, pk=pk, lump_id=lump.pk, body=body) for _ in range(10)]
    assert [answer.created for answer in answers] == [True] + [False] * 9
    row = Entry.objects.get()
    assert (row.length_mm, row.skin, row.revision) == (21.0, ["broken", "ulcer"], 1)
    assert receipt_of(row) == {"id": str(pk), "revision": 1, "photos": {}}


@pytest.mark.django_db(transaction=True)
def test_parallel_sends_of_one_new_entry_are_one(log: LogEntry, alice: User, lump: Lump) -> None:
    pk, at = uuid7(), timezone.now()
    send = at_once(10, lambda turn: log_entry(user=alice, pk=pk, lump_id=lump.pk, body={"measured_at": at}).created)
    assert sorted(send) == [False] * 9 + [True]
    assert Entry.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_parallel_writers_get_change_numbers_without_gap_or_twin(alice: User, lump: Lump) -> None:
    at = timezone.now()
    at_once(24, lambda turn: log_entry(user=alice, pk=uuid7(), lump_id=lump.pk, body={"measured_at": at}))
    changes = sorted(Entry.objects.values_list("change", flat=True))
    assert changes == list(range(changes[0], changes[0] + 24))
    assert Person.objects.get().last_change == changes[-1]


@pytest.mark.django_db(transaction=True)
def test_edits_deletions_and_restorings_of_one_entry_at_once_wait_for_each_other_in_one_order(
    log: LogEntry, alice: User
) -> None:
    """Each holds the person before the row: on PostgreSQL two of them would else wait for each other."""
    row = log(note="first").row

    def deed(turn: int) -> str:
        try:
            if turn % 4 == 1:
                delete_entry(user=alice, pk=row.pk)
            elif turn % 4 == 3:
                restore_entry(user=alice, pk=row.pk)
            else:
                log(pk=row.pk, note=f"note {turn}")
        except Stale:  # deleted just before: the version is kept, and no fault
            return ""
        except Exception as error:  # noqa: BLE001 - whatever it is, it is wrong
            return repr(error)
        return ""

    assert [said for said in at_once(32, deed) if said] == []


@pytest.mark.django_db
def test_an_edit_keeps_the_version_before(log: LogEntry) -> None:
    first = log(length_mm=20.0, note="first").row
    again = log(pk=first.pk, length_mm=22.0, note="second", base_revision=1)
    assert (again.created, again.changed, again.row.revision) == (False, True, 2)
    kept = Revision.objects.get()
    assert (kept.number, kept.conflict, kept.body["note"]) == (1, False, "first")


@pytest.mark.django_db
def test_a_late_edit_changes_nothing_and_both_versions_are_kept(log: LogEntry) -> None:
    first = log(note="first").row
    log(pk=first.pk, note="mine", base_revision=1)
    for _ in range(3):
        with pytest.raises(Stale):
            log(pk=first.pk, days_ago=1, note="theirs", base_revision=1)
    assert Entry.objects.get().note == "mine"
    refused = Revision.objects.filter(conflict=True)
    assert {revision.body["note"] for revision in refused} == {"theirs"}


@pytest.mark.django_db
def test_a_late_version_of_a_person_and_of_a_lump_is_kept_too(alice: User, lump: Lump) -> None:
    person, old = lump.person_id, {"name": "Back", "site": "lower_back", "first_noticed_on": date(2026, 1, 3)}
    save_person(user=alice, pk=person, body={"name": "Al"}, base_revision=1)
    with pytest.raises(Stale):
        save_person(user=alice, pk=person, body={"name": "Alice"}, base_revision=1)
    save_lump(user=alice, pk=lump.pk, person_id=person, body={**old, "name": "Mine"}, base_revision=1)
    with pytest.raises(Stale):
        save_lump(user=alice, pk=lump.pk, person_id=person, body=old, base_revision=1)
    refused = Revision.objects.filter(conflict=True).order_by("kind")
    assert [(row.kind, row.body["name"]) for row in refused] == [("lump", "Back"), ("person", "Alice")]
    assert refused[0].body["first_noticed_on"] == "2026-01-03"


@pytest.mark.django_db
def test_a_late_twin_of_what_stands_is_no_conflict(alice: User, lump: Lump) -> None:
    pk, at = uuid7(), timezone.now()
    for note, base in (("one", None), ("two", 1), ("two", 1)):
        log_entry(user=alice, pk=pk, lump_id=lump.pk, body={"measured_at": at, "note": note}, base_revision=base)
    assert Entry.objects.get().revision == 2 and not Revision.objects.filter(conflict=True).exists()


@pytest.mark.django_db
def test_delete_leaves_a_tombstone_that_can_be_undone(log: LogEntry, alice: User) -> None:
    row = log(length_mm=20.0).row
    delete_entry(user=alice, pk=row.pk)
    gone = Entry.objects.get(pk=row.pk)
    assert gone.is_deleted and gone.change > row.change
    with pytest.raises(Stale):
        log(pk=row.pk, length_mm=25.0)
    restore_entry(user=alice, pk=row.pk)
    assert Entry.objects.kept().filter(pk=row.pk, length_mm=20.0).exists()
    Entry.objects.filter(pk=row.pk).update(deleted_at=timezone.now() - timedelta(days=31))
    with pytest.raises(Wrong):
        restore_entry(user=alice, pk=row.pk)


@pytest.mark.django_db
def test_who_may_log(log: LogEntry, alice: User, lump: Lump) -> None:
    carol, victor, bob = (
        create_user(email=f"{name}@example.org", password=PASSWORD) for name in ("carol", "victor", "bob")
    )
    person = lump.person_id
    member = invite_member(user=alice, person_id=person, email=carol.email, role="carer")
    invite_member(user=alice, person_id=person, email=victor.email, role="viewer")
    row = log(user=carol).row
    assert row.author == carol
    for user, refusal in ((victor, MayOnlyLook), (bob, NotThere)):
        with pytest.raises(refusal):
            log(user=user)
        with pytest.raises(refusal):
            delete_entry(user=user, pk=row.pk)
    end_membership(user=alice, person_id=person, pk=member.pk)
    with pytest.raises(NotThere):
        log(user=carol)
    assert not Entry.objects.visible_to(carol).exists()


@pytest.mark.django_db
def test_a_carers_time_runs_out(log: LogEntry, alice: User, lump: Lump) -> None:
    carol = create_user(email="carol@example.org", password=PASSWORD)
    invite_member(
        user=alice, person_id=lump.person_id, email=carol.email, role="carer", until=timezone.now() + timedelta(days=1)
    )
    log(user=carol)
    Membership.objects.filter(user=carol, person=lump.person).update(until=timezone.now() - timedelta(seconds=1))
    with pytest.raises(NotThere):
        log(user=carol)


@pytest.mark.django_db
def test_a_strangers_id_cannot_be_taken_over(log: LogEntry, alice: User) -> None:
    row = log(note="mine").row
    bob = create_user(email="bob@example.org", password=PASSWORD)
    own = Lump.objects.create(person=Membership.objects.get(user=bob).person, name="Arm", site="forearm")
    with pytest.raises(NotThere):
        log_entry(user=bob, pk=row.pk, lump_id=own.pk, body={"measured_at": timezone.now(), "note": "theirs"})
    assert Entry.objects.get(pk=row.pk).note == "mine"


@pytest.mark.django_db
def test_an_entry_stays_with_its_lump(log: LogEntry, alice: User, lump: Lump) -> None:
    row = log().row
    other = Lump.objects.create(person=lump.person, name="Arm", site="forearm")
    with pytest.raises(Wrong):
        log_entry(user=alice, pk=row.pk, lump_id=other.pk, body={"measured_at": timezone.now()})


@pytest.mark.django_db
def test_a_batch_answers_in_order_and_a_bad_one_does_not_sink_the_rest(alice: User, lump: Lump) -> None:
    at = timezone.now()
    other = Lump.objects.create(person=lump.person, name="Arm", site="forearm")
    good: list[Any] = [
        (uuid7(), lump.pk, {"measured_at": at - timedelta(days=n), "length_mm": 20.0 + n}, None) for n in range(20)
    ]
    nowhere = (uuid7(), uuid7(), {"measured_at": at}, None)
    moved = (good[3][0], other.pk, {"measured_at": at}, None)
    answers = log_batch(user=alice, entries=[*good[:10], nowhere, *good[10:], moved])
    assert isinstance(answers[10], NotThere) and isinstance(answers[21], Wrong)
    assert [getattr(answer, "created", None) for answer in answers if not isinstance(answer, Refused)] == [True] * 20
    assert Entry.objects.filter(lump=lump).count() == 20


@pytest.mark.django_db
def test_a_share_whose_every_entry_was_refused_looks_at_nothing(
    log: LogEntry, alice: User, lump: Lump, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lump may be gone by then, erased with its diary."""

    def gone(pk: UUID) -> None:
        raise Lump.DoesNotExist(pk)

    first = log(note="first").row
    log(pk=first.pk, note="second", base_revision=1)
    monkeypatch.setattr("tracker.actions.entries.beside", gone)
    late = (first.pk, lump.pk, {"measured_at": timezone.now(), "note": "third"}, 1)
    (answer,) = log_batch(user=alice, entries=[late])
    assert isinstance(answer, Stale)
