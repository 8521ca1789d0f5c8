"""Short versions of the rows of `make offline`: the same code, less of it. The long ones: `python -m tests.offline`."""

import dataclasses
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Playwright, Route, expect

from tests.browser.phone import PHONE, SECONDS, Phone
from tests.offline.rows import ROWS
from tests.offline.trial import Plan, Trial, running_trial
from tests.support.stack import Stack

SHORT = Plan(entries=16, kills=1, share=0.3, replayed=2, together=6, away=1, cut=16, turns=1, quick=True)


@pytest.fixture(scope="module")
def trial(
    house: Stack,
    playwright: Playwright,
    browser_type_launch_args: dict[str, Any],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Trial]:
    expect.set_options(timeout=SECONDS * 1000)
    with running_trial(
        house, playwright, browser_type_launch_args, tmp_path_factory.mktemp("offline"), SHORT
    ) as running:
        yield running


@pytest.mark.parametrize("row", ["O1", "O3", "O5", "O7", "O8", "O9"])
def test_row(row: str, trial: Trial) -> None:
    result = ROWS[row](dataclasses.replace(trial))
    assert result.held, result.figures


def test_a_write_before_the_server_has_said_who_is_there(
    contexts: Callable[..., BrowserContext], house: Stack, account: Callable[[str], tuple[str, str]]
) -> None:
    phone = Phone(contexts(**PHONE, service_workers="block").new_page(), house)
    page = phone.page
    phone.sign_in(*account("ella"))
    phone.add_first_lump()
    lump = phone.lump
    phone.wait_until_sent()
    waiting: list[Route] = []
    silent = [True]
    page.context.route("**/api/me/", lambda route: waiting.append(route) if silent[0] else route.continue_())
    page.goto(f"/app/share?lump={lump}")
    phone.button("Make the link").tap()
    page.wait_for_timeout(300)
    assert waiting, "the app has not asked who is there"
    assert page.get_by_role("heading", name="Your link is ready").count() == 0
    silent[0] = False
    for route in waiting:
        route.continue_()
    expect(page.get_by_role("heading", name="Your link is ready")).to_be_visible()
