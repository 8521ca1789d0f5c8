"""What templates draw with: icons, the body map, form fields."""

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from django import template
from django.conf import settings
from django.forms import BoundField
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from tracker.reports.shapes import LumpReport

register = template.Library()

URGENCY_ICONS = {
    "emergency": "urgency-emergency",
    "same_day": "urgency-same-day",
    "soon": "urgency-soon",
    "routine": "urgency-routine",
    "recheck": "urgency-recheck",
}


@register.simple_tag
def icon(name: str, size: str = "") -> SafeString:
    """The icon `name` of the sprite, hidden from screen readers: a word always stands beside it. `size`: "" or "large"."""
    return format_html(
        '<svg class="icon{}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        f" icon-{size}" if size else "",
        static("icons/sprite.svg"),
        name,
    )


@register.simple_tag
def picture(name: str) -> str:
    """Address of one of our drawings, by file name."""
    return static(f"pictures/{name}")


@register.simple_tag
def urgency_icon(urgency: str) -> SafeString:
    """The shape that goes with an urgency; an unknown one gets the plainest."""
    return icon(URGENCY_ICONS.get(urgency, "info"))


@lru_cache(maxsize=1)
def _bodymap() -> str:
    return Path(settings.BASE_DIR / "frontend" / "static" / "pictures" / "bodymap.svg").read_text(encoding="utf-8")


def _regions(drawing: str, site: str, side: str) -> list[str]:
    """Ids of the regions to mark. A side the site has no region for marks all of the site: never a wrong place."""
    found = re.findall(r'id="([^"]+)" data-site="([^"]+)" data-side="([^"]*)"', drawing)
    of_site = [(region, its_side) for region, name, its_side in found if name == site]
    wanted = {"left", "right"} if side == "both" else {side}
    return [region for region, its_side in of_site if its_side in wanted] or [region for region, _side in of_site]


@register.simple_tag
def bodymap(site: str, side: str | None = None, label: str = "", key: int = 1) -> SafeString:
    """The body map with one place marked, as inline SVG with `label` as its name; English titles are left out.

    `key` tells the maps of one page apart: an id may stand on a page only once.
    """
    drawing = re.sub(r"<title>.*?</title>", "", _bodymap())
    for region in _regions(drawing, site, side or ""):
        drawing = drawing.replace(f'class="site" id="{region}"', f'class="site here" id="{region}"')
    for word, name in (("front", _("Front")), ("back", _("Back")), ("left", _("Left")), ("right", _("Right"))):
        drawing = re.sub(rf'(data-word="{word}"[^>]*>)[^<]*<', lambda found, name=name: f"{found[1]}{name}<", drawing)  # type: ignore[misc]
    drawing = re.sub(r' id="(?!body-)[^"]+"', "", drawing)
    drawing = re.sub(r"\b(body-(?:outline|clip))\b", rf"\1-{key}", drawing)
    named = drawing.replace("<svg ", format_html('<svg role="img" aria-label="{}" ', label), 1)
    return mark_safe(named)  # noqa: S308 # nosec B308 B703 - a drawing of ours, the label escaped


@register.filter
def unrecorded(lump: LumpReport) -> str:
    """The symptoms of a lump that were never recorded, in one line; "" where all were."""
    return ", ".join(symptom.label for symptom in lump.symptoms if symptom.recorded_at is None)


@register.filter
def kind(field: BoundField) -> str:
    """What sort of control a form field is: "check", "file", "hidden" or "line"."""
    name = type(field.field.widget).__name__
    return {"CheckboxInput": "check", "ClearableFileInput": "file", "HiddenInput": "hidden"}.get(name, "line")


@register.filter
def sentence(label: str) -> str:
    """A label in sentence case: "New Password (again)" becomes "New password (again)"."""
    text = str(label)
    return text[:1] + text[1:].lower() if text.istitle() or " " in text else text


BROWSERS = (("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox", "Firefox"),
            ("Chrome", "Chrome"), ("CriOS", "Chrome"), ("Safari", "Safari"))  # fmt: skip
SYSTEMS = (("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS X", "Mac"),
           ("CrOS", "Chromebook"), ("Linux", "Linux"))  # fmt: skip


@register.filter
def device(agent: str) -> str:
    """A browser's own description in words people know: "Firefox on Windows"; what it does not know, as it came."""
    browser = next((name for mark, name in BROWSERS if mark in agent), "")
    system = next((name for mark, name in SYSTEMS if mark in agent), "")
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or agent[:60] or _("unknown")


@register.filter
def plain(field: BoundField) -> SafeString:
    """The control without a placeholder (its label says the same and stays when somebody types), known to password managers."""
    attrs: dict[str, Any] = {"placeholder": ""} if "placeholder" in field.field.widget.attrs else {}
    if field.name == "login":
        attrs["autocomplete"] = "username"
    return field.as_widget(attrs=attrs)
