"""Fixtures for every room. The servers are real ones; see tests/support."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler

import pytest

from tests.support.chromium import MISSING, Chromium, find_chromium
from tests.support.environment import isolate
from tests.support.postgres import fresh_postgres
from tests.support.smtp import Mailbox
from tests.support.valkey import Valkey

# Before Django reads its settings, which pytest-django makes it do right after this file is loaded.
VAR_DIR = isolate()
WSGIRequestHandler.disable_nagle_algorithm = True  # else each request of `live_server` costs 45 ms

DATABASE_FIXTURES = {
    "db",
    "transactional_db",
    "django_db_reset_sequences",
    "django_db_serialized_rollback",
    "live_server",
}
BROWSER_FIXTURES = {"page", "context", "browser", "new_context", "chromium_path"}
REAL_PROCESSES = {"browser", "journey", "chaos", "ops"}  # rooms that start browsers or whole houses


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--only-database", action="store_true", help="only tests that use the database, without browsers and slow ones"
    )


def pytest_configure(config: pytest.Config) -> None:
    from django.conf import settings

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # quick; nothing here is secret
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}


def pytest_unconfigure(config: pytest.Config) -> None:
    shutil.rmtree(VAR_DIR, ignore_errors=True)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark browser tests by the fixtures they use, and pick those that touch the database where that is asked.

    What starts browsers or whole houses is tried a second time, which the closing lines of the run name (RERUN): on a
    busy machine one of four hundred such tests loses a race of its own making. No other test is tried twice, except
    where nobody can ask again (CI), which names it too.
    """
    alone = bool(os.environ.get("CI"))
    for item in items:
        browser = bool(BROWSER_FIXTURES & set(getattr(item, "fixturenames", ())))
        if browser:
            item.add_marker("browser")
        if alone or browser or item.path.parent.name in REAL_PROCESSES:
            item.add_marker(pytest.mark.flaky(reruns=1))
    if config.getoption("--only-database"):
        kept = [item for item in items if _uses_database(item)]
        config.hook.pytest_deselected(items=[item for item in items if not _uses_database(item)])
        items[:] = kept


def _uses_database(item: pytest.Item) -> bool:
    if item.get_closest_marker("browser") or item.get_closest_marker("slow"):
        return False
    names = set(getattr(item, "fixturenames", ()))
    return item.get_closest_marker("django_db") is not None or bool(DATABASE_FIXTURES & names)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """SQLite in a file, as in real life: WAL and BEGIN IMMEDIATE mean nothing in memory."""
    from django.db import connections

    settings = connections["default"].settings_dict
    settings["CONN_MAX_AGE"] = 0
    if settings["ENGINE"] == "django.db.backends.sqlite3":
        settings["TEST"]["NAME"] = str(Path(VAR_DIR) / "test.sqlite3")


@pytest.fixture
def valkey() -> Iterator[Valkey]:
    """A Valkey of this test's own, running."""
    server = Valkey()
    try:
        server.start()
        yield server
    finally:
        server.close()


@pytest.fixture
def smtp_server() -> Iterator[Mailbox]:
    """A mail server of this test's own, running and accepting."""
    server = Mailbox()
    server.start()
    try:
        yield server
    finally:
        server.mood, server.moods = "accept", []  # lets go of one that hangs
        server.stop()


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The address of a real PostgreSQL: the given DATABASE_URL, else one from the wheel."""
    given = os.environ.get("DATABASE_URL", "")
    if given.startswith("postgres"):
        yield given
        return
    with fresh_postgres() as url:
        yield url


@pytest.fixture(scope="session")
def chromium_path() -> Chromium:
    """The browser: `.path`, and the `.environment` and `.arguments` to start it with."""
    found = find_chromium()
    if found is None:
        pytest.skip(MISSING)
    return found


@pytest.fixture(scope="session")
def playwright(chromium_path: Chromium) -> Iterator[Any]:
    """pytest-playwright's, told where Node is, and Django told to bear its event loop from now on."""
    from playwright.sync_api import sync_playwright

    os.environ.update(chromium_path.environment)
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as started:
        yield started
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="session")
def browser_type_launch_args(chromium_path: Chromium) -> dict[str, Any]:
    return {"executable_path": str(chromium_path.path), "args": list(chromium_path.arguments), "headless": True}
