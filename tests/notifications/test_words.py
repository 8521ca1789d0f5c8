"""What may be read aloud: subjects, lock screens, headers and logs hold no word about health."""

import io
import logging
import re
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone

from tests.notifications.cast import account, alert_of, lump_of, person_of
from tests.rules.test_words import READING_GRADE, school_grade
from tests.support.smtp import Mailbox
from tracker.actions import asking, reminders
from tracker.actions.digest import post_due_digests
from tracker.models import Delivery, Notice
from tracker.models.base import uuid7
from tracker.notifications import messages, outbox, previews, sender
from tracker.notifications.previews import samples
from tracker.rules.vocabulary import URGENCIES

pytestmark = pytest.mark.django_db(transaction=True)

HEALTH = re.compile(
    r"lump|cyst|lipoma|tumou?r|cancer|grow|infect|pain|sore|red\b|redness|warm|fever|temperature|pus\b|swell|bleed|breast|"
    r"testic|groin|doctor|\bgp\b|hospital|clinic|symptom|antibiotic|sepsis|size|measure|\bmm\b|skin|emergency|999|111",
    re.IGNORECASE,
)
FORBIDDEN = re.compile(r"\balarm|diagnos(?!is and not a check-up)|cancer risk|\bsafe\b|\bnormal", re.IGNORECASE)


def _every_kind() -> list[Notice]:
    alice = account("alice")
    lump = lump_of(alice, "Sore cyst")
    for index, urgency in enumerate(URGENCIES):
        outbox.post_alert(alert_of(lump, urgency, rule=f"rule.{index}"), at=timezone.now())
    row = reminders.save_reminder(user=alice, pk=uuid7(), lump_id=lump.pk, at=time(8), every=1).row
    asking.post_due_reminders(row.next_at)
    words = messages.for_test()
    outbox.post(
        user=alice, kind=words.kind, cause="test", subject=words.subject, body=words.body, at=timezone.now()
    )  # fmt: skip
    return list(Notice.objects.all())


def test_lock_screens_and_subjects_hold_no_health_word() -> None:
    notices = _every_kind()
    assert {notice.kind for notice in notices} == {"alert", "digest", "follow_up", "reminder", "test"}
    for notice in notices:
        shown = messages.lock_screen(notice)
        letter = messages.letter(notice)
        first_line = letter.text.splitlines()[0]
        for text in (shown["title"], shown["body"], letter.subject, first_line, *letter.headers.values()):
            assert not HEALTH.search(text), text
        assert len(letter.text.split("\n\n")[0]) >= 80  # a preview beside the subject shows no more than that
        assert not FORBIDDEN.search(letter.text + shown["body"])


def test_the_letter_says_the_advice_its_numbers_its_source_and_one_way_in() -> None:
    alert = alert_of(lump_of(account("alice")))
    [notice] = outbox.post_alert(alert, at=timezone.now())
    letter = messages.letter(notice)
    for part in (alert.words, alert.because, alert.source, "not a diagnosis"):
        assert part in letter.text
        assert part in letter.html
    assert letter.html.count(f"/app/lumps/{alert.lump_id}") == letter.text.count(f"/app/lumps/{alert.lump_id}") == 1
    assert "<img" not in letter.html
    assert letter.headers == {}


def test_the_letter_escapes_what_people_typed() -> None:
    alice = account("alice")
    lump = lump_of(alice, '<script>alert("x")</script>')
    row = reminders.save_reminder(user=alice, pk=uuid7(), lump_id=lump.pk, at=time(8), every=1).row
    asking.post_due_reminders(row.next_at)
    letter = messages.letter(Notice.objects.get())
    assert "<script>" not in letter.html
    assert '<script>alert("x")</script>' in letter.text
    assert "List-Unsubscribe" in letter.headers


def test_no_log_line_holds_a_health_word_or_an_address(mail: Mailbox) -> None:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    logger = logging.getLogger("tracker")
    logger.addHandler(handler)
    level = logger.level
    logger.setLevel(logging.DEBUG)
    try:
        _every_kind()
        mail.moods = ["refuse", "busy", "drop"]
        sender.deliver()
        with time_machine.travel(timezone.now() + timedelta(minutes=2)):
            sender.deliver()
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)
    said = stream.getvalue()
    assert "failed for good" in said
    assert not HEALTH.search(re.sub(r"[0-9a-f-]{36}", "", said)), said
    assert "alice" not in said


def test_what_could_wait_comes_once_on_sunday_morning(mail: Mailbox) -> None:
    alice = account("alice")
    person = person_of(alice)
    person.timezone = "Europe/London"
    person.save()
    zone = ZoneInfo("Europe/London")
    with time_machine.travel(datetime(2026, 6, 3, 12, tzinfo=zone), tick=False) as clock:  # a Wednesday
        lump = lump_of(alice)
        for rule in ("persistent", "pain.rising"):
            outbox.post_alert(alert_of(lump, "routine", rule=rule), at=timezone.now())
        assert post_due_digests(timezone.now()) == 0
        clock.move_to(datetime(2026, 6, 7, 8, 59, tzinfo=zone))
        assert post_due_digests(timezone.now()) == 0
        clock.move_to(datetime(2026, 6, 7, 9, 0, tzinfo=zone))
        assert post_due_digests(timezone.now()) == 1
        clock.move_to(datetime(2026, 6, 9, 9, 0, tzinfo=zone))
        assert post_due_digests(timezone.now()) == 0
        clock.move_to(datetime(2026, 6, 14, 9, 0, tzinfo=zone))
        assert post_due_digests(timezone.now()) == 0
        sender.deliver()
    [got] = mail.received
    assert got.message["Subject"] == "Your week in the diary"
    body: Any = got.message.get_body(("plain",))
    assert body.get_content().count("growing") == 2
    assert Delivery.objects.count() == 1


OURS = (
    "repeat",
    "carer",
    "reminder",
    "follow-up",
    "after-antibiotics",
    "after-ultrasound",
    "digest",
    "ask",
    "test",
)


@pytest.mark.parametrize("key", OURS)
def test_our_own_sentences_are_calm_short_and_plain(key: str) -> None:
    """What quotes the rules is measured with them (tests/rules/test_words.py); here it is what we say around it."""
    sample = next(each for each in samples() if each.key == key)
    own = [part for part in sample.notice.body.split("\n\n") if not _is_quoted(part)]
    text = " ".join(own)
    assert school_grade(text) <= READING_GRADE, (school_grade(text), text)
    assert not FORBIDDEN.search(text)
    for shown in (sample.notice.subject, *messages.lock_screen(sample.notice).values()):
        assert not HEALTH.search(shown.replace(sample.notice.link, "")), shown


def test_one_sign_is_asked_about_in_plain_words() -> None:
    alert = alert_of(lump_of(account("alice")), rule="infection.one_sign")
    words = messages.for_recheck(alert)
    assert school_grade(words.body) <= READING_GRADE
    assert not FORBIDDEN.search(words.body) and not HEALTH.search(words.subject)


def _is_quoted(part: str) -> bool:
    quoted = [text for said in previews._SAID.values() for text in said]
    return any(text in part for text in quoted)
