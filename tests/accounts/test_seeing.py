"""What carers and viewers have seen, for the owner to read; cheap enough to be kept of everything."""

from typing import Any

from django.db import connection

from tests.accounts.knocking import later
from tests.cast import Cast, Member
from tests.gates.world import _photo
from tracker.models import AuditLine


def looks(cast: Cast) -> list[tuple[str, str]]:
    answer = cast.alice.token.read(f"/api/people/{cast.person.pk}/looks/")
    return sorted((row["email"], row["what"]) for row in answer.json()["results"])


def read_all(member: Member, cast: Cast, photo: Any) -> None:
    for path in (
        "/api/lumps/", "/api/entries/", f"/api/entries/{cast.entry.pk}/", f"/api/lumps/{cast.lump.pk}/trend/",
        f"/api/photos/{photo.pk}/file/?size=thumb", f"/api/people/{cast.person.pk}/entries.csv",
    ):  # fmt: skip
        member.token.get(path, headers=member.token.token_header)


def test_each_reader_a_line_a_day_and_a_kind(cast: Cast) -> None:
    photo = _photo(cast)
    for _turn in range(2):
        for member in (cast.alice, cast.carol, cast.victor, cast.bob):
            read_all(member, cast, photo)
    carol, victor = cast.carol.user.email, cast.victor.user.email
    seen = [(carol, "entries"), (carol, "photos"), (carol, "report"), (victor, "entries"), (victor, "report")]
    assert looks(cast) == seen  # Victor may not see photos, so he has not
    with later(24 * 3600):
        cast.carol.token.read("/api/entries/")
        assert looks(cast) == sorted([*seen, (carol, "entries")])


def test_an_empty_list_is_nothing_seen(cast: Cast) -> None:
    cursor = cast.carol.token.read("/api/entries/").json()["cursor"]
    AuditLine.objects.all().forget_before(AuditLine.objects.latest("at").at.replace(year=9999))
    cast.carol.token.read("/api/entries/", since=cursor)
    assert looks(cast) == []


def test_what_was_seen_stays_readable_when_the_part_has_ended_and_is_the_owners_alone(cast: Cast) -> None:
    cast.carol.token.read("/api/entries/")
    member = cast.person.memberships.get(user=cast.carol.user)
    cast.alice.token.remove(f"/api/people/{cast.person.pk}/members/{member.pk}/")
    assert looks(cast) == [(cast.carol.user.email, "entries")]
    for reader in (cast.carol, cast.victor, cast.bob):
        answer = reader.token.read(f"/api/people/{cast.person.pk}/looks/")
        assert answer.status_code == (403 if reader is cast.victor else 404)


def test_it_costs_one_query_where_nothing_is_new_and_none_who_helps_nobody(cast: Cast) -> None:
    asked: list[str] = []

    def note(execute: Any, sql: str, *rest: Any) -> Any:
        asked.append(sql)
        return execute(sql, *rest)

    for member, questions in ((cast.alice, 0), (cast.carol, 1)):
        member.token.read("/api/entries/")
        asked.clear()
        with connection.execute_wrapper(note):
            member.token.read("/api/entries/")
        assert len([sql for sql in asked if "tracker_auditline" in sql]) == questions
        assert not any(sql.startswith("INSERT") for sql in asked)
