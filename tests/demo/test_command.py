"""`manage.py demo`: three accounts, a carer, a link, photos; twice is once; no old messages."""

from __future__ import annotations

import json
import stat
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.core.management import call_command
from django.test import Client

if TYPE_CHECKING:  # pytest may load this file before Django is set up
    from pytest_django.fixtures import Settings


@pytest.fixture
def var(tmp_path: Path, settings: Settings) -> Path:
    settings.VAR_DIR = tmp_path
    return tmp_path


@pytest.fixture
def without_photos(monkeypatch: pytest.MonkeyPatch) -> None:
    """Drawing and cleaning the photos takes most of the time; one test that does it is enough."""
    monkeypatch.setattr("tracker.management.demo_diary.take_photos", lambda _photos: None)


def run() -> str:
    out = StringIO()
    call_command("demo", stdout=out)
    return out.getvalue()


def counts() -> dict[str, int]:
    from tracker.models import CareEvent, Entry, Lump, Membership, Notice, Photo, ShareLink, User

    models = (User, Lump, Entry, CareEvent, Photo, Membership, Notice, ShareLink)
    return {model.__name__: model.objects.count() for model in models}


@pytest.mark.django_db
def test_the_demo_is_made_once_and_can_be_used(var: Path) -> None:
    from tracker.actions.sharing import open_share_link
    from tracker.models import Lump, Membership, Notice, Photo, User

    told = run()
    first = counts()
    assert (first["User"], first["Lump"], first["ShareLink"]) == (3, 6, 1)
    states = list(Photo.objects.values_list("state", flat=True))
    assert set(states) == {"ready"} and len(states) in {
        17,
        18,
    }  # one is of this morning, and nights have no morning yet
    sam, carol, bob = (User.objects.get(email=f"{name}@example.org") for name in ("sam", "carol", "bob"))
    assert Lump.objects.visible_to(sam).count() == 4
    assert Lump.objects.visible_to(carol).count() == 5  # her own and Sam's
    assert Lump.objects.visible_to(bob).count() == 1
    assert Membership.objects.get(user=carol, role="carer").photos
    assert first["Notice"] <= 6 and not Notice.objects.filter(user=bob).exists()
    link = told.split("/s/#")[1].strip()
    opened, _secret = open_share_link(token=link)
    assert opened.lumps.count() == 4 and opened.photos
    first = counts()  # the opening told the owner
    password = told.split("password: ")[1].split()[0]
    assert sam.check_password(password) and bob.check_password(password)
    assert Client().login(email="sam@example.org", password=password)
    again = run()
    assert again == told and counts() == first


@pytest.mark.django_db
def test_a_lost_file_or_a_revoked_link_is_made_good(var: Path, without_photos: None) -> None:
    from tracker.actions.sharing import revoke_share_link
    from tracker.models import ShareLink, User

    run()
    path = var / "demo.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    told: dict[str, Any] = json.loads(path.read_text())
    revoke_share_link(user=User.objects.get(email="sam@example.org"), pk=ShareLink.objects.get().pk)
    run()
    fresh = json.loads(path.read_text())
    assert fresh["share_path"] != told["share_path"] and fresh["password"] == told["password"]
    path.unlink()
    run()
    newest = json.loads(path.read_text())
    assert newest["password"] != told["password"]
    assert User.objects.get(email="carol@example.org").check_password(newest["password"])


@pytest.mark.django_db
def test_the_findings_are_those_of_the_stories(var: Path, without_photos: None) -> None:
    from django.utils import timezone

    from tracker.models import Lump, User
    from tracker.reports.build import report_for
    from tracker.reports.shapes import Scope

    run()
    lumps = Lump.objects.visible_to(User.objects.get(email="sam@example.org")).select_related("person")
    report = report_for(list(lumps), Scope(at=timezone.now(), photos=True))
    loud = {lump.name: {line.rule for line in lump.findings if not line.quiet} for lump in report.lumps}
    assert "growth.rapid" in loud["Calf"] and report.lumps[0].name == "Calf"
    assert not any("growth.rapid" in loud[name] for name in ("Lower back", "Thigh", "Shoulder"))
    calf = report.lumps[0].rate
    assert calf.doubling_low is not None and calf.doubling_high is not None
    assert calf.doubling_low <= 75 <= calf.doubling_high  # the truth that was put in
