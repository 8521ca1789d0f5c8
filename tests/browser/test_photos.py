"""Photos by the camera within the page: framed with hints offline, measured by the card, compared, kept back, refused."""

import io
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from analytics.synthetic.scenes import scene, take
from tests.browser.phone import SECONDS, Phone, picture
from tests.browser.test_everybody import Faults

FRAMES = 4


@pytest.fixture(scope="module")
def truth(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """(a film of what the camera sees, what is true of it): a flat lump between both strips."""
    rgb, true = take(scene("flat", 4, width=1280))
    out = io.BytesIO()
    Image.fromarray(rgb).save(out, "JPEG", quality=90)
    film = tmp_path_factory.mktemp("camera") / "lump.mjpeg"
    film.write_bytes(out.getvalue() * FRAMES)
    return film, true


@pytest.fixture(scope="module")
def browser(
    launch_browser: Callable[..., Browser], browser_type_launch_args: dict[str, Any], truth: Any
) -> Iterator[Browser]:
    """A Chromium of these tests' own, whose camera shows that film."""
    camera = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
    film = f"--use-file-for-fake-video-capture={truth[0]}"
    started = launch_browser(args=[*browser_type_launch_args["args"], *camera, film])
    yield started
    started.close()


def shoot(phone: Phone, says: str) -> None:
    """Take one photo with the camera in the page and keep it; `says` is the hint while framing."""
    page = phone.page
    phone.button("Take a photo").tap()
    expect(page.locator("dialog").get_by_role("status")).to_contain_text(says)
    page.locator("dialog").get_by_role("button", name="Take the photo").tap()
    expect(page.locator("dialog").get_by_role("status")).to_contain_text("Both strips seen, sharp and level.")
    phone.button("Keep this photo").tap()
    expect(page.get_by_role("dialog")).to_have_count(0)


def log_two_offline(phone: Phone) -> str:
    """A typed size and two shots without a signal, sent later; the lump."""
    page = phone.page
    page.reload()
    expect(phone.button("Save")).to_be_visible()
    page.context.set_offline(True)
    page.get_by_label("Longest way across", exact=True).fill("30")
    shoot(phone, "Both strips seen.")
    shoot(phone, "Both strips seen.")
    expect(page.get_by_text("Photo 2: Both strips seen")).to_be_visible()
    phone.save_entry()
    page.context.set_offline(False)
    phone.wait_until_sent()
    page.get_by_role("link", name="Done").tap()
    return phone.lump


def move_an_end(page: Page) -> None:
    """By arrow keys there and back: half a millimetre each."""
    end = page.get_by_role("button", name="Longest way, first end")

    def across() -> float:
        return next(float(word) for word in (end.get_attribute("aria-label") or "").split() if _number(word))

    start = across()
    end.focus()
    for key, moved in (("ArrowLeft", 0.5), ("ArrowLeft", 1.0), ("ArrowRight", 0.5), ("ArrowRight", 0.0)):
        page.keyboard.press(key)
        assert start - across() == pytest.approx(moved, abs=0.11)


def compare(phone: Phone, faults: Faults) -> None:
    page = phone.page
    expect(page.get_by_text("Drawn to the same scale by the card")).to_be_visible()
    for way in ("Side by side", "Slider", "Flip"):
        page.get_by_role("radio", name=way, exact=True).check(force=True)
        expect(page.locator(".layer img").first).to_be_attached()
        faults.look(f"compared: {way}")
    before = page.get_by_text("Shown:").inner_text()
    phone.button("Show the other one").press("Enter")
    expect(page.get_by_text("Shown:")).not_to_have_text(before)


def test_a_photo_taken_offline_is_measured_and_asked_about(phone: Phone, account: Any, truth: Any) -> None:
    page, faults = phone.page, Faults(phone.page)
    phone.sign_in(*account("lens"))
    phone.wait_until_ready_offline()
    phone.add_first_lump()
    lump = log_two_offline(phone)
    page.locator(".timeline .photo-link").first.tap()
    use = phone.button("Use these sizes")
    expect(use).to_be_visible(timeout=3 * SECONDS * 1000)  # reading a picture takes a busy machine long
    faults.look("a measured photo")
    move_an_end(page)
    use.tap()
    asked = page.get_by_role("alertdialog")
    expect(asked).to_contain_text("You wrote 30 mm (ruler).")
    faults.look("which size to keep")
    assert phone.entries_there(lump)[0]["method"] == "ruler"  # nothing in silence
    asked.get_by_role("button", name="The photo’s").tap()
    expect(page.get_by_text("by photo and card.")).to_be_visible()
    phone.wait_until_sent()
    row = phone.entries_there(lump)[0]
    assert (row["method"], row["revision"]) == ("photo_card", 2)
    assert row["length_mm"] == pytest.approx(truth[1].length, rel=0.06)
    page.get_by_role("link", name="Compare with another day").tap()
    compare(phone, faults)
    page.goto(f"/app/lumps/{lump}/log")
    phone.button("Take a photo").tap()
    expect(page.get_by_alt_text("The last photo,")).to_be_visible()
    faults.look("the camera with the last photo over it")
    faults.check(6)


def wait_until(phone: Phone, pk: str, true: Callable[[Any], bool]) -> None:
    """Until the server says so of a photo."""
    end = time.monotonic() + 3 * SECONDS
    while not true(photo := phone.ask(f"/api/photos/{pk}/")):
        assert time.monotonic() < end, photo
        phone.page.wait_for_timeout(200)


def _number(word: str) -> bool:
    return word.replace(".", "", 1).isdigit()


def test_an_intimate_photo_is_veiled_kept_back_and_a_broken_one_told(phone: Phone, account: Any) -> None:
    page, faults = phone.page, Faults(phone.page)
    phone.sign_in(*account("veil"))
    phone.add_first_lump("Breast")
    lump = phone.lump
    phone.fill_entry(21, 17, picture(3))
    cut = picture(4)[:9000]
    file: Any = {"name": "cut.jpg", "mimeType": "image/jpeg", "buffer": cut}
    page.get_by_label("Choose photos").set_input_files(files=[file])
    expect(
        page.get_by_role("img", name="Photo 2 of this entry").or_(page.get_by_text("Photo 2 of this entry"))
    ).to_be_visible()
    phone.save_entry()
    phone.wait_until_sent()
    hashes = phone.entries_there(lump)[0]["receipt"]["photos"]
    for pk in hashes:
        wait_until(phone, pk, lambda photo: photo["state"] != "processing")
    page.goto(f"/app/lumps/{lump}")
    told = page.get_by_text("could not be kept. The entry is.")
    expect(told).to_be_visible()
    assert page.locator(".photo.veiled").count() == 1
    faults.look("an entry with a refused photo")
    page.get_by_role("link", name="What happened").tap()
    original = page.get_by_role("link", name="Download the original")
    expect(original).to_be_visible()
    with page.expect_download() as saved:
        original.tap()
    assert saved.value.path().read_bytes() == cut
    faults.look("a refused photo")
    page.goto(f"/app/lumps/{lump}")
    expect(told).to_be_visible()
    page.get_by_role("button", name="Show: Photo of").tap()
    page.locator(".photo-link").first.tap()
    expect(phone.button("Tap to show it").first).to_be_visible()
    expect(page.get_by_text("No card was found in this photo")).to_be_visible(timeout=3 * SECONDS * 1000)
    page.get_by_role("switch", name="Never share this one").tap()
    wait_until(phone, page.url.rsplit("/", 1)[1], lambda photo: photo["never_share"])
    page.goto(f"/app/share?lump={lump}")
    page.get_by_role("switch", name="Show photos").tap()
    expect(page.get_by_text("1 photo will never be shared.")).to_be_visible()
    faults.check(2)


def test_ones_own_measuring_and_the_card(phone: Phone, account: Any) -> None:
    page, faults = phone.page, Faults(phone.page)
    phone.sign_in(*account("four"))
    phone.add_first_lump()
    phone.wait_until_sent()
    page.goto("/app/help/card")
    for paper in ("A4", "US letter"):
        href = page.get_by_role("link", name=f"For {paper} paper").get_attribute("href")
        assert page.request.get(f"{phone.house.url}{href}").body()[:5] == b"%PDF-"
    faults.look("the card")
    page.get_by_role("link", name="How well you measure").tap()
    phone.button("Start").tap()
    for reading in ("20", "21", "20.5", "19.5"):
        field = page.get_by_label("Longest way across", exact=True)
        expect(field).to_have_value("")
        field.fill(reading)
        field.press("Enter")
    expect(page.get_by_text("be seen").first).to_be_visible()
    faults.look("measured measuring")
    faults.check(2)
