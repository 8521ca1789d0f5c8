"""While nobody answers: the owner again, then a carer who agreed; never a viewer, never a stranger."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone

from tests.cast import Cast, join, make_cast, new_id
from tracker import tasks
from tracker.actions import ladder, ladder_setting
from tracker.actions.alerts import acknowledge
from tracker.actions.entries import log_entry
from tracker.actions.errors import MayOnlyLook, NotThere, Wrong
from tracker.actions.people import end_membership
from tracker.models import Alert, LadderStep, Membership, Notice, Person, User

pytestmark = pytest.mark.django_db
START = datetime(2026, 6, 2, 21, 30, tzinfo=UTC)  # half past ten in London: quiet hours do not matter here


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel(START, tick=False) as moved:
        yield moved


@pytest.fixture
def cast(db: Any, clock: Any) -> Cast:
    made = make_cast()
    Person.objects.filter(pk=made.person.pk).update(timezone="Europe/London")
    return made


def log(cast: Cast, by: User | None = None, **body: Any) -> Alert:
    """An entry now; the most pressing alert that stands then."""
    body = {"measured_at": timezone.now(), **body}
    log_entry(user=by or cast.alice.user, pk=new_id(), lump_id=cast.lump.pk, body=body)
    return Alert.objects.get(rule="sepsis.signs" if body.get("unwell") else "infection.spreading")


def member(cast: Cast, user: User) -> Membership:
    return Membership.objects.get(person=cast.person, user=user)


def agree(cast: Cast, user: User, agreed: bool = True) -> None:
    ladder_setting.agree(user=user, person_id=cast.person.pk, agreed=agreed)


def told(kind: str = "alert") -> list[str]:
    """Who was told, in order."""
    rows = Notice.objects.filter(kind=kind, urgency__in=("same_day", "emergency")).order_by("created_at", "pk")
    return [email.split("@")[0] for email in rows.values_list("user__email", flat=True)]


def after(clock: Any, **passed: float) -> list[str]:
    """What was told in all, so long after the start, however often two clocks look."""
    clock.move_to(START + timedelta(**passed))
    for _ in range(2):
        tasks.remind()
    return told()


def test_the_owner_again_after_four_hours_then_a_carer_who_agreed_and_nobody_else(cast: Cast, clock: Any) -> None:
    agree(cast, cast.carol.user)
    join(User.objects.create_user("dan@example.org"), cast.person, Membership.CARER)  # did not agree
    log(cast, discharge="pus")
    assert told() == ["alice"]
    assert after(clock, hours=3, minutes=59) == ["alice"]
    assert after(clock, hours=4) == ["alice", "alice"]
    assert after(clock, hours=7, minutes=59) == ["alice", "alice"]
    assert after(clock, hours=8) == ["alice", "alice", "carol"]
    assert after(clock, days=6) == ["alice", "alice", "carol"]
    assert Alert.objects.get(rule="infection.spreading").next_step_at is None


def test_an_emergency_climbs_faster_and_ends_when_it_is_answered_though_it_stays_open(cast: Cast, clock: Any) -> None:
    agree(cast, cast.carol.user)
    alert = log(cast, unwell=["confused"])
    assert after(clock, minutes=30) == ["alice", "alice"]
    acknowledge(user=cast.alice.user, pk=alert.pk, how="not_now")
    alert.refresh_from_db()
    assert (alert.state, alert.next_step_at) == (Alert.OPEN, None)
    assert after(clock, days=1) == ["alice", "alice"]


@pytest.mark.parametrize(
    "how", ["answered", "answered by the carer", "over", "deleted", "carol left", "carol declined"]
)
def test_it_ends_when_somebody_answers_or_there_is_nothing_to_answer(cast: Cast, clock: Any, how: str) -> None:
    agree(cast, cast.carol.user)
    alert = log(cast, discharge="pus")
    before = after(clock, hours=4)
    if how.startswith("answered"):
        user = cast.carol.user if how.endswith("carer") else cast.alice.user
        acknowledge(user=user, pk=alert.pk, how="appointment")
    elif how == "over":
        log_entry(
            user=cast.alice.user, pk=new_id(), lump_id=cast.lump.pk,
            body={"measured_at": timezone.now(), "discharge": "none"},
        )  # fmt: skip
    elif how == "deleted":
        cast.lump.deleted_at = timezone.now()
        cast.lump.save()
    elif how == "carol left":
        carol = member(cast, cast.carol.user)
        end_membership(user=cast.alice.user, person_id=cast.person.pk, pk=carol.pk)
    else:
        agree(cast, cast.carol.user, agreed=False)
    assert after(clock, days=2) == before


def test_a_clock_that_was_away_or_jumps_tells_each_rung_once(cast: Cast, clock: Any) -> None:
    agree(cast, cast.carol.user)
    log(cast, discharge="pus")
    for hours in (9, 6, 3, 24, 9):  # nobody looked for nine hours, then the clock is set to and fro
        after(clock, hours=hours)
    assert Counter(told()) == {"alice": 2, "carol": 1}


def test_worse_begins_anew_and_what_was_answered_before_counts_no_more(cast: Cast, clock: Any) -> None:
    alert = log(cast, redness=1, tenderness=2, pain=4, warmth=True, spreading=True)
    for each in Alert.objects.filter(state=Alert.OPEN):
        acknowledge(user=cast.alice.user, pk=each.pk)
    before = len(told())
    assert len(after(clock, hours=6)) == before
    log(cast, redness=3, tenderness=3, pain=6, warmth=True, spreading=True)
    alert.refresh_from_db()
    assert (alert.state, alert.acknowledged_at) == (Alert.OPEN, None)
    assert alert.next_step_at == START + timedelta(hours=10)
    again = len(told())
    assert again > before
    assert len(after(clock, hours=10)) > again


def test_the_words_are_those_that_were_told_with_the_day_and_time_of_the_reader(cast: Cast, clock: Any) -> None:
    Person.objects.filter(pk=Membership.objects.get(user=cast.carol.user, role="owner").person_id).update(
        timezone="Asia/Tokyo"
    )
    agree(cast, cast.carol.user)
    alert = log(cast, discharge="pus")
    after(clock, hours=8)
    first, again = (Notice.objects.get(user=cast.alice.user, cause=f"alert:{alert.pk}:{end}") for end in ("1", "1:1"))
    to_carol = Notice.objects.get(user=cast.carol.user, kind="alert")
    for notice in (first, again, to_carol):
        assert alert.words in notice.body and alert.because in notice.body and alert.source in notice.body
        assert notice.subject == "Please read this today"
    assert "on Tuesday 2 June at 22:30" in again.body
    assert "This is about alice@example.org" in to_carol.body
    assert "on Wednesday 3 June at 06:30" in to_carol.body
    Alert.objects.update(words="Other words since.")
    again.refresh_from_db()
    assert alert.words in again.body


def test_a_ladder_of_ones_own(cast: Cast, clock: Any) -> None:
    alice, carol = member(cast, cast.alice.user), member(cast, cast.carol.user)
    rungs = [(carol.pk, 0, 0), (alice.pk, 90, None), (carol.pk, 120, 10)]
    ladder_setting.set_ladder(user=cast.alice.user, person_id=cast.person.pk, rungs=rungs)
    [ask] = Notice.objects.filter(user=cast.carol.user, kind="member")
    assert "alice@example.org would like you to be told" in ask.body
    ladder_setting.set_ladder(user=cast.alice.user, person_id=cast.person.pk, rungs=rungs)
    assert Notice.objects.filter(kind="member").count() == 1  # asked once
    agree(cast, cast.carol.user)
    log(cast, discharge="pus")
    assert Counter(told()) == {"alice": 1, "carol": 1}  # hers comes at once, in the transaction of the entry
    assert after(clock, minutes=90)[2:] == ["alice"]
    assert after(clock, minutes=120)[3:] == ["carol"]


def test_a_change_or_a_late_yes_counts_for_what_stands(cast: Cast, clock: Any) -> None:
    log(cast, discharge="pus")
    assert after(clock, hours=9) == ["alice", "alice"]
    agree(cast, cast.carol.user)
    assert after(clock, hours=9, minutes=1) == ["alice", "alice", "carol"]


def test_who_may_set_it_and_who_may_stand_on_it(cast: Cast) -> None:
    victor, dora = member(cast, cast.victor.user), Membership.objects.create(
        person=cast.person, email="dora@example.org", role=Membership.CARER
    )  # fmt: skip

    def put(user: User, member_id: Any) -> None:
        ladder_setting.set_ladder(user=user, person_id=cast.person.pk, rungs=[(member_id, 5, 5)])

    with pytest.raises(Wrong):
        put(cast.alice.user, victor.pk)
    with pytest.raises(NotThere):
        put(cast.alice.user, Membership.objects.get(user=cast.bob.user).pk)
    for user, refusal in ((cast.carol.user, MayOnlyLook), (cast.victor.user, MayOnlyLook), (cast.bob.user, NotThere)):
        with pytest.raises(refusal):
            put(user, member(cast, cast.carol.user).pk)
    for user, refusal in ((cast.victor.user, MayOnlyLook), (cast.bob.user, NotThere)):
        with pytest.raises(refusal):
            agree(cast, user)
    assert not LadderStep.objects.exists()
    put(cast.alice.user, dora.pk)  # invited; stands there and waits for her account and her word
    [step] = ladder.steps_of(cast.person.pk, at=timezone.now())
    assert not step.agreed


def test_one_who_became_a_viewer_is_told_no_more(cast: Cast, clock: Any) -> None:
    agree(cast, cast.carol.user)
    log(cast, discharge="pus")
    Membership.objects.filter(person=cast.person, user=cast.carol.user).update(role=Membership.VIEWER)
    assert "carol" not in after(clock, days=1)


def test_the_interface_shows_it_in_words_and_others_only_their_own_part(cast: Cast) -> None:
    path = f"/api/people/{cast.person.pk}/ladder/"
    seen = cast.alice.token.read(path).json()
    assert seen["usual"] is True
    assert [(step["email"], step["same_day_minutes"]) for step in seen["steps"]] == [
        ("alice@example.org", 240), ("carol@example.org", 480),
    ]  # fmt: skip
    assert "If nobody answers, you are told after 4 hours, after 30 minutes in an emergency." in seen["words"]
    assert any("carol@example.org would be told after 8 hours" in line for line in seen["words"])
    agreed = cast.carol.token.put_json(f"{path}agreement/", {"agreed": True}).json()
    assert [step["you"] for step in agreed["steps"]] == [False, True]
    assert [step["email"] for step in cast.victor.token.read(path).json()["steps"]] == ["alice@example.org"]
    steps = [{"member": seen["steps"][1]["member"], "same_day_minutes": 60}]
    put = cast.alice.token.put_json(path, {"steps": steps}).json()
    assert put["usual"] is False
    assert [(step["same_day_minutes"], step["emergency_minutes"]) for step in put["steps"]] == [(60, None)]
    assert "If nobody answers, carol@example.org is told after 1 hour." in put["words"]
    assert cast.alice.token.put_json(path, {"steps": None}).json()["usual"] is True


def test_a_recheck_is_asked_for_on_the_next_day_unless_somebody_looked(cast: Cast, clock: Any) -> None:
    for days in (30, 20, 10):
        body = {"measured_at": START - timedelta(days=days), "length_mm": 20.0, "method": "ruler"}
        log_entry(user=cast.alice.user, pk=new_id(), lump_id=cast.lump.pk, body=body)
    body = {"measured_at": START, "length_mm": 27.0, "method": "ruler"}
    log_entry(user=cast.alice.user, pk=new_id(), lump_id=cast.lump.pk, body=body)
    alert = Alert.objects.get(rule="size.jump")
    asked = Notice.objects.filter(cause__startswith=f"alert:{alert.pk}")
    assert not asked.exists()  # whoever logged it has just read the words
    clock.move_to(START + timedelta(hours=23, minutes=59))
    tasks.remind()
    assert not asked.exists()
    clock.move_to(START + timedelta(hours=24))
    tasks.remind()
    tasks.remind()
    [notice] = asked
    assert (notice.kind, notice.user, notice.link) == ("follow_up", cast.alice.user, f"/app/lumps/{cast.lump.pk}/log")
    delivery = notice.deliveries.get(channel="email")
    local = delivery.next_try_at.astimezone(ZoneInfo("Europe/London"))
    assert (local.day, local.hour) == (4, 7)  # half past ten at night is in her quiet hours


def test_one_sign_is_told_at_once_and_asked_about_on_the_next_day(cast: Cast, clock: Any) -> None:
    def one_sign() -> None:
        body = {"measured_at": timezone.now(), "redness": 2, "method": "ruler"}
        log_entry(user=cast.alice.user, pk=new_id(), lump_id=cast.lump.pk, body=body)

    one_sign()
    alert = Alert.objects.get(rule="infection.one_sign")
    assert Notice.objects.filter(cause=f"alert:{alert.pk}:1", kind="alert").exists()
    clock.move_to(START + timedelta(hours=24))
    tasks.remind()
    [again] = Notice.objects.filter(kind="follow_up")
    assert "one sign" in again.body and again.subject == "A reminder from your diary"
    Notice.objects.all().delete()
    Alert.objects.all().delete()
    one_sign()
    clock.move_to(START + timedelta(hours=40))
    log_entry(
        user=cast.alice.user, pk=new_id(), lump_id=cast.lump.pk, body={"measured_at": timezone.now(), "redness": 2}
    )
    clock.move_to(START + timedelta(hours=49))
    tasks.remind()
    assert not Notice.objects.filter(kind="follow_up").exists()
