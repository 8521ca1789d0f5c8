"""`manage.py seed_town`: as many as were asked for, that can be used, that write to nobody; and what it refuses."""

import json
import stat
from collections import Counter
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from tests.cast import JSONClient
from tracker.models import Alert, Delivery, Entry, Lump, Notice, Person, User

PEOPLE, ENTRIES = 20, 250
NEW = "0198c1a0-0000-7000-8000-000000000001"


def seed(**options: Any) -> str:
    out = StringIO()
    call_command("seed_town", **{"people": PEOPLE, "entries": ENTRIES, "verbosity": 0, "stdout": out} | options)
    return out.getvalue()


@pytest.mark.django_db
def test_a_town_that_can_be_used_and_writes_to_nobody(tmp_path: Path) -> None:
    path, before = tmp_path / "tokens", timezone.now()
    assert f"{PEOPLE} people" in seed(tokens=path) and stat.S_IMODE(path.stat().st_mode) == 0o600
    residents = [json.loads(line) for line in path.read_text().splitlines()]
    assert (User.objects.count(), Person.objects.count(), Entry.objects.count()) == (PEOPLE, PEOPLE, ENTRIES)
    shares = Counter(Entry.objects.values_list("lump__person", flat=True)).values()
    assert set(shares) == {ENTRIES // PEOPLE, ENTRIES // PEOPLE + 1}
    assert Entry.objects.filter(measured_at__gte=before).count() == 0
    assert Alert.objects.exists() and not Notice.objects.exists() and not Delivery.objects.exists()
    looks = Lump.objects.values_list("next_look_at", flat=True)
    assert all(look is not None and before < look <= timezone.now() + timedelta(days=1) for look in looks)
    assert len(set(looks)) == len(looks)  # not all at one moment, or a scan would stand before thousands

    one = residents[-1]
    client = JSONClient(token=one["token"])
    listed = client.read("/api/entries/", limit=500).json()
    assert {row["lump"] for row in listed["results"]} == set(one["lumps"])
    lump = Lump.objects.get(pk=one["lumps"][0])
    body = {"lump": str(lump.pk), "measured_at": timezone.now().isoformat(), "length_mm": 20}
    assert client.put_json(f"/api/entries/{NEW}/", body).status_code == 201
    later = client.read("/api/entries/", since=listed["cursor"]).json()["results"]
    assert [row["id"] for row in later] == [NEW]  # change numbers go on from theirs


@pytest.mark.django_db
def test_the_same_seed_makes_the_same_lumps_and_a_town_stands_once() -> None:
    seed(people=3, entries=30)
    sizes = sorted(Entry.objects.values_list("length_mm", "pain"))
    with pytest.raises(CommandError, match="seed 1 is here"):
        seed(people=3, entries=30, among_others=True)
    Person.objects.all().delete()
    User.objects.all().delete()
    seed(people=3, entries=30)
    assert sizes == sorted(Entry.objects.values_list("length_mm", "pain")) and len(set(sizes)) > 3


@pytest.mark.django_db
def test_a_diary_that_somebody_keeps_is_left_alone(tmp_path: Path) -> None:
    User.objects.create_user("sam@example.org")
    with pytest.raises(CommandError, match="holds people") as refused:
        seed()
    assert refused.value.returncode == 2 and not Entry.objects.exists()
    assert "3 people" in seed(people=3, entries=9, among_others=True)
    taken = tmp_path / "taken"
    taken.write_text("")
    for wrong in ({"people": 0}, {"people": 3, "entries": 2}, {"seed": 2, "tokens": taken, "among_others": True}):
        with pytest.raises(CommandError) as refused:
            seed(**wrong)
        assert refused.value.returncode == 2
    assert User.objects.count() == 4
