"""What a hostile or a hurried import may not do: unpack one picture again and again, lose a mark, lose a version."""

import io
import json
import tracemalloc
import zipfile
from typing import Any
from uuid import UUID

import pytest

from tests.cast import Cast, make_member
from tests.photos import pictures
from tests.privacy.test_round_trip import diary_of, sent
from tests.support.threads import at_once
from tracker.actions import importing_photos
from tracker.actions.importing import import_diary
from tracker.actions.lumps import save_lump
from tracker.actions.people import save_person
from tracker.diary.incoming import Incoming, read_incoming
from tracker.models import Entry, Lump, Person, Photo, Revision

NEW = "0198c1a0-0000-7000-8000-00000000000{}"
PICTURE = pictures.jpeg()


def packed(body: Any, files: dict[str, bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", how) as archive:
        for name, content in {"diary.json": json.dumps(body).encode(), **files}.items():
            archive.writestr(name, content)
    return out.getvalue()


def with_photos(cast: Cast, names: list[str]) -> dict[str, Any]:
    """Alice's diary, its entry with photos of these names."""
    body = diary_of(cast.alice.token)
    photos = [{"id": NEW.format(place), "file": name} for place, name in enumerate(names)]
    body["people"][0]["lumps"][0]["entries"][0]["photos"] = photos
    return body


def refused(told: dict[str, Any]) -> list[str]:
    """The places, among the one entry's photos, of those that were refused."""
    return [each["path"].removeprefix("people[0].lumps[0].entries[0].photos") for each in told["refused"]]


@pytest.mark.parametrize("dry", [True, False])
def test_a_picture_is_unpacked_once_however_many_rows_name_it(cast: Cast, dry: bool) -> None:
    body = with_photos(cast, ["photos/a.jpg", "photos/a.jpg", "photos/b.jpg", "photos/b.jpg"])
    told = sent(cast.alice.token, packed(body, {"photos/a.jpg": PICTURE, "photos/b.jpg": b"none"}), dry=dry)
    assert refused(told) == ["[1]", "[2]", "[3]"] and told["added"] == 1
    assert told["refused"][0]["why"] == told["refused"][2]["why"] != told["refused"][1]["why"]


def test_more_photos_than_an_entry_holds_are_refused_before_their_pictures_are_unpacked(cast: Cast) -> None:
    names = [f"photos/{place}.jpg" for place in range(6)]
    raw = packed(with_photos(cast, names), dict.fromkeys(names, PICTURE))
    incoming = read_incoming(io.BytesIO(raw), most_pictures=2**20)
    told = import_diary(user=cast.alice.user, incoming=incoming, dry_run=True)
    assert refused(told.body()) == ["[4]", "[5]"] and told.added == 4
    assert incoming.asked == set(names[:4])
    assert refused(sent(cast.alice.token, raw)) == ["[4]", "[5]"] and Photo.objects.count() == 4


def test_of_a_picture_no_more_is_unpacked_than_it_says_of_itself() -> None:
    """Else a table of contents of many small files could hide gigabytes from the sum of them."""
    raw = bytearray(packed({"format": "lump-diary/1", "people": []}, {"photos/a.jpg": bytes(12 * 2**20)}))
    at = raw.rindex(b"photos/a.jpg") - 22  # its unpacked size in the table of contents
    raw[at : at + 4] = (1000).to_bytes(4, "little")
    incoming = read_incoming(io.BytesIO(bytes(raw)), most_pictures=2000)
    tracemalloc.start()
    try:
        assert incoming.picture("photos/a.jpg", 15 * 2**20) is None
        assert tracemalloc.get_traced_memory()[1] < 2**20
    finally:
        tracemalloc.stop()


def test_a_picture_that_says_it_is_too_large_is_refused(cast: Cast, settings: Any) -> None:
    settings.PHOTO_MAX_BYTES = len(PICTURE) - 1
    raw = packed(with_photos(cast, ["photos/a.jpg"]), {"photos/a.jpg": PICTURE})
    told = sent(cast.alice.token, raw, dry=True)
    assert refused(told) == ["[0]"] and "15 MB" in told["refused"][0]["why"]


@pytest.mark.parametrize("how", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
@pytest.mark.parametrize("damaged", [True, False])
def test_a_zip_packed_in_another_way_is_refused_with_a_sentence(cast: Cast, how: int, damaged: bool) -> None:
    raw = bytearray(packed(diary_of(cast.alice.token), {}, how))
    if damaged:
        raw[60:120] = b"\xff" * 60
    answer = cast.alice.token.ask("POST", "/api/import/", bytes(raw), content_type="application/zip")
    assert answer.status_code == 400 and "deflate" in str(answer.json()["errors"])


@pytest.mark.parametrize("damaged", [40, 60, 90])
def test_a_picture_that_is_damaged_in_the_zip_is_refused_alone(cast: Cast, damaged: int) -> None:
    raw = bytearray(packed(with_photos(cast, ["photos/a.jpg"]), {"photos/a.jpg": PICTURE}))
    at = raw.index(b"photos/a.jpg", raw.index(b"PK\x03\x04", 4)) + damaged
    raw[at : at + 30] = b"\xff" * 30
    told = sent(cast.alice.token, bytes(raw))
    assert refused(told) == ["[0]"] and not Photo.objects.exists()


def marked(cast: Cast, *, mark: bool) -> bytes:
    body = with_photos(cast, ["photos/a.jpg"])
    extra = json.dumps({"never_share": [NEW.format(0)] if mark else []}).encode()
    return packed(body, {"photos/a.jpg": PICTURE, "extra.json": extra})


def test_a_photo_that_must_not_be_shared_is_never_here_without_its_mark(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def power_cut(**given: Any) -> None:
        raise SystemError

    with monkeypatch.context() as patched:
        patched.setattr(importing_photos, "set_never_share", power_cut)
        assert sent(cast.alice.token, marked(cast, mark=True))["added"] == 1
    assert Photo.objects.get().never_share


@pytest.mark.parametrize("deleted", [True, False])
def test_a_photo_that_is_here_already_takes_the_mark_and_keeps_it(cast: Cast, deleted: bool) -> None:
    sent(cast.alice.token, marked(cast, mark=False))
    if deleted:
        cast.alice.token.remove(f"/api/photos/{NEW.format(0)}/")
    raw = marked(cast, mark=True)
    told = sent(cast.alice.token, raw, dry=True)
    assert told["changed"] == 1 and not Photo.objects.get().never_share
    assert sent(cast.alice.token, raw) == told
    row = Photo.objects.get()
    assert row.never_share and not row.is_deleted
    for mark in (True, False):
        assert sent(cast.alice.token, marked(cast, mark=mark))["changed"] == 0
    assert Photo.objects.get().never_share


@pytest.mark.django_db(transaction=True)
def test_two_imports_of_a_new_diary_at_once_are_one_diary(cast: Cast) -> None:
    body = diary_of(cast.alice.token)
    Person.objects.all().delete()
    dana = make_member("dana")

    def deed(turn: int) -> Any:
        done = import_diary(user=dana.user, incoming=Incoming(body["people"]))
        return done.added, done.same, done.refused

    told = at_once(8, deed)
    count = told[0][0] + told[0][1]
    assert [added + same for added, same, _ in told] == [count] * 8 and not any(why for _, _, why in told)
    assert sum(added for added, _, _ in told) == count
    assert (Lump.objects.count(), Entry.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_what_is_changed_while_an_import_runs_is_kept_as_an_earlier_version(cast: Cast) -> None:
    [person] = diary_of(cast.alice.token)["people"]
    lump = UUID(person["lumps"][0]["id"])
    kept = {name: person["lumps"][0][name] for name in ("site", "side") if person["lumps"][0].get(name)}

    def deed(turn: int) -> None:
        name = f"name {turn}"
        if turn % 2:
            save_person(user=cast.alice.user, pk=cast.person.pk, body={"name": name})
            save_lump(user=cast.alice.user, pk=lump, person_id=cast.person.pk, body={**kept, "name": name})
        else:
            told = {**person, "name": name, "lumps": [{**person["lumps"][0], "name": name}]}
            assert import_diary(user=cast.alice.user, incoming=Incoming([told])).refused == []

    at_once(16, deed)
    for row in (Person.objects.get(pk=cast.person.pk), Lump.objects.get(pk=lump)):
        earlier = Revision.objects.filter(row=row.pk, conflict=False)
        assert sorted(earlier.values_list("number", flat=True)) == list(range(1, row.revision))
        names = {version.body["name"] for version in earlier} | {row.name}
        assert names >= {f"name {turn}" for turn in range(16)}
