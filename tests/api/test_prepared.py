"""Prepared queries answer what the plain ones would, and an INSERT of theirs leaves its transaction usable."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction

from tests.cast import Cast, make_entry, new_id
from tracker.history import histories_of, history_of
from tracker.models import Alert, AuditLine, CareEvent, Entry, Lump, MeasuringTrial, Membership, User
from tracker.models.prepared import Prepared, insert_new

pytestmark = pytest.mark.django_db

GATE = Prepared(
    lambda pk, user, at: (
        Lump.objects.visible_to(User(pk=user), to_write=True, at=at).filter(pk=pk).select_related("person")
    ),
    pk=UUID,
    user=UUID,
    at=datetime,
)


def test_an_instance_comes_whole_and_with_what_it_hangs_on(cast: Cast) -> None:
    found = GATE.first(pk=cast.lump.pk, user=cast.alice.user.pk, at=datetime.now(UTC))
    plain = Lump.objects.select_related("person").get(pk=cast.lump.pk)
    named = [field.attname for field in Lump._meta.concrete_fields]
    assert [getattr(found, name) for name in named] == [getattr(plain, name) for name in named]
    queries = len(connection.queries_log)
    assert found.person == plain.person
    assert found.person.created_at == plain.person.created_at
    assert len(connection.queries_log) == queries


def test_each_value_of_the_gate_counts(cast: Cast) -> None:
    now = datetime.now(UTC)
    asked = {"pk": cast.lump.pk, "user": cast.carol.user.pk, "at": now}
    assert GATE.first(**asked) == cast.lump
    assert GATE.first(**{**asked, "user": cast.bob.user.pk}) is None
    assert GATE.first(**{**asked, "user": cast.victor.user.pk}) is None, "a viewer writes nothing"
    assert GATE.first(**{**asked, "pk": new_id()}) is None
    Membership.objects.filter(user=cast.carol.user).update(until=now + timedelta(hours=1))
    assert GATE.first(**asked) == cast.lump
    assert GATE.first(**{**asked, "at": now + timedelta(hours=2)}) is None


def test_the_history_of_one_lump_is_that_of_many(cast: Cast) -> None:
    make_entry(cast.lump, days_ago=9, skin=[], unwell=["fever"], redness=2, method="ruler", temperature_c=37.5)
    make_entry(cast.lump, days_ago=3, typed={"length_mm": "2 cm"}, shivery=False, length_mm=20.0)
    CareEvent.objects.create(lump=cast.lump, at=datetime.now(UTC), kind="examined", detail="looked at")
    MeasuringTrial.objects.create(person=cast.person, method="ruler", by="self", readings=[20.0, 24.0, 18.0])
    lump = Lump.objects.select_related("person").get(pk=cast.lump.pk)
    history = history_of(lump)
    assert history == histories_of([lump])[lump.pk]
    assert len(history.entries) >= 2
    assert history.events


def test_a_second_row_of_the_same_key_is_left_alone(cast: Cast) -> None:
    pk, at = new_id(), datetime.now(UTC)
    with transaction.atomic():
        first = Entry(pk=pk, lump=cast.lump, measured_at=at, skin=["dimpling"], length_mm=12.5)
        assert insert_new(first)
        assert not insert_new(Entry(pk=pk, lump=cast.lump, measured_at=at, length_mm=99.0))
        kept = Entry.objects.get(pk=pk)  # the transaction can still be used
    assert (kept.length_mm, kept.skin, kept.measured_at) == (12.5, ["dimpling"], at)
    first.note = "later"
    first.save(update_fields=["note"])


def test_other_constraints_still_refuse(cast: Cast) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_new(Entry(pk=new_id(), lump=cast.lump, measured_at=datetime.now(UTC), pain=11))


def test_only_a_helpers_reading_is_written_down(cast: Cast) -> None:
    for reader in (cast.alice, cast.carol, cast.carol, cast.bob):
        assert reader.token.read("/api/entries/").status_code == 200
    (line,) = AuditLine.objects.filter(deed="seen.entries")
    assert (line.actor, line.person) == (cast.carol.user.pk, cast.person.pk)


def test_postgresql_plans_it_once_a_connection(cast: Cast) -> None:
    asked = {"pk": cast.lump.pk, "user": cast.alice.user.pk, "at": datetime.now(UTC)}
    assert [GATE.first(**asked) for _ in range(4)] == [cast.lump] * 4
    if connection.vendor != "postgresql":
        return  # SQLite's own module keeps the statements of a connection
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements")
        assert any("tracker_lump" in statement for (statement,) in cursor.fetchall())


def test_a_word_that_never_changes_stands_in_the_text(cast: Cast) -> None:
    asked = {"text": "closed", "lump": cast.lump.pk}
    query = Prepared(
        lambda text, lump: (
            Alert.objects.filter(lump=lump, words=text, state="closed").exclude(because="50% of it").values_list("rule")
        ),
        text=str,
        lump=UUID,
    )
    for words, because in (("closed", "b"), ("open", "b"), ("closed", "50% of it")):
        Alert.objects.create(
            lump=cast.lump, rule=f"{words} {because}", version="1", urgency="routine", words=words, because=because,
            source="s", opened_at=datetime.now(UTC), state="closed",
        )  # fmt: skip
    assert query.all(**asked) == [("closed b",)]
    assert query.all(**{**asked, "text": "open"}) == [("open b",)]
    (plan,) = query._plans.values()
    assert "'closed'" in plan.sql
    assert "50% of it" in plan.params, "what a text of SQL might read otherwise stays a value"


def test_times_are_read_as_the_orm_reads_them(cast: Cast) -> None:
    at = datetime(2026, 3, 29, 1, 30, 0, 123_000, tzinfo=UTC)
    entry = make_entry(cast.lump, measured_at=at, length_mm=20.0)
    query = Prepared(lambda pk: Entry.objects.filter(pk=pk).values_list("measured_at", "deleted_at"), pk=UUID)
    for _ in range(4):
        ((measured, deleted),) = query.all(pk=entry.pk)
        assert (measured, measured.tzinfo, deleted) == (at, UTC, None)
