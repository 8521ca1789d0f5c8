"""How to get to each screen of the demo; `demo` is what `manage.py demo` told (demo.json)."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from ops.place import ROOT
from tests.screens import photos

PICTURES = ROOT / "frontend" / "static" / "pictures"
HEROES = {"light": PICTURES / "app-home.png", "dark": PICTURES / "app-home-dark.png"}
LUMP = "Calf"  # the demo's lump that grows
Step = Callable[[Page, dict[str, Any]], None]


def landing(page: Page, _demo: dict[str, Any]) -> None:
    # Those just taken, not those collected.
    page.route(
        "**/app-home*.png",
        lambda route: route.fulfill(path=HEROES["dark" if "-dark" in route.request.url else "light"]),
    )
    page.goto("/")


def log_in(page: Page, _demo: dict[str, Any]) -> None:
    page.goto("/accounts/login/")


def home(page: Page, _demo: dict[str, Any]) -> None:
    page.goto("/app/")
    expect(page.locator(".lump-card").first).to_be_visible()


def lump(page: Page, demo: dict[str, Any]) -> None:
    home(page, demo)
    page.get_by_role("link", name=f"Open {LUMP}").click()
    expect(page.locator(".chart-box canvas").first).to_be_visible()
    page.locator("figure").first.evaluate("(chart) => scrollTo(0, chart.getBoundingClientRect().top + scrollY - 72)")


def log(page: Page, demo: dict[str, Any]) -> None:
    home(page, demo)
    page.get_by_role("link", name=f"Log {LUMP}").click()
    expect(page.get_by_role("button", name="Save", exact=True)).to_be_visible()


def share(page: Page, _demo: dict[str, Any]) -> None:
    page.goto("/app/share")
    expect(page.get_by_role("button", name="Make the link")).to_be_visible()
    expect(page.get_by_role("button", name="Who opened it").first).to_be_visible()


def settings(page: Page, _demo: dict[str, Any]) -> None:
    page.goto("/app/settings")
    expect(page.get_by_role("button", name="Log out")).to_be_visible()


def doctor(page: Page, demo: dict[str, Any]) -> None:
    page.goto(demo["share_path"])
    page.get_by_role("button", name="Open the notes").click()
    page.wait_for_url("**/s/view/")


def doctor_one(page: Page, demo: dict[str, Any]) -> None:
    """A link to one lump, made by its owner."""
    sign_in(page, demo)
    ask = page.request
    (lump,) = [one for one in ask.get("/api/lumps/").json()["results"] if one["name"] == LUMP]
    made = ask.post(
        "/api/share-links/", data={"lumps": [lump["id"]], "passcode": False},
        headers={"X-CSRFToken": ask.get("/api/me/").json()["csrf"], "Origin": page.url.split("/app/")[0]},
    )  # fmt: skip
    assert made.status == 201, made.text()
    doctor(page, {"share_path": f"/s/#{made.json()['token']}"})


def doctor_photos(page: Page, demo: dict[str, Any]) -> None:
    doctor(page, demo)
    photos = page.locator(".photos").last
    photos.scroll_into_view_if_needed()
    photos.evaluate("(list) => scrollTo(0, list.getBoundingClientRect().top + scrollY - 200)")


SHOTS: dict[str, Step] = {
    "landing": landing, "log-in": log_in, "home": home, "lump": lump, "log": log, "share": share, "settings": settings,
    "doctor": doctor, "doctor-one": doctor_one, "doctor-photos": doctor_photos,
    "camera": photos.camera, "photo": photos.photo, "compare": photos.compare, "card": photos.card,
    "measuring": photos.measuring,
}  # fmt: skip
OUTSIDE = {"landing", "log-in", "doctor", "doctor-one", "doctor-photos"}  # for whoever is not signed in


def sign_in(page: Page, demo: dict[str, Any]) -> Any:
    """The demo's owner; the cookies of the session."""
    page.goto("/accounts/login/?next=/app/")
    page.get_by_label("Email").fill(demo["accounts"][0]["email"])
    page.get_by_label("Password").fill(demo["password"])
    page.get_by_role("button", name="Log in", exact=True).click()
    page.wait_for_url("**/app/")
    return page.context.cookies()
