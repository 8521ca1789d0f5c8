"""What is deployed: the image, the services and the units fit the code, and their linters have nothing to say.

No Docker engine runs here, so none of it is started; `make by-hand` starts the same processes without it.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from ops import database, serve, settings_table
from ops.place import ROOT, VENV

EXAMPLE = (ROOT / ".env.example").read_text(encoding="utf-8")
SETTINGS = set(re.findall(r"^#([A-Z_]+)=", EXAMPLE, re.M)) | {"PROMETHEUS_MULTIPROC_DIR", "TMPDIR"}
SAID_BY_COMPOSE = {"PUBLIC_URL", "DATABASE_URL", "REDIS_URL"}  # from SITE and POSTGRES_PASSWORD, and its own services
SAID_BY_THE_IMAGE = {"PORT", "HOST", "VAR_DIR", "ENV_FILE", "DEMO"}
NOT_FOR_A_SERVER = {"THROTTLE", "DEBUG"}
UNITS = sorted((ROOT / "deploy" / "systemd").glob("*.service"))


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))["services"]
    return found


def test_the_table_of_settings_is_current() -> None:
    assert (ROOT / "docs" / "settings.md").read_text(encoding="utf-8") == settings_table.table()


def test_hadolint_has_nothing_to_say() -> None:
    done = subprocess.run([str(VENV / "bin" / "hadolint"), "Dockerfile"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_the_image_runs_as_nobody_in_particular_and_is_asked_whether_it_is_well() -> None:
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    last = text[text.rindex("\nFROM ") :]
    assert re.search(r"^USER 10001$", last, re.M)
    assert "HEALTHCHECK" in last and "ops.serve" in last
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert {".env", "var", ".git", ".venv", "*.age"} <= set(ignored)


def test_our_services_are_read_only_and_every_setting_is_one_of_ours(services: dict[str, Any]) -> None:
    ours = {name: service for name, service in services.items() if service["image"] == "lump-diary"}
    assert set(ours) == {"web", "worker", "beat", "migrate"}
    for name, service in ours.items():
        assert service["read_only"] and service["cap_drop"] == ["ALL"], name
        assert service["command"] == [name]
        assert set(service["environment"]) <= SETTINGS, name
    for name, service in services.items():
        assert not set(service.get("depends_on", {})) - set(services), name
    assert [name for name, service in services.items() if service.get("ports")] == ["caddy"]
    assert all(service["logging"]["options"]["max-size"] for service in services.values())


def test_every_setting_of_the_table_can_stand_in_the_file_beside_compose(services: dict[str, Any]) -> None:
    table = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    every = set(re.findall(r"^\| `([A-Z_]+)` \|", table, re.M))
    assert len(every) > 30
    image = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert all(f" {name}=" in image for name in SAID_BY_THE_IMAGE)
    for name in ("web", "worker", "beat", "migrate"):
        given = services[name]["environment"]
        passed = {setting for setting, value in given.items() if value.startswith(f"${{{setting}:-")}
        assert passed == every - SAID_BY_COMPOSE - SAID_BY_THE_IMAGE - NOT_FOR_A_SERVER, name
        assert set(given) >= SAID_BY_COMPOSE, name


def test_an_empty_setting_is_one_that_is_left_out(tmp_path: Path, services: dict[str, Any]) -> None:
    """compose.yaml hands an empty text on for what does not stand in `.env`."""
    empty = {name: "" for name, value in services["web"]["environment"].items() if value == f"${{{name}:-}}"}
    assert {"HSTS_SECONDS", "OIDC_URL", "PHOTO_QUOTA_MB"} <= set(empty)
    program = (
        "import json, sys; from tracker import settings; "
        "json.dump({n: v for n, v in vars(settings).items() if n.isupper()}, sys.stdout, default=lambda v: type(v).__name__)"
    )
    bare = {name: value for name, value in os.environ.items() if name not in SETTINGS} | {
        "VAR_DIR": str(tmp_path), "ENV_FILE": "", "PUBLIC_URL": "https://diary.example.org", "TRUSTED_PROXIES": "1",
    }  # fmt: skip
    told = [
        json.loads(subprocess.run([sys.executable, "-c", program], cwd=ROOT, env=env, capture_output=True, check=True).stdout)
        for env in (bare, bare | empty)
    ]  # fmt: skip
    assert told[0]["SECURE_HSTS_SECONDS"] == 3600
    assert told[1] == told[0]


def test_a_backup_is_unpacked_on_a_disk(services: dict[str, Any]) -> None:
    worker = services["worker"]
    assert worker["environment"]["TMPDIR"] == "/data" and "diary:/data" in worker["volumes"]
    assert "\nEnvironment=TMPDIR=/var/tmp\n" in (ROOT / "deploy/systemd/lump-diary-worker@.service").read_text()


def test_each_unit_starts_a_process_there_is_and_shuts_itself_in() -> None:
    assert {path.name for path in UNITS} == {
        "lump-diary-web.service", "lump-diary-worker@.service", "lump-diary-beat.service", "lump-diary-migrate.service",
    }  # fmt: skip
    for path in UNITS:
        text = path.read_text(encoding="utf-8")
        started = re.search(r"^ExecStart=/opt/lump-diary/.venv/bin/python -m ops.serve (\w+)$", text, re.M)
        assert started and started[1] in serve.USAGE, path.name
        for line in ("User=lump-diary", "ProtectSystem=strict", "NoNewPrivileges=yes", "UMask=0077"):
            assert line in text, (path.name, line)


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd-analyze")
def test_systemd_takes_the_units(tmp_path: Path) -> None:
    for path in UNITS:
        text = path.read_text(encoding="utf-8")
        (tmp_path / path.name).write_text(text.replace("/opt/lump-diary/.venv/bin/python", "/bin/true"))
    done = subprocess.run(
        ["systemd-analyze", "verify", *(str(tmp_path / path.name) for path in UNITS)], capture_output=True, text=True
    )
    complaints = [line for line in done.stderr.splitlines() if "lump-diary" in line]
    assert not complaints


@pytest.mark.skipif(not shutil.which("caddy"), reason="no caddy")
def test_caddy_takes_its_file() -> None:
    words = ["caddy", "validate", "--config", str(ROOT / "deploy" / "Caddyfile"), "--adapter", "caddyfile"]
    done = subprocess.run(words, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.skipif(not shutil.which("caddy"), reason="no caddy")
def test_a_whole_diary_gets_past_caddy_and_little_else_does() -> None:
    from django.conf import settings

    from api.views.importing import BESIDES

    words = ["caddy", "adapt", "--config", str(ROOT / "deploy" / "Caddyfile"), "--adapter", "caddyfile"]
    found = json.loads(subprocess.run(words, capture_output=True, check=True).stdout)
    limits = {json.dumps(match): most for match, most in _limits(found)}
    door = [{"path": ["/api/import/"]}]
    assert set(limits) == {json.dumps(door), json.dumps([{"not": door}])}
    assert limits[json.dumps(door)] > settings.PHOTO_QUOTA_BYTES + BESIDES
    assert settings.PHOTO_MAX_BYTES < limits[json.dumps([{"not": door}])] < 2 * settings.PHOTO_MAX_BYTES


def _limits(part: Any) -> Iterator[tuple[Any, int]]:
    """Every limit of a body in Caddy's own words, with what it is for."""
    if isinstance(part, list):
        for each in part:
            yield from _limits(each)
    if isinstance(part, dict):
        for handler in part.get("handle", []):
            if handler["handler"] == "request_body":
                yield part.get("match"), handler["max_size"]
        for each in part.values():
            yield from _limits(each)


@pytest.mark.parametrize("words", [[], ["cook"], ["web", "worker"]])
def test_serve_says_what_it_knows(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert serve.main(words) == 2
    assert "web | worker" in capsys.readouterr().err


def test_a_web_process_of_its_own_wants_a_redis(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("REDIS_URL", raising=False)
    assert serve.main(["web"]) == 1
    assert "REDIS_URL" in capsys.readouterr().err


@pytest.mark.django_db
def test_styles_and_scripts_of_the_version_that_still_serves_stay(tmp_path: Path, settings: Any) -> None:
    settings.STATIC_ROOT = str(tmp_path)
    (tmp_path / "old.0123abcd.css").touch()
    database._prepare(static=True, demo=False)
    assert (tmp_path / "old.0123abcd.css").exists() and len(list(tmp_path.rglob("*.svg"))) > 0
