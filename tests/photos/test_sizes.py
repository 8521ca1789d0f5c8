"""A photo with the card, from upload to what its entry is told: measured apart, corrected by a person, nothing written."""

from typing import Any

import pytest

from tests.cast import Cast, join, make_cast, make_entry, make_member, new_id
from tests.gates.world import ANALYSIS, MARK
from tests.photo_reading.scene import Scene, render
from tests.photos import pictures
from tests.photos.deeds import settled
from tracker.actions import photo_work
from tracker.actions.photo_work import read_photo, unread_photos
from tracker.models import Entry, Membership, Photo
from tracker.pictures import child, reading

pytestmark = pytest.mark.django_db
OUTLINE = [[10, 10], [30, 10], [30, 20], [10, 20]]
ENDS = {"length": [[10, 10], [34, 10]], "width": [[20, 2], [20, 18]]}


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def measured(cast: Cast, **analysis: Any) -> Photo:
    """A photo as it stands after a reading that found the card."""
    photo = settled(cast.alice.user, cast.entry)
    Photo.objects.filter(pk=photo.pk).update(to_read=False, analysis={**ANALYSIS, **analysis})
    photo.refresh_from_db()
    return photo


def test_a_photo_with_the_card_is_measured_after_it_is_ready(cast: Cast) -> None:
    from PIL import Image

    photo = settled(
        cast.alice.user, cast.entry, pictures.encoded(Image.fromarray(render(Scene(size=(1134, 850)))), quality=92)
    )
    path = f"/api/photos/{photo.pk}/"
    told = cast.alice.token.read(path).json()
    assert (told["state"], told["measuring"], told["analysis"]) == ("ready", True, None)
    assert cast.alice.token.read(f"{path}file/", size="flat").status_code == 404
    assert unread_photos() == [photo.pk]
    read_photo(pk=photo.pk)
    told = cast.alice.token.read(path).json()
    assert (told["measuring"], told["analysis"]["ok"], told["analysis"]["corrected"]) == (False, True, None)
    assert told["analysis"]["length_mm"] == pytest.approx(30, rel=0.05)
    flat = cast.alice.token.read(f"{path}file/", size="flat")
    assert flat.status_code == 200 and flat.content.startswith(b"\xff\xd8")
    size = cast.alice.token.read(f"/api/entries/{cast.entry.pk}/photo-size/").json()
    assert size["length_mm"] == pytest.approx(30, rel=0.05) and size["photos"] == [str(photo.pk)]
    assert size["typed"]["length_mm"] == 21.0 and size["differs"] is True
    entry = Entry.objects.get(pk=cast.entry.pk)
    assert (entry.length_mm, entry.width_mm, entry.revision) == (21.0, None, 1)  # nothing was written into it


@pytest.mark.parametrize("failure", [reading.Unread("damaged"), child.Interrupted("took_too_long")])
def test_a_reading_that_fails_leaves_the_photo_well(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, failure: Exception
) -> None:
    photo = settled(cast.alice.user, cast.entry)

    def fail(master: bytes) -> Any:
        raise failure

    monkeypatch.setattr(photo_work, "measure", fail)
    for _ in range(3):
        try:
            read_photo(pk=photo.pk)
        except child.Interrupted:
            continue
    told = cast.alice.token.read(f"/api/photos/{photo.pk}/").json()
    assert (told["state"], told["measuring"], told["analysis"]) == ("ready", False, None)
    assert unread_photos() == []
    assert cast.alice.token.read(f"/api/photos/{photo.pk}/file/", size="full").status_code == 200


def test_a_child_that_runs_on_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(child.Interrupted):
        child.run("http.server", b"", seconds=0.5)
    with pytest.raises(child.Failed):
        child.run("this", b"")  # ends well, and says nothing of use


def test_an_analysis_shows_what_is_told_and_nothing_else(cast: Cast) -> None:
    photo = measured(cast, stack="/srv/secret")
    told = cast.alice.token.read(f"/api/photos/{photo.pk}/").json()["analysis"]
    assert "stack" not in told and "note" not in told and MARK not in str(told)
    assert told["corrected"] is None and told["length_mm"] == 20.0


@pytest.mark.parametrize(
    ("body", "length", "width"), [({"outline": OUTLINE}, 22.4, None), ({"ends": ENDS}, 24.0, 16.0)]
)
def test_a_person_corrects_what_was_measured_and_takes_it_back(
    cast: Cast, body: dict[str, Any], length: float, width: float | None
) -> None:
    photo = measured(cast)
    path = f"/api/photos/{photo.pk}/outline/"
    answer = cast.carol.token.put_json(path, body)
    corrected = answer.json()["analysis"]["corrected"]
    assert answer.status_code == 200 and answer.json()["revision"] == 2
    assert corrected["length_mm"] == pytest.approx(length, abs=0.1) and corrected["length_sd"] > 0
    assert width is None or corrected["width_mm"] == pytest.approx(width, abs=0.1)
    size = cast.alice.token.read(f"/api/entries/{cast.entry.pk}/photo-size/").json()
    assert size["length_mm"] == corrected["length_mm"]
    back = cast.alice.token.remove(path)
    assert back.status_code == 200 and back.json()["analysis"]["corrected"] is None
    assert cast.alice.token.read(f"/api/entries/{cast.entry.pk}/photo-size/").json()["length_mm"] == 20.0
    assert cast.alice.token.remove(path).json()["revision"] == back.json()["revision"]


@pytest.mark.parametrize(
    "body",
    [
        {}, {"outline": OUTLINE, "ends": ENDS}, {"outline": OUTLINE[:2]}, {"outline": [[1, 2, 3]] * 3},
        {"outline": [[1, "2"]] * 3}, {"outline": [[-1, 2]] * 3}, {"outline": [[1, 2]] * 401}, {"outline": "x"},
        {"outline": [[61, 1], [62, 1], [62, 2]]}, {"outline": [[5, 5]] * 3}, {"ends": {"width": ENDS["width"]}},
        {"ends": {"length": [[5, 5], [5, 5]]}}, {"ends": {"length": [[5, 41], [5, 5]]}}, {"ends": {**ENDS, "x": 1}},
        {"ends": {"length": [[1, True], [2, 2]]}}, {"other": 1},
    ],
)  # fmt: skip
def test_what_cannot_be_an_outline_is_refused_in_words(cast: Cast, body: dict[str, Any]) -> None:
    photo = measured(cast)
    answer = cast.alice.token.put_json(f"/api/photos/{photo.pk}/outline/", body)
    assert answer.status_code == 400 and answer.json()["detail"]
    assert Photo.objects.get(pk=photo.pk).analysis == photo.analysis


def test_without_a_card_there_is_nothing_to_draw_in(cast: Cast) -> None:
    plain = settled(cast.alice.user, cast.entry)
    none = measured(cast, ok=False, reason="no_card", flat=None)
    for photo in (plain, none):
        answer = cast.alice.token.put_json(f"/api/photos/{photo.pk}/outline/", {"ends": ENDS})
        assert answer.status_code == 400 and "card" in answer.json()["detail"]


def test_the_size_of_an_entry_is_the_mean_of_what_its_photos_say(cast: Cast) -> None:
    path = f"/api/entries/{cast.entry.pk}/photo-size/"
    nothing: dict[str, Any] = {
        "length_mm": None,
        "length_sd": None,
        "width_mm": None,
        "width_sd": None,
        "photos": [],
        "differs": False,
    }
    typed = {"length_mm": 21.0, "width_mm": None, "method": None}
    assert cast.alice.token.read(path).json() == {**nothing, "waiting": 0, "typed": typed}
    first, second = measured(cast), measured(cast, length_mm=22.0, width_mm=None, width_sd=None)
    measured(cast, ok=False, reason="glare", length_mm=90.0)  # not one of those that say something
    waiting = settled(cast.alice.user, cast.entry)
    found = cast.alice.token.read(path).json()
    assert found["length_mm"] == pytest.approx(21.0, abs=0.01) and found["width_mm"] == 16.0
    assert found["photos"] == [str(first.pk), str(second.pk)] and found["waiting"] == 1
    assert found["differs"] is False  # 21 typed, 21 seen
    Entry.objects.filter(pk=cast.entry.pk).update(length_mm=26.0, method="ruler")
    assert cast.alice.token.read(path).json()["differs"] is True
    empty = make_entry(cast.lump, length_mm=None)
    assert cast.alice.token.read(f"/api/entries/{empty.pk}/photo-size/").json() == {
        **nothing, "waiting": 0, "typed": None,
    }  # fmt: skip
    assert cast.victor.token.read(path).json()["photos"] == []  # he may not see photos, so not what they say
    assert cast.bob.token.read(path).status_code == 404
    assert waiting.measuring


def test_kept_back_by_any_who_may_add_and_given_free_by_the_owner_alone(cast: Cast) -> None:
    photo = settled(cast.alice.user, cast.entry)
    path = f"/api/photos/{photo.pk}/"
    assert cast.carol.token.patch_json(path, {"never_share": True}).json()["never_share"] is True
    assert cast.carol.token.patch_json(path, {"never_share": True}).json()["revision"] == 2
    assert cast.carol.token.patch_json(path, {"never_share": False}).status_code == 403
    assert cast.alice.token.read(path).json()["never_share"] is True
    freed = cast.alice.token.patch_json(path, {"never_share": False}).json()
    assert (freed["never_share"], freed["revision"]) == (False, 3)
    for body in ({}, {"never_share": None}, {"never_share": 1}, {"state": "ready"}):
        assert cast.alice.token.patch_json(path, body).status_code == 400
    viewer = make_member("vera")
    join(viewer.user, cast.person, Membership.VIEWER, photos=True)
    assert viewer.token.patch_json(path, {"never_share": True}).status_code == 403


def test_what_is_kept_back_is_in_no_link_and_no_report(cast: Cast) -> None:
    """Neither the page, nor the picture at its own address, nor what a report is made from."""
    from django.test import Client
    from django.utils import timezone

    from tracker.actions.sharing import create_share_link
    from tracker.reports.build import report_for
    from tracker.reports.shapes import Scope

    shared, kept = settled(cast.alice.user, cast.entry), settled(cast.alice.user, cast.entry)
    cast.alice.token.patch_json(f"/api/photos/{kept.pk}/", {"never_share": True})
    made = create_share_link(user=cast.alice.user, lump_ids=[cast.lump.pk], photos=True, passcode=False)
    doctor = Client()
    assert doctor.post("/s/", {"token": made.token}).status_code == 303
    page = doctor.get("/s/view/").content.decode()
    assert str(shared.pk) in page and str(kept.pk) not in page
    for size in ("thumb", "screen", "full"):
        assert doctor.get(f"/s/photo/{shared.pk}/{size}.jpg").status_code == 200
        assert doctor.get(f"/s/photo/{kept.pk}/{size}.jpg").status_code == 404
    for address in (f"/s/photo/{shared.pk}/flat.jpg", f"/s/photo/{shared.pk}/original.jpg"):
        assert doctor.get(address).status_code == 404
    scope = Scope(at=timezone.now(), since=None, photos=True, notes=True)
    assert str(kept.pk) not in repr(report_for([cast.lump], scope))
    assert str(shared.pk) in repr(report_for([cast.lump], scope))


def test_the_same_id_elsewhere_is_not_there(cast: Cast) -> None:
    assert cast.alice.token.put_json(f"/api/photos/{new_id()}/outline/", {"ends": ENDS}).status_code == 404
