"""The whole set of processes, as `make run` starts it."""

import os
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from ops.place import ROOT
from tests.support.stack import Stack, running_stack

pytestmark = pytest.mark.xdist_group("stack")  # one stack serves these tests


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with running_stack(tmp_path_factory.mktemp("stack") / "var") as running:
        yield running


def test_it_says_where_it_runs_and_where_mail_goes(stack: Stack) -> None:
    assert f"Lump Diary runs at {stack.url}" in stack.output
    assert f"Mail is kept in {stack.var / 'mail'}" in stack.output
    assert stack.get("/healthz") == 200


def test_what_is_written_is_for_this_account_alone(stack: Stack) -> None:
    secrets = list((stack.var / "secrets").iterdir())
    assert "secret_key" in {path.name for path in secrets}
    assert {stat.S_IMODE(path.stat().st_mode) for path in secrets} == {0o600}
    open_to_others = [
        path
        for path in [stack.var, *stack.var.rglob("*")]
        if stat.S_IMODE(path.lstat().st_mode) & 0o077 and not path.is_symlink()
    ]
    assert open_to_others == []


def test_valkey_listens_on_its_private_socket_only(stack: Stack) -> None:
    valkey = stack.child("valkey")
    assert [c for c in valkey.net_connections("inet") if c.status == psutil.CONN_LISTEN] == []
    assert stat.S_IMODE((stack.var / "run" / "valkey.sock").stat().st_mode) == 0o600


@pytest.mark.parametrize("name", ["valkey", "web", "worker", "beat"])
def test_a_process_that_is_killed_comes_back(stack: Stack, name: str) -> None:
    before = stack.child(name).pid
    stack.child(name).kill()
    stack.wait_for(lambda: _other_child(stack, name, before), 20, f"to start {name} again")
    stack.wait_for(lambda: stack.get("/healthz") == 200, 40, "to be well again")


def _other_child(stack: Stack, name: str, before: int) -> bool:
    try:
        return stack.child(name).pid != before
    except (AssertionError, psutil.NoSuchProcess):
        return False


def test_a_second_run_with_the_same_folder_is_refused(stack: Stack) -> None:
    other = Stack(stack.var, {})
    done = subprocess.run(
        [sys.executable, "-m", "ops.run"], cwd=ROOT, env=other.environment, capture_output=True, text=True, timeout=30
    )
    assert done.returncode == 1
    assert "runs already" in done.stderr
    assert "Traceback" not in done.stderr


def test_ctrl_c_ends_all_of_it(stack: Stack) -> None:
    """Last in this file: the stack is gone afterwards."""
    family = stack.family()
    assert len(family) >= 6
    begun = time.monotonic()
    assert stack.stop() == 0
    assert time.monotonic() - begun < 20
    assert [p for p in family if p.is_running() and p.status() != psutil.STATUS_ZOMBIE] == []
    assert stack.get("/healthz") == 0


@pytest.mark.parametrize("key", ["changeme", "short-but-random-8f3a", "django-insecure-" + "x9Kq" * 15])
def test_a_default_or_short_key_is_refused(tmp_path: Path, key: str) -> None:
    stack = Stack(tmp_path / "var", {"SECRET_KEY": key})
    done = subprocess.run(
        [sys.executable, "-m", "ops.database"], cwd=ROOT, env=stack.environment, capture_output=True, text=True
    )
    assert done.returncode == 3
    assert "SECRET_KEY is a default or too short" in done.stderr
    assert key not in done.stderr
    assert "Traceback" not in done.stderr


def test_a_database_that_is_away_gets_a_sentence(tmp_path: Path) -> None:
    stack = Stack(tmp_path / "var", {"DATABASE_URL": "postgres://somebody:hidden@127.0.0.1:9/none"})
    done = subprocess.run(
        [sys.executable, "-m", "ops.database"], cwd=ROOT, env=stack.environment, capture_output=True, text=True
    )
    assert done.returncode == 3
    assert "The database cannot be used" in done.stderr
    assert "hidden" not in done.stderr


def test_beat_knows_the_schedule_and_nothing_of_the_house(tmp_path: Path) -> None:
    code = (
        "import sys; from ops.beat import app; app.finalize()\n"
        "print(*sorted(entry['task'] for entry in app.conf.beat_schedule.values()))\n"
        "print(*[name for name in sys.modules if name.startswith(('tracker.models', 'numpy'))])"
    )
    environment = {**os.environ, "VAR_DIR": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    named, loaded = done.stdout.splitlines()
    from tracker.celery import app

    app.loader.import_default_modules()
    assert len(named.split()) >= 4
    assert set(named.split()) <= set(app.tasks)
    assert loaded == ""
