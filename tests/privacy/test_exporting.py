"""Everything of one's own as an archive: complete, made while it is sent, readable without a network."""

import hashlib
import io
import json
import tracemalloc
import zipfile
from typing import Any

from tests.cast import Cast, make_entry
from tests.photos import pictures
from tests.photos.deeds import settled
from tracker.actions.archive import export_everything
from tracker.diary.reading import parse_diary
from tracker.models import AuditLine, Photo
from tracker.pictures import vault

NAMES = ["diary.html", "diary.json", "entries.csv", "extra.json"]


def archive_of(client: Any) -> zipfile.ZipFile:
    answer = client.read("/api/export/")
    assert answer.status_code == 200 and answer["Content-Type"] == "application/zip"
    return zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))


def test_the_archive_holds_all_there_is_and_nobody_elses(cast: Cast) -> None:
    make_entry(cast.lump, note='=SUM(A1) "quoted" <b>bold</b>')
    photo = settled(cast.alice.user, cast.entry, pictures.jpeg())
    secret = settled(cast.alice.user, cast.entry, pictures.jpeg(), taken_at=None)
    Photo.objects.filter(pk=secret.pk).update(never_share=True)
    archive = archive_of(cast.alice.token)
    assert archive.testzip() is None
    files = [f"photos/{each}.jpg" for each in sorted(str(each.pk) for each in (photo, secret))]
    assert sorted(archive.namelist()) == sorted([*NAMES, *files])
    diary = parse_diary(archive.read("diary.json"))
    told = {each["id"]: each for each in diary["people"][0]["lumps"][0]["entries"][0]["photos"]}
    for each in told.values():
        assert hashlib.sha256(archive.read(each["file"])).hexdigest() == each["sha256"]
    extra = json.loads(archive.read("extra.json"))
    assert extra["never_share"] == [str(secret.pk)]
    assert {each["email"] for each in extra["members"]} == {"carol@example.org", "victor@example.org", ""}
    table = archive.read("entries.csv").decode()
    assert table.count("\n") == 3 and "'=SUM(A1)" in table
    assert str(cast.bobs_lump.pk) not in b"".join(archive.read(name) for name in NAMES).decode()
    assert AuditLine.objects.filter(actor=cast.alice.user.pk, deed="export.made").count() == 1


def test_the_page_needs_no_network_and_runs_nothing(cast: Cast) -> None:
    make_entry(cast.lump, note='<script>alert(1)</script><img src="https://evil.example/x">')
    page = archive_of(cast.alice.token).read("diary.html").decode()
    assert "default-src 'none'" in page and "<script" not in page and "https://evil.example/x&quot;" in page
    for word in ("<link", "@import", "url(", 'src="http', 'src="//', 'href="http'):
        assert word not in page


def test_a_photo_that_cannot_be_read_is_named_and_not_promised(cast: Cast) -> None:
    photo = settled(cast.alice.user, cast.entry, pictures.jpeg())
    vault.forget(photo.master)
    archive = archive_of(cast.alice.token)
    assert sorted(archive.namelist()) == NAMES
    (told,) = parse_diary(archive.read("diary.json"))["people"][0]["lumps"][0]["entries"][0]["photos"]
    assert told["file"] is None and told["received_sha256"]
    assert json.loads(archive.read("extra.json"))["photos_damaged"] == [str(photo.pk)]


def test_one_photo_at_a_time_is_in_memory(cast: Cast, monkeypatch: Any) -> None:
    """Twelve photos of 2 MB never weigh 24 MB: each piece is given away before the next photo is opened."""
    size, photos = 2 * 2**20, 12
    for number in range(photos // 4):
        entry = make_entry(cast.lump, days_ago=number + 2)
        for _ in range(4):
            settled(cast.alice.user, entry, pictures.jpeg())
    monkeypatch.setattr("tracker.actions.archive.open_photo", lambda *, photo, size: bytes(2 * 2**20))
    pieces, _about = export_everything(user=cast.alice.user)
    tracemalloc.start()
    total = sum(len(piece) for piece in pieces)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert total > size * photos
    assert peak < 5 * size


def test_a_head_request_takes_nothing_and_an_unknown_form_is_refused(cast: Cast) -> None:
    assert cast.alice.token.ask("HEAD", "/api/export/").status_code == 200
    assert not AuditLine.objects.filter(deed="export.made").exists()
    refused = cast.alice.token.read("/api/export/?as=exe")
    assert refused.status_code == 400 and "as" in refused.json()["errors"]
