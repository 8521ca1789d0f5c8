"""Takes docs/screens/NAME-phone|laptop-light|dark.png and the landing page's own picture of the app.

`python -m tests.screens [NAME …]` takes only those named. The house is one of its own, in a folder that goes away; the
demo's stories always come from the same seed, so only their dates move.
"""

import io
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from ops.place import ROOT
from tests.screens.sheets import sheets
from tests.screens.steps import HEROES, OUTSIDE, SHOTS, home, sign_in
from tests.support.chromium import MISSING, find_chromium
from tests.support.stack import Stack, running_stack

FOLDER = ROOT / "docs" / "screens"
WIDTHS: dict[str, dict[str, Any]] = {
    "phone": {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True},
    "laptop": {"viewport": {"width": 1280, "height": 800}},
}
SCHEMES = ("light", "dark")


@contextmanager
def open_context(browser: Browser, house: Stack, **options: Any) -> Iterator[BrowserContext]:
    context = browser.new_context(
        base_url=house.url, locale="en-GB", timezone_id="Europe/London", service_workers="block",
        reduced_motion="reduce", **options,
    )  # fmt: skip
    context.set_default_timeout(60_000)
    try:
        yield context
    finally:
        context.close()


def take(page: Page) -> bytes:
    """The screen as it is, once fonts and pictures are there, as a small PNG of at most 255 colours."""
    page.wait_for_load_state("networkidle")
    page.evaluate("document.fonts.ready.then(() => true)")
    picture = Image.open(io.BytesIO(page.screenshot(animations="disabled", caret="hide"))).convert("RGB")
    return small(picture)


def small(picture: Image.Image) -> bytes:
    """As a PNG of at most 255 colours."""
    out = io.BytesIO()
    picture.quantize(255, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()


def take_all(browser: Browser, house: Stack, names: list[str]) -> None:
    demo = json.loads((house.var / "demo.json").read_text(encoding="utf-8"))
    with open_context(browser, house) as context:
        session = sign_in(context.new_page(), demo)
    FOLDER.mkdir(parents=True, exist_ok=True)
    for scheme, hero in HEROES.items():
        with open_context(browser, house, **WIDTHS["phone"], color_scheme=scheme, device_scale_factor=2) as context:
            context.add_cookies(session)
            page = context.new_page()
            home(page, demo)
            hero.write_bytes(take(page))
    if "doctor" in names:
        take_sheets(browser, house, demo)
    for width, options in WIDTHS.items():
        for scheme in SCHEMES:
            for name in names:
                with open_context(browser, house, **options, color_scheme=scheme) as context:
                    if name not in OUTSIDE:
                        context.add_cookies(session)
                    page = context.new_page()
                    SHOTS[name](page, demo)
                    path = FOLDER / f"{name}-{width}-{scheme}.png"
                    path.write_bytes(take(page))
                    print(f"{path.relative_to(ROOT)}  {path.stat().st_size // 1024} kB", flush=True)


def take_sheets(browser: Browser, house: Stack, demo: dict[str, Any]) -> None:
    for old in [*FOLDER.glob("doctor-print-*.png"), *FOLDER.glob("doctor*-pdf-*.png")]:
        old.unlink()
    with open_context(browser, house, **WIDTHS["laptop"]) as context:
        for name, picture in sheets(context.new_page(), demo):
            (FOLDER / f"{name}.png").write_bytes(small(picture.convert("RGB")))


def main(names: list[str]) -> int:
    """Exit status: 2 where there is no browser or a name is unknown."""
    chromium = find_chromium()
    unknown = set(names) - set(SHOTS)
    if chromium is None or unknown:
        print(f"No such screen: {', '.join(unknown)}" if unknown else MISSING, file=sys.stderr)
        return 2
    os.environ.update(chromium.environment)
    expect.set_options(timeout=60_000)
    with (
        tempfile.TemporaryDirectory(prefix="screens-") as folder,
        running_stack(Path(folder), DEMO="1") as house,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=str(chromium.path), args=list(chromium.arguments))
        try:
            take_all(browser, house, names or list(SHOTS))
        finally:
            browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
