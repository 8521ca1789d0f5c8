"""/metrics: figures of everybody together behind a token, and no word, name or id of anybody."""

import os
import re
import subprocess
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.test import Client, override_settings
from django.utils import timezone

from ops.place import PYTHON, ROOT
from tests.cast import Cast, make_cast
from tests.support.environment import FORGOTTEN
from tracker import clock
from tracker.models import Alert, ChannelState, ClockRun, Delivery, Lump, Photo
from tracker.notifications.outbox import post

TOKEN = "a-token-of-enough-characters"
NAMED = ROOT / "docs" / "operate.md"
ALARMS = ROOT / "deploy" / "alarms.yml"


@pytest.fixture
def cast(db: None) -> Cast:
    made, at = make_cast(), timezone.now()
    post(user=made.alice.user, kind="test", cause="x", subject="Zanzibar", body="Zanzibar", at=at, lump=made.lump)
    Delivery.objects.update(due_at=at - timedelta(seconds=90), next_try_at=at - timedelta(seconds=90))
    Lump.objects.filter(pk=made.lump.pk).update(next_look_at=at - timedelta(seconds=600))
    photo = Photo.objects.create(entry=made.entry, received_sha256="0" * 64, received_bytes=1)
    Photo.objects.filter(pk=photo.pk).update(created_at=at - timedelta(seconds=30))
    Alert.objects.create(
        lump=made.lump, rule="x", urgency="soon", opened_at=at, words="Zanzibar", because="b", version="1", source="s"
    )
    clock.run("scan", lambda: {"done": 12, "failed": 3})
    return made


def read(token: str = TOKEN) -> dict[str, float]:
    with override_settings(METRICS_TOKEN=TOKEN):
        answer = Client().get("/metrics", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200
    text = answer.content.decode()
    assert "Zanzibar" not in text and "alice" not in text
    return {name: float(value) for name, value in re.findall(r"^([^#\s]\S*) (\S+)$", text, re.M)}


def test_the_figures_say_how_much_waits_and_how_long(cast: Cast) -> None:
    found = read()
    assert found['diary_outbox_depth{channel="email"}'] == 1
    assert found['diary_outbox_age_seconds{channel="email"}'] == pytest.approx(90, abs=30)
    assert found["diary_scan_lag_seconds"] == pytest.approx(600, abs=30)
    assert found['diary_photos_waiting{work="clean"}'] == 1
    assert found['diary_photos_age_seconds{work="clean"}'] == pytest.approx(30, abs=25)
    assert found['diary_alerts_open{urgency="soon"}'] == 1
    assert found['diary_clock_counts{what="failed",work="scan"}'] == 3
    assert not [name for name in found if str(cast.lump.pk)[:8] in name]


@pytest.mark.django_db
def test_without_the_token_it_is_an_address_that_is_not_there() -> None:
    with override_settings(METRICS_TOKEN=TOKEN):
        for given in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": TOKEN}, {"Authorization": "Bearer ü"}):
            assert Client().get("/metrics", headers=given).status_code == 404
        assert Client().post("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 405
    assert Client().get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404  # and where none is set


def test_every_figure_stands_in_the_operators_book(cast: Cast) -> None:
    book = NAMED.read_text(encoding="utf-8")
    for name in {name.partition("{")[0] for name in read()}:
        short = re.sub(r"_(total|created|bucket|sum|count)$", "", name)
        assert f"`{short}" in book, f"{short} is not explained in docs/operate.md"


def test_every_alarm_asks_for_a_figure_there_is_at_the_books_own_limit(cast: Cast) -> None:
    """deploy/alarms.yml, the table of docs/operate.md and what /metrics says name the same figures and the same numbers."""
    ChannelState.objects.update_or_create(channel="email", defaults={"down_since": timezone.now()})
    there = {re.split(r"[{]", name)[0] for name in read()} | {
        f"diary_request{end}" for end in ("s_total", "_seconds_bucket")
    }
    rules = [rule for group in yaml.safe_load(ALARMS.read_text("utf-8"))["groups"] for rule in group["rules"]]
    asked = {name: rule["expr"] for rule in rules for name in re.findall(r"diary_[a-z_]+", rule["expr"])}
    assert set(asked) <= there
    rows = [row for row in NAMED.read_text("utf-8").splitlines() if row.startswith("| `diary_")]
    for row in rows:
        names, when = re.findall(r"`(diary_[a-z_]+)`", row.split("|")[1]), row.split("|")[2]
        ours = [rule["expr"] for rule in rules if any(name in rule["expr"] for name in names)]
        assert ours, f"no alarm asks for {names}"
        for number in re.findall(r"(?<=above )\d[\d,.]*\d|(?<=above )\d", when):
            wanted = "0.001" if "in 1,000" in when else number.replace(",", "")
            assert any(f"> {wanted}" in expression for expression in ours), (row, number)


@pytest.mark.django_db
def test_each_figure_moves_when_what_it_watches_breaks() -> None:
    at = timezone.now()
    ChannelState.objects.update_or_create(channel="email", defaults={"down_since": at - timedelta(minutes=6)})
    clock.run("scan", lambda: {"done": 1, "failed": 2})
    ClockRun.objects.update(started_at=at - timedelta(seconds=1130), finished_at=at - timedelta(seconds=1000))
    found = read()
    assert found['diary_channel_down_seconds{channel="email"}'] == pytest.approx(360, abs=30)
    assert found['diary_clock_age_seconds{work="scan"}'] == pytest.approx(1000, abs=30)
    assert found['diary_clock_took_seconds{work="scan"}'] == pytest.approx(130, abs=1)


TWO_PROCESSES = """
import os
import django
django.setup()
from django.test import Client
from api.views.metrics import counted
for _ in range(2):
    pid = os.fork()
    if not pid:
        for path in ("/healthz", "/api/nothing-here/7/"):
            Client().get(path, headers={"host": "localhost"})
        os._exit(0)
    os.waitpid(pid, 0)
print(counted().decode())
"""


def test_requests_are_counted_by_pattern_over_several_processes(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name not in {*FORGOTTEN, "DATABASE_URL"}}
    environment |= {
        "VAR_DIR": str(tmp_path), "METRICS_TOKEN": TOKEN, "ENV_FILE": "", "DJANGO_SETTINGS_MODULE": "tracker.settings",
        "LOG_LEVEL": "CRITICAL",
    }  # fmt: skip
    done = subprocess.run([str(PYTHON), "-c", TWO_PROCESSES], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert (
        'diary_requests_total{method="GET",route="/healthz",status="503"} 2.0' in done.stdout
    )  # there is no table yet
    assert 'diary_requests_total{method="GET",route="none",status="404"} 2.0' in done.stdout
    assert 'diary_request_seconds_count{route="/healthz"} 2.0' in done.stdout
    assert "nothing-here" not in done.stdout


@pytest.mark.django_db
def test_a_lump_that_is_taken_again_and_again_and_never_looked_at_is_late(cast: Cast) -> None:
    now = timezone.now()
    Lump.objects.filter(pk=cast.lump.pk).update(
        next_look_at=now + timedelta(minutes=1), looked_at=now - timedelta(hours=30)
    )
    assert read()["diary_scan_lag_seconds"] == pytest.approx(6 * 3600, abs=60)


@pytest.mark.django_db
def test_they_are_asked_from_inside_by_address_and_without_tls(settings: Any) -> None:
    """As Prometheus and a load balancer do, past the proxy; every other address wants our name, and HTTPS."""
    settings.METRICS_TOKEN, settings.SECURE_SSL_REDIRECT, settings.ALLOWED_HOSTS = (
        TOKEN,
        True,
        ["localhost", "diary.example"],
    )
    inside = Client(headers={"host": "10.0.0.7:8000", "authorization": f"Bearer {TOKEN}"})
    assert inside.get("/metrics").status_code == 200
    assert inside.get("/healthz").status_code in {200, 503} and inside.get("/about/").status_code == 400
    assert Client(headers={"host": "diary.example"}).get("/about/").status_code == 301
