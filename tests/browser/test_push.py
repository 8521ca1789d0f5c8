"""What the service worker does with a push, delivered by the browser itself: always something shown, never more than told."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import CDPSession, expect

from tests.browser.phone import Phone
from tests.browser.test_offline import with_a_lump

HEALTH_WORDS = ("lump", "pain", "grew", "growth", "doctor", "measure")
SHOWN = """async () => {
  const registration = await navigator.serviceWorker.ready
  const shown = await registration.getNotifications()
  const said = shown.map(({ title, body, tag, data }) => ({ title, body, tag, path: data.path }))
  shown.forEach((each) => each.close())
  return said
}"""
# As the system does when the person taps it; only `focus` wants a real tap, and comes after the app was told.
TAP = """async () => {
  const [notification] = await self.registration.getNotifications()
  self.dispatchEvent(new NotificationEvent('notificationclick', { notification }))
}"""


class Pusher:
    """The browser's own push service, in its place by CDP."""

    def __init__(self, phone: Phone) -> None:
        self.phone = phone
        self.line: CDPSession = phone.page.context.new_cdp_session(phone.page)
        self.ids: list[str] = []
        self.line.on("ServiceWorker.workerRegistrationUpdated", self._note)
        self.line.send("ServiceWorker.enable")
        while not self.ids:
            phone.page.wait_for_timeout(50)

    def _note(self, event: dict[str, Any]) -> None:
        self.ids += [each["registrationId"] for each in event["registrations"] if not each["isDeleted"]]

    def deliver(self, data: str) -> list[dict[str, str]]:
        """What is shown after a push with this payload."""
        self.send(data)
        for _turn in range(100):
            if shown := self.phone.page.evaluate(SHOWN):
                found: list[dict[str, str]] = shown
                return found
            self.phone.page.wait_for_timeout(50)
        return []

    def send(self, data: str) -> None:
        origin = self.phone.house.url
        self.line.send(
            "ServiceWorker.deliverPushMessage", {"origin": origin, "registrationId": self.ids[-1], "data": data}
        )


@pytest.fixture
def pusher(phone: Phone, account: Callable[[str], tuple[str, str]]) -> Pusher:
    phone.page.context.grant_permissions(["notifications"], origin=phone.house.url)
    phone.lump_id = with_a_lump(phone, account("pia"))  # type: ignore[attr-defined]
    return Pusher(phone)


def test_every_push_shows_something_and_a_tap_opens_its_lump(pusher: Pusher) -> None:
    page, lump = pusher.phone.page, pusher.phone.lump_id  # type: ignore[attr-defined]
    told = {"title": "Lump Diary", "body": "There is something new.", "tag": "n1", "path": f"/app/lumps/{lump}"}
    assert pusher.deliver(json.dumps(told)) == [told]
    fallback = {"title": "Lump Diary", "body": "Open the app to see what is new.", "tag": "lump-diary", "path": "/app/"}
    for odd in ("", "\u0000not json {", "[]", "7", json.dumps({"title": 5, "path": "https://elsewhere.test/"})):
        assert pusher.deliver(odd) == [fallback], odd
    said = (fallback["body"]).lower()
    assert not [word for word in HEALTH_WORDS if word in said]

    page.goto("/app/help")
    mark = page.evaluate("performance.timeOrigin")
    pusher.send(json.dumps(told))
    worker = page.context.service_workers[0]
    while not worker.evaluate("async () => (await self.registration.getNotifications()).length"):
        page.wait_for_timeout(50)
    worker.evaluate(TAP)
    page.wait_for_url(f"**/app/lumps/{lump}")
    expect(page.get_by_role("heading", level=1, name="Forearm, left")).to_be_visible()
    assert page.evaluate("performance.timeOrigin") == mark, "the app went there itself: a half-filled form is not lost"
