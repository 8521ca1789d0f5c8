"""The newest entries are told without a model's instance a row: the same as the other ways to ask for them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.cast import Cast, make_entry, make_lump
from tracker.models import Entry, Photo

pytestmark = pytest.mark.django_db


def newest(cast: Cast, **asked: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = cast.alice.token.read("/api/entries/", **asked).json()["results"]
    return rows


def fill(cast: Cast) -> None:
    """Three lumps, many looks at the same moments, one of them deleted; a lump that is deleted."""
    at = datetime.now(UTC).replace(microsecond=0) - timedelta(days=40)
    lumps = [cast.lump, make_lump(cast.person, "second"), make_lump(cast.person, "third")]
    for day in range(9):
        for lump in lumps[: 1 + day % 3]:
            make_entry(lump, measured_at=at + timedelta(days=day // 2), width_mm=15.0)
    Entry.objects.filter(pk=Entry.objects.filter(lump=lumps[0]).order_by("-measured_at")[1].pk).update(deleted_at=at)
    gone = make_lump(cast.person, "gone")
    make_entry(gone, measured_at=at + timedelta(days=30))
    gone.deleted_at = at
    gone.save()


@pytest.mark.parametrize("limit", [1, 2, 3, 5, 50])
def test_they_are_the_newest_whatever_their_lump(cast: Cast, limit: int) -> None:
    fill(cast)
    plain = Entry.objects.visible_to(cast.alice.user).kept().order_by("-measured_at", "-pk")
    assert [row["id"] for row in newest(cast, limit=limit)] == [str(row.pk) for row in plain[:limit]]
    following = cast.alice.token.read("/api/entries/", limit=limit).json()["next"]
    assert (following is not None) == (plain.count() > limit)
    of_lump = plain.filter(lump=cast.lump)
    found = newest(cast, limit=limit, lump=str(cast.lump.pk))
    assert [row["id"] for row in found] == [str(row.pk) for row in of_lump[:limit]]


def test_each_says_what_it_says_alone(cast: Cast) -> None:
    entry = make_entry(
        cast.lump, length_mm=20.4, typed={"length": "0.8 in"}, skin=[], unwell=["headache"], shivery=False,
        measured_offset=330, note="“quoted”", method="caliper", temperature_c=36.85,
    )  # fmt: skip
    photo = Photo.objects.create(entry=entry, received_sha256="a" * 64, received_bytes=9, author=cast.alice.user)
    rows = {row["id"]: row for row in newest(cast)}
    assert rows[str(entry.pk)]["receipt"]["photos"] == {str(photo.pk): "a" * 64}
    assert len(rows) > 1
    for pk, row in rows.items():
        alone = cast.alice.token.read(f"/api/entries/{pk}/").json()
        del alone["advice"]
        assert row == alone


def test_what_was_told_before_is_not_told_of_a_newer_version(cast: Cast) -> None:
    client, address = cast.alice.token, f"/api/entries/{cast.entry.pk}/"
    before = {row["id"]: row["note"] for row in newest(cast)}
    client.patch_json(address, {"note": "another"})
    after = {row["id"]: (row["note"], row["receipt"]["revision"]) for row in newest(cast)}
    assert before[str(cast.entry.pk)] != "another"
    assert after[str(cast.entry.pk)] == ("another", 2)
    client.remove(address)
    assert str(cast.entry.pk) not in {row["id"] for row in newest(cast)}


def test_a_second_look_sees_what_came_between_and_what_went(cast: Cast) -> None:
    fill(cast)

    def of_all() -> list[str]:
        rows = Entry.objects.visible_to(cast.alice.user).kept().order_by("-measured_at", "-pk")
        return [str(row.pk) for row in rows[:4]]

    def told() -> list[str]:
        return [row["id"] for row in newest(cast, limit=4)]

    assert told() == told() == of_all()
    make_entry(cast.lump, days_ago=1, length_mm=20.0)
    make_entry(cast.lump, days_ago=60, length_mm=20.0)
    assert told() == of_all()
    for pk in of_all()[:3]:  # fewer are left than there were since the last of them
        assert cast.alice.token.remove(f"/api/entries/{pk}/").status_code == 204
    assert told() == told() == of_all()
    cast.lump.deleted_at = datetime.now(UTC)
    cast.lump.save()
    assert told() == of_all()
    assert len(told()) == 4
