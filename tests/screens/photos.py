"""The photo screens. The demo has no photo with the card, so a rendered one stands in for it, read by the real reader."""

import base64
import functools
import io
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Page, Route, expect

LUMP = "Calf"
# A camera that sees one picture: the laptop of whoever takes these screens may have none.
CAMERA = """(jpeg) => {
  navigator.mediaDevices.getUserMedia = async () => {
    const picture = new Image()
    picture.src = 'data:image/jpeg;base64,' + jpeg
    await picture.decode()
    const canvas = document.createElement('canvas')
    ;[canvas.width, canvas.height] = [picture.width, picture.height]
    setInterval(() => canvas.getContext('2d').drawImage(picture, 0, 0), 100)
    return canvas.captureStream(10)
  }
}"""


def _jpeg(rgb: NDArray[np.uint8]) -> bytes:
    out = io.BytesIO()
    Image.fromarray(rgb).save(out, "JPEG", quality=88)
    return out.getvalue()


@functools.cache
def card_photo() -> tuple[bytes, bytes, dict[str, Any]]:
    """A photo of a lump between the strips, its flat picture, and what the server would say of it."""
    from analytics.photo.reading import flatten, read
    from analytics.synthetic.scenes import scene, take

    rgb, _truth = take(scene("flat", 5, tone="light"))
    reading = read(rgb)
    return _jpeg(rgb), _jpeg(flatten(rgb, reading)), reading.as_dict()


def photo(page: Page, _demo: dict[str, Any]) -> None:
    whole, flat, analysis = card_photo()

    def answer(route: Route) -> None:
        if "/file/" in route.request.url:
            route.fulfill(body=flat if "size=flat" in route.request.url else whole, content_type="image/jpeg")
        else:
            pk = route.request.url.rstrip("/").rsplit("/", 1)[1]
            said = {"state": "ready", "reason": None, "never_share": False, "measuring": False, "analysis": analysis}
            route.fulfill(json={"id": pk, **said})

    page.route("**/api/photos/**", answer)
    _lump(page)
    page.locator(".timeline .photo-link").first.click()
    expect(page.locator(".plane")).to_be_visible()
    page.locator("#size-of-photo").evaluate("(part) => scrollTo(0, part.getBoundingClientRect().top + scrollY - 72)")


def compare(page: Page, _demo: dict[str, Any]) -> None:
    _lump(page)
    page.get_by_role("link", name="See and compare all photos").click()
    page.get_by_role("radio", name="Slider").check(force=True)
    expect(page.locator(".layer img").first).to_be_visible()


def card(page: Page, _demo: dict[str, Any]) -> None:
    page.goto("/app/help/card")
    expect(page.get_by_role("link", name="For A4 paper")).to_be_visible()


def measuring(page: Page, demo: dict[str, Any]) -> None:
    card(page, demo)
    page.get_by_role("link", name="How well you measure").first.click()
    expect(page.get_by_text("No set of readings yet.")).to_be_visible()


def camera(page: Page, _demo: dict[str, Any]) -> None:
    seen = base64.b64encode(card_photo()[0]).decode()
    page.add_init_script(f"({CAMERA})({seen!r})")
    page.goto("/app/")
    page.get_by_role("link", name=f"Log {LUMP}").click()
    page.get_by_role("button", name="Take a photo").click()
    expect(page.get_by_text("Both strips seen. Hold still.")).to_be_visible()


def _lump(page: Page) -> None:
    page.goto("/app/")
    page.get_by_role("link", name=f"Open {LUMP}").click()
    expect(page.locator(".timeline .photo-link").first).to_be_visible()
