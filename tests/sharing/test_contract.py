"""Rows S1, S2 and S5 to S10 of the contract, each with its figure; S3 and S4 are in test_parallel.py."""

import logging
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urljoin

import pytest
from django.apps import apps
from django.conf import settings
from django.core import serializers
from django.test import Client
from django.utils import timezone

from frontend import share_urls
from tests.gates.world import picture
from tests.sharing.conftest import Diary, MakeLink, unlock
from tracker.actions.photo_work import process_photo
from tracker.actions.photos import attach_photo
from tracker.actions.sharing import MadeLink, create_share_link, revoke_share_link
from tracker.models import Lump, Membership, Notice, Photo, ShareLink, Visit
from tracker.models.base import uuid7

pytestmark = pytest.mark.django_db

ROBOTS = (
    "facebookexternalhit/1.1", "Slackbot-LinkExpanding 1.0", "WhatsApp/2.23", "Twitterbot/1.0", "TelegramBot",
    "LinkedInBot/1.0", "Discordbot/2.0", "Microsoft Teams SkypeUriPreview", "iMessage", "Googlebot/2.1",
)  # fmt: skip
METHODS = ("POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND")
GONE = b"This link does not open"


def dump(*, without: tuple[str, ...] = ()) -> str:
    models = [model for model in apps.get_models() if not model._meta.proxy and model._meta.label not in without]
    return "".join(serializers.serialize("json", model._base_manager.order_by("pk")) for model in models)


@pytest.fixture(autouse=True)
def reports_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    """The facts in clear instead of a PDF: setting one takes the longest by far, and tests/reports looks at it."""
    monkeypatch.setattr("frontend.views.share_files.pdf_of", lambda report, **_options: repr(report).encode())
    monkeypatch.setattr("frontend.views.share_files.enclosed_pdf", lambda *_facts: b"%PDF-")


@pytest.fixture
def photo(diary: Diary) -> Photo:
    """Of the shared lump, ready to be shown."""
    pk = uuid7()
    entry = diary.lump.entries.latest("measured_at")
    attach_photo(user=diary.owner, pk=pk, entry_id=entry.pk, data=picture())
    process_photo(pk=pk)
    return Photo.objects.get(pk=pk)


@pytest.fixture
def made(make_link: MakeLink, photo: Photo) -> MadeLink:
    return make_link(photos=True, notes=True, answers=True)


def opened(made: MadeLink) -> Client:
    client = Client()
    assert unlock(made, client=client).status_code == 303
    return client


def emitted(client: Client) -> set[str]:
    """Every address that the viewer's page, and whatever it leads to, names."""
    found, ahead = set(), ["/s/view/"]
    while ahead:
        address = ahead.pop()
        answer = client.get(address)
        assert answer.status_code == 200, address
        found.add(address)
        if answer["Content-Type"].startswith(("text/html", "image/svg")):
            told = re.findall(r"""(?:href|src|srcset|action)\s*=\s*["']([^"'#]+)""", answer.content.decode())
            ahead += {url for url in (urljoin(address, each) for each in told) if _to_follow(url)} - found
    return found


def _to_follow(url: str) -> bool:
    return not url.startswith(settings.STATIC_URL) and url not in ("/s/leave/", "/s/plan/") and ":" not in url


def every_share_address(client: Client, made: MadeLink, photo: Photo) -> set[str]:
    """What the page emits, and one address of every pattern of the viewer's URLconf."""
    rest = {"/s/", "/s/leave/", "/s/plan/", f"/s/shl/{made.token}/", f"/s/shl/file/{made.token}", "/s/nothing/"} | {
        "/s/chart/sizes.png"
    }
    sizes = {f"/s/photo/{photo.pk}/{size}.jpg" for size in ("thumb", "screen", "full")}
    charts = {f"/s/chart/{photo.entry.lump_id}/{key}.png" for key in ("size", "trend")}
    addresses = emitted(client) | rest | sizes | charts
    for pattern in share_urls.urlpatterns:
        assert any(pattern.pattern.match(address.split("?")[0][3:]) for address in addresses), pattern
    return addresses


def test_s1_the_token_has_256_bits_and_nothing_is_kept_in_clear(make_link: MakeLink) -> None:
    links = [make_link() for _turn in range(20)]
    tokens = {made.token for made in links}
    assert len(tokens) == 20 and all(re.fullmatch(r"[A-Za-z0-9_-]{43}", token) for token in tokens)
    unlock(links[0])
    unlock(links[1], passcode="wrong")
    kept = dump()
    for made in links:
        assert made.passcode is not None and re.fullmatch(r"\d{6}", made.passcode)
        assert made.token not in kept
        assert not re.search(rf"(?<![0-9a-f]){made.passcode}(?![0-9a-f])", re.sub(r"\.\d{3,6}Z?", "", kept))


def test_s1_the_passcode_is_kept_as_argon2(make_link: MakeLink, settings: Any) -> None:
    from tracker import settings as real

    settings.PASSWORD_HASHERS = real.PASSWORD_HASHERS
    assert make_link().link.passcode.startswith("argon2$argon2id$")


def test_s2_a_hundred_robots_use_no_visit(make_link: MakeLink) -> None:
    made = make_link(one_visit=True)
    for turn in range(100):
        ask = Client().get if turn % 2 else Client().head
        assert ask("/s/", headers={"user-agent": ROBOTS[turn % len(ROBOTS)]}).status_code == 200
    assert Visit.objects.count() == 0
    assert unlock(made).status_code == 303
    assert unlock(made).status_code == 404


def sessions_that_open_nothing(made: MadeLink, diary: Diary, make_link: MakeLink) -> Iterator[tuple[str, Client]]:
    yield "no session", Client()
    forged = Client()
    forged.cookies[settings.SHARE_COOKIE_NAME] = "x" * 43
    yield "a forged one", forged
    hers = diary.lump.person
    lump = Lump.objects.create(person=hers, name="Another", site="neck")
    yield "another link's", opened(create_share_link(user=diary.owner, lump_ids=[lump.pk], photos=True))
    idle = opened(made)
    Visit.objects.filter(what=Visit.OPENED, link=made.link).update(last_seen_at=timezone.now() - timedelta(minutes=31))
    yield "one idle for 31 minutes", idle
    left = opened(made)
    secret = left.cookies[settings.SHARE_COOKIE_NAME].value
    left.post("/s/leave/")
    left.cookies[settings.SHARE_COOKIE_NAME] = secret
    yield "one that was left", left
    expired, revoked = opened(made), opened(made)
    ShareLink.objects.filter(pk=made.link.pk).update(expires_at=timezone.now())
    yield "an expired link's", expired
    ShareLink.objects.filter(pk=made.link.pk).update(expires_at=timezone.now() + timedelta(days=1))
    revoke_share_link(user=diary.owner, pk=made.link.pk)
    yield "a revoked link's", revoked


def test_s5_no_address_of_the_page_answers_with_content_to_another_session(
    made: MadeLink, diary: Diary, photo: Photo, make_link: MakeLink
) -> None:
    Lump.objects.filter(pk=diary.lump.pk).update(name="Zanzibar")
    addresses = emitted(opened(made))
    kinds = ("/s/view/", "/s/chart/", "/s/photo/", "/s/report.pdf", "/s/fhir.json")
    assert all(any(address.startswith(kind) for address in addresses) for kind in kinds), addresses
    Visit.objects.filter(what=Visit.FILE).delete()  # ten files a minute are all that a link makes
    asked = 0
    for whose, client in sessions_that_open_nothing(made, diary, make_link):
        for address in sorted(addresses):
            answer = client.get(address)
            asked += 1
            if whose == "another link's" and str(photo.pk) not in address and str(diary.lump.pk) not in address:
                assert b"secret-note" not in answer.content and b"Zanzibar" not in answer.content
            else:
                assert answer.status_code == 404 and GONE in answer.content, (whose, address)
    print(f"S5: {len(addresses)} addresses, {asked} requests, 0 with content")


def test_s6_the_next_request_after_revoking_is_refused(made: MadeLink, diary: Diary) -> None:
    client = opened(made)
    addresses = emitted(client)
    revoke_share_link(user=diary.owner, pk=made.link.pk)
    assert {client.get(address).status_code for address in addresses} == {404}
    assert unlock(made).status_code == 404


def test_s7_whatever_is_over_is_one_answer(make_link: MakeLink, diary: Diary) -> None:
    expired, revoked, locked, used, erased = (make_link(one_visit=turn == 3) for turn in range(5))
    ShareLink.objects.filter(pk=expired.link.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    revoke_share_link(user=diary.owner, pk=revoked.link.pk)
    assert [unlock(locked, passcode="no").status_code for _turn in range(5)] == [403] * 5
    unlock(used)
    ShareLink.objects.filter(pk=erased.link.pk).delete()
    answers = [unlock(made) for made in (expired, revoked, locked, used, erased)]
    answers += [Client().post("/s/", {"token": token}) for token in ("x" * 43, "", "x", "\x00", "é", "x" * 5000)]
    answers += [unlock(made, passcode="no") for made in (expired, revoked, locked, used, erased)]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    kept = {name: {answer.get(name) for answer in answers} for name in answers[0].headers}
    assert all(len(values) == 1 for values in kept.values()), kept


def test_s8_every_answer_carries_the_headers_and_nothing_comes_from_elsewhere(made: MadeLink, photo: Photo) -> None:
    client = opened(made)
    for address in every_share_address(client, made, photo):
        for who in (client, Client()):
            for method in ("GET", "HEAD", "POST", "PUT"):
                answer = who.generic(method, address) if address != "/s/leave/" else Client().generic(method, address)
                told = {name.lower(): value for name, value in answer.items()}
                at = (method, address, answer.status_code)
                assert "no-store" in told["cache-control"], at
                assert told["referrer-policy"] == "no-referrer", at
                assert "noindex" in told["x-robots-tag"], at
                assert told["x-content-type-options"] == "nosniff", at
                assert told["cross-origin-resource-policy"] == "same-origin", at
                assert told["x-frame-options"] == "DENY", at
                policy = told["content-security-policy"]
                assert "default-src 'none'" in policy and "unsafe" not in policy, at
                assert "frame-ancestors 'none'" in policy or "sandbox" in policy, at
                if told["content-type"].startswith("text/html"):
                    assert not re.search(rb"""(?:src|href|action)\s*=\s*["'](?:https?:)?//""", answer.content), at


def test_s8_token_passcode_and_session_are_in_no_log(
    made: MadeLink, photo: Photo, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    with caplog.at_level(logging.DEBUG):
        unlock(made, passcode="wrong")
        client = opened(made)
        secret = client.cookies[settings.SHARE_COOKIE_NAME].value
        for address in every_share_address(client, made, photo):
            client.get(address)

        def fault(**_words: Any) -> None:
            raise RuntimeError("a fault of ours")

        monkeypatch.setattr("frontend.views.share.open_share_link", fault)
        broken = Client(raise_request_exception=False)
        assert unlock(made, client=broken).status_code == 500
    assert "RuntimeError" in caplog.text
    for what in (made.token, made.passcode or "-", secret):
        assert what not in caplog.text


def test_s9_no_method_on_any_address_changes_anything(made: MadeLink, photo: Photo, diary: Diary) -> None:
    log = ("tracker.Visit", "sessions.Session")
    client = opened(made)
    addresses = every_share_address(client, made, photo) - {"/s/leave/", "/s/"}
    before, tried = dump(without=log), 0
    for address in sorted(addresses):
        for method in METHODS:
            for body, kind in ((b"", "application/json"), (b"words=x&every=7&note=x", "text/plain")):
                answer = client.generic(method, address, body, content_type=kind)
                assert answer.status_code in (204, 400, 404, 405), (method, address, answer.status_code)
                tried += 1
    assert dump(without=log) == before
    print(f"S9: {tried} requests, 0 changes")


def test_s9_an_answer_is_taken_only_where_the_owner_allowed_it(make_link: MakeLink, diary: Diary) -> None:
    client = opened(make_link(photos=True, notes=True))
    before = dump(without=("tracker.Visit",))
    form = {"lump": str(diary.lump.pk), "words": "x", "every": 7, "by": "Dr Lee"}
    assert client.post("/s/plan/", form).status_code == 404
    assert dump(without=("tracker.Visit",)) == before


def test_s10_all_that_was_done_is_in_the_owners_log(made: MadeLink, photo: Photo, diary: Diary) -> None:
    unlock(made, passcode="nope")
    client = opened(made)
    for address in ("/s/view/", f"/s/photo/{photo.pk}/full.jpg", f"/s/photo/{photo.pk}/screen.jpg", "/s/fhir.json"):
        assert client.get(address).status_code == 200
    log = list(Visit.objects.filter(link=made.link).order_by("at", "pk").values_list("what", "viewer", "detail"))
    assert log == [
        ("wrong_passcode", "Dr Lee", ""), ("opened", "Dr Lee", ""), ("page", "Dr Lee", ""),
        ("photo", "Dr Lee", str(photo.pk)), ("photo", "Dr Lee", str(photo.pk)),
        ("file", "Dr Lee", "lump-diary-fhir.json"),
    ]  # fmt: skip
    notice = Notice.objects.get(user=diary.owner, kind="share")
    assert not re.search(r"lump|doctor|lee|photo|back", f"{notice.subject} {notice.body}".lower())
    assert Membership.objects.filter(person=diary.lump.person).count() == 1


@pytest.mark.parametrize("shape", ["{url}", "{token}", " {token} ", "{groups}", "{lines}", "“{token}”", "{zero}"])
def test_the_code_is_taken_as_it_was_pasted_or_typed(shape: str, make_link: MakeLink) -> None:
    made = make_link()
    groups = [made.token[at : at + 4] for at in range(0, 43, 4)]
    typed = shape.format(
        url=f"https://diary.example/s/#{made.token}", token=made.token, groups=" ".join(groups),
        lines="\n".join(groups), zero="\u200b".join(groups),
    )  # fmt: skip
    code = f" {made.passcode[:3]} {made.passcode[3:]} " if made.passcode else ""
    refused = Client().post("/s/", {"token": typed, "passcode": "no", "viewer": "Dr\x00 Lee"})
    assert refused.status_code == 403 and f'value="{made.token}"' in refused.content.decode()
    assert Client().post("/s/", {"token": typed, "passcode": code, "viewer": "Dr\x00 Lee"}).status_code == 303
    assert set(Visit.objects.values_list("viewer", flat=True)) == {"Dr Lee"}
