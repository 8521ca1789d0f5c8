"""What no template may hold: inline styles and scripts, icons that are not drawn, words that must not appear."""

import re
from pathlib import Path

import pytest

FRONTEND = Path(__file__).resolve().parents[2] / "frontend"
# a mail, where only inline styles are understood (/mail/ takes them off), and the export's page, which has no server
OUTGOING = ("mail/message.html", "export/head.html")
TEMPLATES = sorted(path for path in (FRONTEND / "templates").rglob("*") if path.is_file())
SPRITE = set(re.findall(r'<symbol id="([\w-]+)"', (FRONTEND / "static/icons/sprite.svg").read_text(encoding="utf-8")))

INLINE = {
    "a style attribute": re.compile(r"<[a-z][^>]*\sstyle\s*="),
    "a style element": re.compile(r"<style\b"),
    "an event handler": re.compile(r"<[a-z][^>]*\son[a-z]+\s*=", re.I),
    "a javascript address": re.compile(r"javascript:", re.I),
    # data in JSON is no script: the policy does not run it
    "an inline script": re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")", re.I),
    "something from elsewhere": re.compile(r"<(?:script|link|img|iframe)[^>]*(?:src|href)=\"(?:https?:)?//"),
}
FORBIDDEN = re.compile(r"\b(alarm\w*|cancer risk|safe|safely|safety|unsafe|normal|normally|oops|diagnos\w*)\b", re.I)
COMMENTS = re.compile(r"\{%\s*comment.*?endcomment\s*%\}|\{#.*?#\}", re.S)


def text_of(path: Path) -> str:
    return COMMENTS.sub("", path.read_text(encoding="utf-8"))


def faults(text: str) -> set[str]:
    return {name for name, pattern in INLINE.items() if pattern.search(text)}


def words(text: str) -> set[str]:
    """Forbidden words outside of markup; "not a diagnosis" is what the law wants said."""
    text = re.sub(r"\{\{.*?\}\}|-normal\.woff2|not a diagnosis|'unsafe-inline'", "", text, flags=re.I)
    return {found.lower() for found in FORBIDDEN.findall(text)}


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(FRONTEND / "templates")))
def test_template(path: Path) -> None:
    text = text_of(path)
    assert (
        faults(text) - ({"a style attribute", "a style element"} if any(map(path.match, OUTGOING)) else set()) == set()
    )
    assert words(text) == set()
    icons = set(re.findall(r'\{% icon "([\w-]+)"', text)) | set(re.findall(r"sprite\.svg\" %\}#([\w-]+)", text))
    assert icons <= SPRITE
    for name in re.findall(r'\{% static "([^"]+)" %\}', text):
        if not name.startswith(("account/", "mfa/")):  # those are allauth's own
            assert (FRONTEND / "static" / name).is_file(), name


@pytest.mark.parametrize(
    "bad",
    [
        '<p style="color:red">',
        "<style>p{}</style>",
        '<button onclick="x()">',
        "<script>go()</script>",
        '<img src="https://example.org/x.png">',
        '<a href="javascript:x()">',
    ],
)
def test_the_scan_finds(bad: str) -> None:
    assert faults(bad)


def test_the_scan_reads_words() -> None:
    assert words("This is normal and Safe; a diagnosis") == {"normal", "safe", "diagnosis"}
    assert words("It is not a diagnosis. {{ x|safe }}") == set()


def test_icons_of_urgencies_are_drawn() -> None:
    from frontend.templatetags.marks import URGENCY_ICONS
    from tracker.rules.vocabulary import URGENCIES

    assert set(URGENCY_ICONS.values()) <= SPRITE
    assert set(URGENCY_ICONS) == set(URGENCIES) - {"note"}


@pytest.mark.parametrize("path", sorted((FRONTEND / "static").rglob("*.svg")), ids=lambda path: path.name)
def test_drawing(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert faults(text) == set()
    assert "<foreignObject" not in text and "<image" not in text
