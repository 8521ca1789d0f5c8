"""The published document against the interface itself: schemathesis, all its checks, one example beside those it plans."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from tests.cast import make_cast
from tracker.actions.people import create_token

HERE = Path(__file__).parent
HOSTILE = bool(os.environ.get("HOSTILE"))  # `make hostile`: many examples, others each time
EXAMPLES = os.environ.get("HOSTILE_EXAMPLES") or ("40" if HOSTILE else "1")
MOST_SECONDS = 7200 if HOSTILE else 840


def test_every_operation_is_named_once() -> None:
    paths = Client().get("/api/schema/").json()["paths"]
    ids = [operation["operationId"] for methods in paths.values() for operation in methods.values()]
    assert len(ids) == len(set(ids)) >= 60


def test_the_document_is_the_one_that_the_phone_app_is_built_from(tmp_path: Path) -> None:
    from django.core.management import call_command

    call_command("spectacular", "--file", str(tmp_path / "schema.json"), "--format", "openapi-json", "--fail-on-warn")
    assert json.loads((tmp_path / "schema.json").read_text()) == Client().get("/api/schema/").json()


@pytest.mark.slow
@pytest.mark.timeout(MOST_SECONDS + 60)
@pytest.mark.django_db(transaction=True)
def test_schemathesis_finds_nothing(live_server: Any, tmp_path: Path) -> None:
    cast = make_cast()
    _row, secret = create_token(user=cast.alice.user)
    if settings.REST_FRAMEWORK["DEFAULT_THROTTLE_CLASSES"]:
        pytest.fail("run the tests with THROTTLE=0")
    found = subprocess.run(
        [
            str(Path(sys.executable).parent / "st"), "--config-file", str(HERE / "schemathesis.toml"), "run",
            f"{live_server.url}/api/schema/", "--header", f"Authorization: Token {secret}", "--checks", "all",
            "--phases", "examples,coverage,fuzzing,stateful", "--max-examples", EXAMPLES, "--workers", "1",
            *(() if HOSTILE else ("--seed", "1")),
            "--continue-on-failure", "--warnings", "off", "--generation-database", "none",
        ],
        cwd=tmp_path, capture_output=True, text=True, timeout=MOST_SECONDS,
    )  # fmt: skip
    assert found.returncode == 0, found.stdout[-6000:] + found.stderr[-2000:]
    assert "No issues found" in found.stdout, found.stdout[-2000:]
    print(found.stdout[-2500:])
