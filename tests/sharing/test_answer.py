"""The doctor's answer: written through the link where the owner allowed it, and nothing until the person confirms it."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tests.sharing.conftest import Diary, MakeLink, unlock
from tracker.actions import plans
from tracker.actions.alerts import acknowledge
from tracker.actions.assessing import assess_lump
from tracker.actions.entries import log_entry
from tracker.actions.errors import MayOnlyLook, NotThere, Wrong
from tracker.actions.people import create_user, invite_member
from tracker.actions.sharing import MadeLink, revoke_share_link
from tracker.models import Alert, CareEvent, Notice, Plan, Reminder, Visit
from tracker.models.base import uuid7

pytestmark = pytest.mark.django_db

FORM: dict[str, Any] = {
    "words": "Measure it and keep the area dry.", "every": 14, "above_mm": 50, "signs": ["fever"],
    "urgency": "same_day", "visit": "ultrasound", "by": "Dr Lee, Mill Road",
}  # fmt: skip


def send(made: MadeLink, diary: Diary, client: Client | None = None, **changes: Any) -> Any:
    """Dr Lee opens the link and hands in the form."""
    client = client or Client()
    unlock(made, client=client)
    booked = {"visit_on": (timezone.now() + timedelta(days=20)).date().isoformat()}
    return client.post("/s/plan/", {"lump": str(diary.lump.pk), **FORM, **booked, **changes})


@pytest.fixture
def offered(make_link: MakeLink, diary: Diary) -> Plan:
    assert send(make_link(answers=True), diary).status_code == 303
    return Plan.objects.get()


def log(diary: Diary, **body: Any) -> Any:
    body = {"measured_at": timezone.now(), **body}
    return log_entry(user=diary.owner, pk=uuid7(), lump_id=diary.lump.pk, body=body)


def rules_of(logged: Any) -> set[str]:
    return {finding["rule"] for finding in logged.advice.findings}


def test_an_answer_waits_for_the_person_and_tells_them_without_a_health_word(offered: Plan, diary: Diary) -> None:
    assert (offered.state, offered.by, offered.every) == ("offered", "Dr Lee, Mill Road", 14)
    assert not Reminder.objects.exists()
    notice = Notice.objects.get(cause=f"plan:{offered.pk}")
    assert not any(word in f"{notice.subject} {notice.body}".lower() for word in ("lump", "mm", "fever", "dry", "lee"))
    assert Visit.objects.filter(what=Visit.ANSWERED, detail=str(offered.pk)).count() == 1
    assert "plan.size" not in rules_of(log(diary, length_mm=60))


def test_confirmed_it_becomes_a_reminder_limits_and_signed_events(offered: Plan, diary: Diary) -> None:
    plans.confirm_plan(user=diary.owner, pk=offered.pk)
    plans.confirm_plan(user=diary.owner, pk=offered.pk)  # twice is once
    reminder = Reminder.objects.get()
    assert (reminder.every, reminder.lump_id) == (14, diary.lump.pk)
    told = [event.detail for event in CareEvent.objects.filter(kind="other").order_by("at")]
    assert len(told) == 2
    assert "Dr Lee, Mill Road" in told[0] and "over 50 mm" in told[0]
    assert "ultrasound" in told[1]
    small = log(diary, length_mm=49.9, temperature_c=37.9)
    assert not {rule for rule in rules_of(small) if rule.startswith("plan.")}
    large = log(diary, length_mm=51.0, shivery=True)
    assert {"plan.size", "plan.fever"} <= rules_of(large)
    alert = Alert.objects.get(rule="plan.size")
    assert (alert.urgency, alert.state) == ("same_day", "open")
    assert "Dr Lee, Mill Road" in alert.words and "51 mm" in alert.words
    assert Notice.objects.filter(kind="alert", body__contains="51 mm").exists() or alert.told == 1


def test_it_never_changes_the_rules_of_the_diary(offered: Plan, diary: Diary) -> None:
    before = rules_of(log(diary, length_mm=30, discharge="pus"))
    plans.confirm_plan(user=diary.owner, pk=offered.pk)
    after = rules_of(log(diary, length_mm=30, discharge="pus"))
    assert before == after
    assert any(rule.startswith("infection") for rule in after)


def test_an_examination_quiets_a_plan_and_what_comes_after_it_speaks_again(offered: Plan, diary: Diary) -> None:
    from tracker.actions.events import save_event

    plans.confirm_plan(user=diary.owner, pk=offered.pk)
    log(diary, length_mm=51.0)
    body = {"at": timezone.now(), "kind": "examined", "detail": ""}
    save_event(user=diary.owner, pk=uuid7(), lump_id=diary.lump.pk, body=body)
    assert Alert.objects.get(rule="plan.size").state == "acknowledged"
    log(diary, length_mm=49.0)
    assert Alert.objects.get(rule="plan.size").state == "closed"
    log(diary, length_mm=52.0)
    assert Alert.objects.filter(rule="plan.size", state="open").count() == 1


def test_an_entry_without_a_size_does_not_end_what_the_last_size_opened(offered: Plan, diary: Diary) -> None:
    plans.confirm_plan(user=diary.owner, pk=offered.pk)
    log(diary, length_mm=60)
    assert "plan.size" in rules_of(log(diary, pain=2))
    alert = Alert.objects.get(rule="plan.size")
    assert alert.state == "open" and alert.next_step_at is not None


def test_an_answered_limit_speaks_again_when_it_is_worse_or_still_holds_two_days_on(
    offered: Plan, diary: Diary
) -> None:
    plans.confirm_plan(user=diary.owner, pk=offered.pk)
    log(diary, length_mm=55, method="ruler")
    alert = Alert.objects.get(rule="plan.size")

    def state() -> tuple[str, int]:
        alert.refresh_from_db()
        return alert.state, alert.told

    acknowledge(user=diary.owner, pk=alert.pk, how="not_now")
    log(diary, length_mm=56, method="ruler", measured_at=timezone.now() + timedelta(seconds=5))
    assert state() == ("acknowledged", 1)
    log(diary, length_mm=90, method="ruler", measured_at=timezone.now() + timedelta(seconds=10))
    assert state() == ("open", 2)
    acknowledge(user=diary.owner, pk=alert.pk, how="not_now")
    for hours, expected in ((47, ("acknowledged", 2)), (49, ("open", 3)), (50, ("open", 3))):
        assess_lump(lump=diary.lump, at=timezone.now() + timedelta(hours=hours))
        assert state() == expected
    assert Notice.objects.filter(cause__startswith=f"alert:{alert.pk}:", kind="alert").count() == 3


@pytest.mark.parametrize("day", ["9999-12-31", "2099-01-01"])
def test_a_booking_far_away_is_a_slip_and_said_so(day: str, make_link: MakeLink, diary: Diary) -> None:
    answer = send(make_link(answers=True), diary, visit_on=day)
    assert answer.status_code == 400 and b"too far away" in answer.content
    assert not Plan.objects.exists()


def test_the_next_plan_ends_the_one_before_and_an_ended_one_is_silent(
    make_link: MakeLink, diary: Diary, offered: Plan
) -> None:
    plans.confirm_plan(user=diary.owner, pk=offered.pk)
    made = make_link(answers=True)
    assert send(made, diary, every="", above_mm=20, visit="", visit_on="").status_code == 303
    second = Plan.objects.exclude(pk=offered.pk).get()
    plans.confirm_plan(user=diary.owner, pk=second.pk)
    offered.refresh_from_db()
    assert offered.state == "ended"
    assert not Reminder.objects.exists()
    assert "plan.size" in rules_of(log(diary, length_mm=30))
    plans.end_plan(user=diary.owner, pk=second.pk)
    assert Alert.objects.get(rule="plan.size").state == "closed"
    with pytest.raises(Wrong):
        plans.confirm_plan(user=diary.owner, pk=second.pk)


def test_only_through_a_link_that_asks_for_it_and_only_while_it_lives(make_link: MakeLink, diary: Diary) -> None:
    assert send(make_link(), diary).status_code == 404
    assert Client().post("/s/plan/", FORM).status_code == 404
    made, client = make_link(answers=True), Client()
    assert send(made, diary, client=client).status_code == 303
    assert b"Waits for the patient" in client.get("/s/view/").content
    revoke_share_link(user=diary.owner, pk=made.link.pk)
    booked = {"lump": str(diary.lump.pk), **FORM, "visit": ""}
    assert client.post("/s/plan/", booked).status_code == 404
    assert Plan.objects.count() == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"by": " "},
        {"words": "", "every": "", "above_mm": "", "signs": [], "visit": "", "visit_on": ""},
        {"every": 0},
        {"above_mm": "NaN"},
        {"above_mm": "1e400"},
        {"visit": "surgery"},
        {"visit_on": ""},
        {"visit_on": "2020-01-01"},
        {"lump": "6f1d5b3e-0000-7000-8000-000000000000"},
        {"words": "x" * 1001},
        {"signs": ["anything"]},
    ],
)
def test_what_cannot_be_meant_is_said_on_the_page_and_keeps_nothing(
    changes: dict[str, Any], make_link: MakeLink, diary: Diary
) -> None:
    answer = send(make_link(answers=True), diary, **changes)
    assert answer.status_code == 400
    assert b'role="alert"' in answer.content
    assert not Plan.objects.exists()


def test_a_link_takes_ten_answers(make_link: MakeLink, diary: Diary) -> None:
    made, client = make_link(answers=True), Client()
    assert [send(made, diary, client=client).status_code for _ in range(11)] == [303] * 10 + [400]


def test_a_viewer_may_not_decide_and_a_stranger_sees_nothing(offered: Plan, diary: Diary) -> None:
    victor = create_user(email="victor@example.org", password="correct-horse-9")
    bob = create_user(email="bob@example.org", password="correct-horse-9")
    invite_member(user=diary.owner, person_id=diary.lump.person_id, email="victor@example.org", role="viewer")
    for deed in (plans.confirm_plan, plans.decline_plan, plans.end_plan):
        with pytest.raises(MayOnlyLook):
            deed(user=victor, pk=offered.pk)
        with pytest.raises(NotThere):
            deed(user=bob, pk=offered.pk)
    offered.refresh_from_db()
    assert offered.state == "offered"


def test_the_files_are_behind_the_same_door_and_in_the_owners_log(make_link: MakeLink, diary: Diary) -> None:
    client = Client()
    assert client.get("/s/report.pdf").status_code == 404
    assert client.get("/s/fhir.json").status_code == 404
    made = make_link()
    unlock(made, client=client)
    pdf, fhir = client.get("/s/report.pdf"), client.get("/s/fhir.json")
    assert pdf.content[:5] == b"%PDF-" and b'"Bundle"' in fhir.content
    assert b"secret-note" not in fhir.content and b"Hidden one" not in fhir.content
    for answer in (pdf, fhir):
        assert answer["Cache-Control"] == "private, no-store" and "attachment" in answer["Content-Disposition"]
    taken = Visit.objects.filter(link=made.link, what=Visit.FILE).values_list("detail", flat=True)
    assert sorted(taken) == ["lump-diary-fhir.json", "lump-diary.pdf"]
    revoke_share_link(user=diary.owner, pk=made.link.pk)
    assert client.get("/s/report.pdf").status_code == 404


def test_files_are_made_ten_a_minute_for_one_link(make_link: MakeLink) -> None:
    made, client = make_link(), Client()
    unlock(made, client=client)
    for _ in range(10):
        Visit.objects.create(link=made.link, what=Visit.FILE, detail="lump-diary.pdf")
    for path in ("/s/report.pdf", "/s/fhir.json"):
        answer = client.get(path)
        assert (answer.status_code, answer["Retry-After"]) == (429, "60")
    Visit.objects.filter(what=Visit.FILE).update(at=timezone.now() - timedelta(minutes=2))
    assert client.get("/s/fhir.json").status_code == 200
