"""Rows U1, U3, U4 and U5 on some of each kind of picture; `make uploads` tries them all and prints the counts."""

import hashlib
from typing import Any

import pytest

from tests.cast import make_cast, new_id
from tests.photos import corpus, pictures
from tests.photos.deeds import files
from tests.photos.intake import tell
from tracker.actions.photo_work import process_photo
from tracker.models import Photo

SHORT = [case for case in corpus.cases() if not case.long]


@pytest.mark.parametrize("case", SHORT, ids=lambda case: f"{case.group}: {case.name}")
def test_intake_of(case: corpus.Case) -> None:
    assert tell(case).wrong == ()


@pytest.mark.django_db
def test_through_the_door_every_picture_gets_an_answer_and_nothing_planted_is_kept(folder: Any) -> None:
    """The whole way: 0 answers of 500, 0 planted bytes in store, row or answer; refused ones aside, which lie sealed."""
    cast = make_cast()
    from tests.cast import make_entry

    statuses = set()
    for case in (case for case in SHORT if case.group in ("planted", "named .jpg")):
        pk, entry, data = new_id(), make_entry(cast.lump), case.make()
        path = f"/api/photos/{pk}/"
        sent = cast.alice.token.ask(
            "PUT", f"{path}?entry={entry.pk}", data, content_type="image/jpeg",
            headers={"X-Content-SHA256": hashlib.sha256(data).hexdigest()},
        )  # fmt: skip
        statuses.add(sent.status_code)
        process_photo(pk=pk)
        told = cast.alice.token.read(path)
        assert pictures.SECRET not in sent.content + told.content, case.name
        for size in ("thumb", "screen", "full"):
            answer = cast.alice.token.read(f"{path}file/", size=size)
            if answer.status_code == 200:
                assert answer["Content-Type"] == "image/jpeg" and answer["X-Content-Type-Options"] == "nosniff"
                assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
                assert pictures.SECRET not in answer.content and b"<script" not in answer.content
    assert statuses == {201, 415}
    assert not any(pictures.SECRET.decode() in str(row) for row in Photo.objects.values())
    assert not any(pictures.SECRET in path.read_bytes() for path in files(folder))
