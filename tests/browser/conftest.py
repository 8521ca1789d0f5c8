"""One running house with the demo in it, one browser, and a new phone (context) a test."""

import itertools
import json
from collections.abc import Callable, Generator, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.phone import DESKTOP, PHONE, SECONDS, Phone
from tests.support.stack import Stack, running_stack

COUNT = itertools.count(1)
FAILED = pytest.StashKey[bool]()
GROUP = "browser-house"  # all of this folder in one worker, so that one house serves it


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser/" in item.path.as_posix():
            item.add_marker(pytest.mark.xdist_group(GROUP))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember a failure, so that what the pages showed can be told with it."""
    report = yield
    item.stash[FAILED] = item.stash.get(FAILED, False) or report.failed
    return report


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Web, worker, beat and Valkey, with the demo's people in it; tests sign up people of their own."""
    with running_stack(tmp_path_factory.mktemp("house"), DEMO="1", WEB_WORKERS="1") as running:
        yield running


@pytest.fixture(scope="session")
def demo(house: Stack) -> dict[str, Any]:
    """What `manage.py demo` tells: accounts, password, share_path."""
    told: dict[str, Any] = json.loads((house.var / "demo.json").read_text())
    return told


@pytest.fixture
def account(house: Stack) -> Callable[[str], tuple[str, str]]:
    """A maker of confirmed accounts: (address, password)."""

    def make(name: str) -> tuple[str, str]:
        email, password = f"{name}-{next(COUNT)}@example.org", "a quiet lake at dusk"
        house.manage("create_user", email, text=password + "\n")
        return email, password

    return make


@pytest.fixture
def contexts(browser: Browser, house: Stack, request: pytest.FixtureRequest) -> Iterator[Callable[..., BrowserContext]]:
    """A maker of separate browsers: `contexts(**PHONE)`. A fault of a page's script fails the test."""
    faults: list[str] = []
    made: list[BrowserContext] = []
    expect.set_options(timeout=SECONDS * 1000)

    def make(**options: Any) -> BrowserContext:
        context = browser.new_context(base_url=house.url, **options)
        context.set_default_timeout(SECONDS * 1000)
        context.on("weberror", lambda error: faults.append(str(error.error)))
        context.on("console", lambda said: faults.append(said.text) if "Content Security Policy" in said.text else None)
        context.on("request", lambda asked: faults.append(f"asked {asked.url}") if _is_elsewhere(asked.url) else None)
        made.append(context)
        return context

    yield make
    for context in made:
        if request.node.stash.get(FAILED, False):
            for page in context.pages:
                print(f"{page.url} showed:\n{page.locator('body').aria_snapshot()}")
        context.close()
    assert faults == []


def _is_elsewhere(address: str) -> bool:
    """Another server than ours: no page of ours ever asks one."""
    parts = urlsplit(address)
    return parts.scheme in {"http", "https", "ws", "wss"} and parts.hostname not in {"localhost", "127.0.0.1"}


@pytest.fixture
def phone(contexts: Callable[..., BrowserContext], house: Stack) -> Phone:
    """A phone nobody has signed in on yet."""
    return Phone(contexts(**PHONE).new_page(), house)


@pytest.fixture
def surgery(contexts: Callable[..., BrowserContext]) -> Page:
    """The doctor's own browser."""
    return contexts(**DESKTOP).new_page()
