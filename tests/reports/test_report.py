"""The whole report from the database: what the scope lets through, and nothing else."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

if TYPE_CHECKING:  # pytest may load this file before Django is set up
    from tracker.models import Lump, Person
    from tracker.reports.shapes import Report

DAY = timedelta(days=1)


@pytest.fixture
def person(db: Any) -> Person:
    from tracker.models import Person

    return Person.objects.create(
        name="Alice", birth_year=1950, sex="female", conditions=["diabetes"], timezone="Europe/London"
    )


@pytest.fixture
def lump(person: Person) -> Lump:
    """Eight weekly readings up to yesterday, an old ultrasound, a secret note, and photos of every kind."""
    from tracker.models import CareEvent, Entry, Lump, Photo

    lump = Lump.objects.create(
        person=person, name="Back", site="lower_back", side="left", depth="under_skin", noticed_after="nothing",
        first_noticed_on=(timezone.now() - 80 * DAY).date(),
    )  # fmt: skip
    for week in range(8):
        at = timezone.now() - DAY - 7 * DAY * (7 - week)
        entry = Entry.objects.create(
            lump=lump,
            measured_at=at,
            length_mm=20 + week / 10,
            method="ruler",
            pain=min(week, 3),
            note=f"secret {week}",
        )
        files = {"state": "ready", "master": "m", "screen": "s", "thumb": "t", "sha256": "0" * 64}
        common = {"entry": entry, "received_sha256": "0" * 64, "received_bytes": 1}
        Photo.objects.create(**common, **files)
        if week == 7:
            Photo.objects.create(**common, **files, never_share=True)
            Photo.objects.create(**common, state="refused")
            Photo.objects.create(**common)
            Photo.objects.create(**common, **files, deleted_at=timezone.now())
    CareEvent.objects.create(lump=lump, at=timezone.now() - 45 * DAY, kind="ultrasound", detail="told: fat")
    Entry.objects.create(lump=lump, measured_at=timezone.now() - 2 * DAY, length_mm=99, deleted_at=timezone.now())
    return lump


def report_of(*lumps: Lump, **scope: Any) -> Report:
    from tracker.models import Lump
    from tracker.reports.build import report_for
    from tracker.reports.shapes import Scope

    rows = list(Lump.objects.filter(pk__in=[lump.pk for lump in lumps]).select_related("person"))
    return report_for(rows, Scope(**{"at": timezone.now(), **scope}))


def test_who_gave_no_name_is_the_patient_and_not_me(person: Person) -> None:
    from tracker.actions.people import create_user
    from tracker.reports.about import who_of

    own = create_user(email="nora@example.org", password="quiet-river-stone-44").memberships.get().person
    assert who_of(own, timezone.now()).words.startswith("The patient, ")
    assert who_of(person, timezone.now()).words.startswith("Alice, ")


def test_it_answers_who_where_since_when_and_how_big(lump: Lump) -> None:
    report = report_of(lump)
    (one,) = report.lumps
    assert report.who.words.startswith("Alice, about ") and report.who.words.endswith("female")
    assert report.who.conditions_words == "diabetes"
    assert one.where.words == "Lower back, left side, under the skin"
    assert one.where.since_words.endswith("(11 weeks ago), after nothing in particular")
    assert one.size is not None and one.size.words.startswith("20.7 mm on ")
    assert one.entries == 8 and len(one.log) == 9
    assert [change.span for change in one.changes] == ["first", "12_weeks", "4_weeks"]
    assert report.overview is None and one.chart("trend") is not None
    assert "not a diagnosis" in report.footer and "at home by the patient" in report.measured_words


def test_findings_come_with_their_source_and_no_finding_is_no_all_clear(lump: Lump, person: Person) -> None:
    from tracker.models import Lump

    found = report_of(lump).lumps[0].findings
    assert "persistent" in [finding.rule for finding in found]
    assert all(finding.source and finding.words and finding.urgency_words for finding in found)
    fresh = Lump.objects.create(person=person, name="New", site="thigh", first_noticed_on=timezone.now().date())
    (one,) = report_of(fresh).lumps
    assert one.findings == () and one.findings_words == "No rule matched. That is not the same as a check-up."
    assert one.size is None and one.changes == () and one.last_at is None


def test_photos_and_notes_only_where_the_scope_allows_them(lump: Lump) -> None:
    closed = report_of(lump).lumps[0]
    assert closed.photos == () and all(line.note == "" for line in closed.log)
    opened = report_of(lump, photos=True, notes=True).lumps[0]
    assert len(opened.photos) == 8 and all(len(day.photos) == 1 for day in opened.photos)
    assert opened.photos[0].day > opened.photos[-1].day
    assert [line.note for line in opened.log if line.kind == "entry"] == [f"secret {week}" for week in range(7, -1, -1)]


def test_nothing_from_before_the_day_allowed_is_shown_anywhere(lump: Lump) -> None:
    since = (timezone.now() - 20 * DAY).date()
    report = report_of(lump, since=since, photos=True, notes=True)
    (one,) = report.lumps
    assert one.entries == 3 and one.examinations == () and len(one.photos) == 3 and len(one.log) == 3
    chart = one.chart("trend")
    assert chart is not None and len(chart.table.rows) == 3
    assert one.rate.too_early and one.changes[0].from_at is not None and one.changes[0].from_at.date() >= since
    assert "secret 4" not in repr(report) and "told: fat" not in repr(report)


def test_the_day_allowed_begins_at_the_persons_midnight(person: Person) -> None:
    from tracker.models import Entry, Lump

    person.timezone = "Pacific/Auckland"
    person.save()
    lump = Lump.objects.create(person=person, name="Back", site="lower_back")
    for hour in (10, 12):  # 3 March 23:00 and 4 March 01:00 in Auckland
        Entry.objects.create(lump=lump, measured_at=datetime(2026, 3, 3, hour, tzinfo=UTC), length_mm=20)
    report = report_of(lump, since=date(2026, 3, 4), at=datetime(2026, 4, 1, tzinfo=UTC))
    assert report.lumps[0].entries == 1


def test_what_lies_after_the_report_is_not_in_it(lump: Lump) -> None:
    assert report_of(lump, at=timezone.now() - 10 * DAY).lumps[0].entries == 6


def test_several_lumps_have_an_overview_and_the_most_urgent_first(lump: Lump, person: Person) -> None:
    from tracker.models import Entry, Lump

    urgent = Lump.objects.create(person=person, name="Zebra", site="thigh")
    Entry.objects.create(lump=urgent, measured_at=timezone.now() - DAY, pain=6, redness=3, warmth=True, spreading=True)
    report = report_of(lump, urgent)
    assert [one.name for one in report.lumps] == ["Zebra", "Back"]
    assert report.lumps[0].findings[0].urgency in ("same_day", "emergency")
    assert report.overview is not None and report.overview.svg().startswith(b"<?xml")
    assert report.lump(str(lump.pk)) is report.lumps[1] and report.lump("x") is None


def test_lumps_of_two_people_make_no_report(lump: Lump) -> None:
    from tracker.models import Lump, Person

    other = Lump.objects.create(person=Person.objects.create(name="Bob"), name="His", site="thigh")
    with pytest.raises(ValueError, match="one person"):
        report_of(lump, other)
    with pytest.raises(ValueError, match="one person"):
        report_of()


def test_the_fingerprint_changes_with_the_facts_alone(lump: Lump) -> None:
    from tracker.models import Entry

    now = timezone.now()
    first = report_of(lump, at=now).fingerprint
    assert first == report_of(lump, at=now + timedelta(hours=1)).fingerprint and len(first) == 16
    Entry.objects.filter(lump=lump, pain=3).update(pain=4)
    assert report_of(lump, at=now).fingerprint != first


def test_it_takes_few_queries_and_no_matplotlib(lump: Lump, person: Person, django_assert_max_num_queries: Any) -> None:
    from tracker.models import Lump

    rows = [*Lump.objects.filter(pk=lump.pk).select_related("person")]
    rows += [Lump.objects.create(person=person, name=str(n), site="thigh") for n in range(3)]
    from tracker.reports.build import report_for
    from tracker.reports.shapes import Scope

    with django_assert_max_num_queries(5):
        report_for(rows, Scope(at=timezone.now(), photos=True, notes=True))


def test_a_chart_alone_is_the_same_chart(lump: Lump, person: Person) -> None:
    from tracker.models import Lump
    from tracker.reports.build import chart_for
    from tracker.reports.shapes import Scope

    Lump.objects.create(person=person, name="Arm", site="forearm")
    rows = list(Lump.objects.select_related("person"))
    scope = Scope(at=timezone.now(), since=(timezone.now() - 20 * DAY).date())
    report = report_of(*rows, since=scope.since)
    one, whole = chart_for(rows, scope, "trend", str(lump.pk)), chart_for(rows, scope, "overview")
    shared = report.lump(str(lump.pk))
    assert one is not None and shared is not None and whole is not None and report.overview is not None
    assert one.table == shared.charts[0].table and one.sentence == shared.charts[0].sentence
    assert whole.table == report.overview.table
    assert chart_for(rows, scope, "trend") is None and chart_for(rows, scope, "x", str(lump.pk)) is None
    assert chart_for(rows[:1], scope, "overview") is None
    assert chart_for([lump], scope, "trend", "00000000-0000-7000-8000-000000000000") is None


def test_a_photo_is_shared_by_the_persons_own_calendar(lump: Lump, person: Person) -> None:
    from tracker.models import Entry, Photo
    from tracker.reports.log import shared_photos
    from tracker.reports.shapes import Scope

    person.timezone = "America/New_York"
    person.save()
    lump.person = person
    late = Entry.objects.create(lump=lump, measured_at=datetime(2026, 3, 4, 4, 30, tzinfo=UTC))  # 3 March, 23:30 there
    Photo.objects.create(
        entry=late, received_sha256="0" * 64, received_bytes=1, state="ready", master="m", screen="s", thumb="t",
        sha256="0" * 64,
    )  # fmt: skip
    for since, there in ((date(2026, 3, 3), True), (date(2026, 3, 4), False)):
        found = shared_photos([lump], Scope(at=timezone.now(), photos=True, since=since))
        assert found.filter(entry=late).exists() == there
    assert not shared_photos([lump], Scope(at=timezone.now())).exists()
