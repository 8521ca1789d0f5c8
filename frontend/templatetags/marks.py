"""What templates draw with: icons, the body map, form fields."""

from typing import Any

from django import template
from django.forms import BoundField
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from tracker.reports.place import map_of
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


@register.simple_tag
def bodymap(site: str, side: str | None = None, label: str = "", key: int = 1) -> SafeString:
    """The body map with one place marked, as inline SVG with `label` as its name; English titles are left out.

    `key` tells the maps of one page apart: an id may stand on a page only once.
    """
    drawing = map_of(site, side, key=key)
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
