"""The doctor's page is remembered, and never is an old one shown, nor one to somebody who may not have it."""

import gzip
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tests.gates.world import picture
from tests.sharing.conftest import Diary, MakeLink, unlock
from tracker.actions import events, lumps, measuring, people, photos
from tracker.actions.entries import delete_entry, log_entry, restore_entry
from tracker.actions.photo_work import process_photo
from tracker.actions.sharing import MadeLink, end_visit, revoke_share_link
from tracker.models import CareEvent, Entry, MeasuringTrial, Photo, ShareLink, Visit
from tracker.models.base import uuid7
from tracker.reports.build import report_for

pytestmark = pytest.mark.django_db


@dataclass
class Clock:
    """What `timezone.now` says; it stands, twenty seconds into a minute, until it is moved."""

    now: datetime

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)


@pytest.fixture
def clock(diary: Diary, monkeypatch: pytest.MonkeyPatch) -> Clock:
    found = Clock(timezone.now().replace(second=20, microsecond=0) + timedelta(minutes=1))
    monkeypatch.setattr(timezone, "now", lambda: found.now)
    return found


@pytest.fixture
def reports(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Grows by one with each page that is made and not remembered."""
    found: list[int] = []

    def counted(*args: Any, **options: Any) -> Any:
        found.append(1)
        return report_for(*args, **options)

    monkeypatch.setattr("frontend.views.share.report_for", counted)
    return found


def look(client: Client, **headers: str) -> bytes:
    answer = client.get("/s/view/", headers=headers)
    assert answer.status_code == 200
    body: bytes = answer.content
    return body


def opened(made: MadeLink) -> Client:
    client = Client()
    assert unlock(made, client=client).status_code == 303
    return client


def test_a_second_look_is_the_same_answer_made_once_and_logged_twice(
    make_link: MakeLink, clock: Clock, reports: list[int]
) -> None:
    made = make_link()
    client = opened(made)
    first, second = client.get("/s/view/"), client.get("/s/view/")
    assert first.status_code == second.status_code == 200
    assert first.content == second.content and dict(first.items()) == dict(second.items())
    assert len(reports) == 1
    assert Visit.objects.filter(link=made.link, what=Visit.PAGE).count() == 2


def test_it_is_packed_only_for_those_who_unpack(make_link: MakeLink, clock: Clock, reports: list[int]) -> None:
    client = opened(make_link())
    plain = look(client)
    for _turn in range(2):
        packed = client.get("/s/view/", headers={"accept-encoding": "br, gzip"})
        assert packed["Content-Encoding"] == "gzip" and gzip.decompress(packed.content) == plain
        assert "Accept-Encoding" in packed["Vary"]
        assert look(client) == plain
    assert len(reports) == 2


def add_entry(diary: Diary) -> None:
    log_entry(user=diary.owner, pk=uuid7(), lump_id=diary.lump.pk, body={"measured_at": timezone.now(), "pain": 7})


def change_note(diary: Diary) -> None:
    row = Entry.objects.filter(lump=diary.lump).latest("measured_at")
    body = {"measured_at": row.measured_at, "length_mm": row.length_mm, "method": "ruler", "note": "another note"}
    log_entry(user=diary.owner, pk=row.pk, lump_id=diary.lump.pk, body=body, base_revision=row.revision)


def take_entry_away(diary: Diary) -> None:
    delete_entry(user=diary.owner, pk=Entry.objects.filter(lump=diary.lump).latest("measured_at").pk)


def bring_entry_back(diary: Diary) -> None:
    restore_entry(user=diary.owner, pk=Entry.objects.get(lump=diary.lump, deleted_at__isnull=False).pk)


def add_event(diary: Diary) -> None:
    body = {"at": timezone.now(), "kind": "ultrasound", "detail": "told: fat"}
    events.save_event(user=diary.owner, pk=uuid7(), lump_id=diary.lump.pk, body=body)


def take_event_away(diary: Diary) -> None:
    events.delete_event(user=diary.owner, pk=CareEvent.objects.get().pk)


def rename_lump(diary: Diary) -> None:
    row = diary.lump
    body = {"name": "Renamed", "site": "lower_back"}
    lumps.save_lump(user=diary.owner, pk=row.pk, person_id=row.person_id, body=body, base_revision=row.revision)


def change_person(diary: Diary) -> None:
    row = diary.lump.person
    row.refresh_from_db()
    body = {"name": "Alice", "birth_year": 1980, "conditions": ["diabetes"], "timezone": "Asia/Tokyo"}
    people.save_person(user=diary.owner, pk=row.pk, body=body, base_revision=row.revision)


def measure_measuring(diary: Diary) -> None:
    measuring.log_trial(
        user=diary.owner, person_id=diary.lump.person_id, pk=uuid7(), method="ruler", by=MeasuringTrial.SELF,
        readings=[20.0, 29.0, 14.0, 24.0, 33.0, 18.0], at=None,
    )  # fmt: skip


def take_trial_away(diary: Diary) -> None:
    pk = MeasuringTrial.objects.get().pk
    measuring.delete_trial(user=diary.owner, person_id=diary.lump.person_id, pk=pk)


def add_photo(diary: Diary) -> None:
    pk = uuid7()
    entry = diary.lump.entries.earliest("measured_at")
    photos.attach_photo(user=diary.owner, pk=pk, entry_id=entry.pk, data=picture())
    process_photo(pk=pk)


def hide_photo(diary: Diary) -> None:
    photos.set_never_share(user=diary.owner, pk=Photo.objects.get().pk, never_share=True)


def show_photo(diary: Diary) -> None:
    photos.set_never_share(user=diary.owner, pk=Photo.objects.get().pk, never_share=False)


def take_photo_away(diary: Diary) -> None:
    photos.delete_photo(user=diary.owner, pk=Photo.objects.get().pk)


DEEDS: tuple[Callable[[Diary], None], ...] = (
    add_entry, take_entry_away, bring_entry_back, change_note, add_event, take_event_away, rename_lump, change_person,
    measure_measuring, take_trial_away, add_photo, hide_photo, show_photo, take_photo_away,
)  # fmt: skip


def test_whatever_a_page_shows_is_on_the_very_next_one(
    diary: Diary, make_link: MakeLink, clock: Clock, reports: list[int]
) -> None:
    client = opened(make_link(photos=True, notes=True))
    before = look(client)
    for number, deed in enumerate(DEEDS, start=1):
        deed(diary)
        after = look(client)
        assert after != before, deed.__name__
        assert look(client) == after
        assert len(reports) == number + 1, deed.__name__
        before = after


def revoke(diary: Diary, made: MadeLink, _client: Client, _clock: Clock) -> None:
    revoke_share_link(user=diary.owner, pk=made.link.pk)


def leave(_diary: Diary, _made: MadeLink, client: Client, _clock: Clock) -> None:
    end_visit(secret=client.cookies["share"].value)


def wait(_diary: Diary, _made: MadeLink, _client: Client, clock: Clock) -> None:
    clock.move(seconds=10)


def expire(_diary: Diary, made: MadeLink, _client: Client, clock: Clock) -> None:
    ShareLink.objects.filter(pk=made.link.pk).update(expires_at=clock.now)


def lock(_diary: Diary, made: MadeLink, _client: Client, _clock: Clock) -> None:
    for _try in range(5):
        unlock(made, passcode="000000" if made.passcode != "000000" else "111111")


def lose_cookie(_diary: Diary, _made: MadeLink, client: Client, _clock: Clock) -> None:
    client.cookies.clear()


def delete_person(diary: Diary, _made: MadeLink, _client: Client, _clock: Clock) -> None:
    people.delete_person(user=diary.owner, pk=diary.lump.person_id)


@pytest.mark.parametrize("end", [revoke, leave, expire, lock, lose_cookie, delete_person])
def test_nobody_gets_the_remembered_page_once_the_door_is_shut(
    end: Callable[[Diary, MadeLink, Client, Clock], None], diary: Diary, make_link: MakeLink, clock: Clock
) -> None:
    made = make_link()
    client = opened(made)
    look(client)
    wait(diary, made, client, clock)
    look(client)  # still the remembered one
    end(diary, made, client, clock)
    answer = client.get("/s/view/")
    assert answer.status_code == 404 and b"This link does not open" in answer.content


def test_two_links_to_one_lump_keep_their_own_pages(make_link: MakeLink, clock: Clock) -> None:
    open_hearted, discreet = opened(make_link(notes=True)), opened(make_link())
    for _turn in range(2):
        assert b"secret-note" in look(open_hearted)
        assert b"secret-note" not in look(discreet)


def test_a_page_is_remembered_for_no_longer_than_the_minute_it_names(
    make_link: MakeLink, clock: Clock, reports: list[int]
) -> None:
    client = opened(make_link())
    words = [look(client)]
    for seconds, pages in ((39, 1), (1, 2), (59, 2), (1, 3)):
        clock.move(seconds=seconds)
        words.append(look(client))
        assert len(reports) == pages
        assert f"as of {timezone.localtime():%-d %b %Y, %H:%M}".encode() in words[-1]
    clock.move(minutes=-2)  # a clock set back: a page from times to come is not one of now
    assert look(client) == words[0]


def test_what_time_alone_brings_is_there_when_it_is_due(diary: Diary, make_link: MakeLink, clock: Clock) -> None:
    client = opened(make_link(notes=True))
    ahead = clock.now + timedelta(seconds=10)  # by a phone's clock that runs ahead
    body = {"measured_at": ahead, "length_mm": 31.0, "note": "from tomorrow"}
    log_entry(user=diary.owner, pk=uuid7(), lump_id=diary.lump.pk, body=body)
    assert b"from tomorrow" not in look(client)
    clock.move(seconds=11)
    assert b"from tomorrow" in look(client)


def test_a_page_too_long_to_keep_is_made_each_time(
    make_link: MakeLink, clock: Clock, reports: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("frontend.views.share_kept.LONGEST", 1_000)
    client = opened(make_link())
    assert look(client) == look(client)
    assert len(reports) == 2


def test_a_page_that_takes_an_answer_shows_each_viewer_their_own(make_link: MakeLink, clock: Clock) -> None:
    made = make_link(answers=True)
    first, second = opened(made), Client()
    second.post("/s/", {"token": made.token, "passcode": made.passcode or "", "viewer": "Nurse Kay"})
    for _turn in range(2):
        assert b"Dr Lee" in look(first) and b"Nurse Kay" not in look(first)
        assert b"Nurse Kay" in look(second)


@pytest.mark.parametrize("answers", [False, True])
def test_a_link_whose_every_lump_was_deleted_is_gone(diary: Diary, make_link: MakeLink, answers: bool) -> None:
    made = make_link(answers=answers)
    client = opened(made)
    look(client)
    lumps.delete_lump(user=diary.owner, pk=diary.lump.pk)
    for address in ("/s/view/", "/s/report.pdf", "/s/fhir.json", "/s/chart/overview.svg"):
        assert client.get(address).status_code == 404, address
    seen = Visit.objects.filter(link=made.link, what__in=(Visit.PAGE, Visit.FILE))
    assert [visit.what for visit in seen] == [Visit.PAGE], "nobody looked at what was not there"
