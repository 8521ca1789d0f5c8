"""The page with the calibration card that a person prints: words, drawings, strips, a bank card's outline; A4 or US letter."""

import json
from functools import lru_cache
from pathlib import Path

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tracker import typeset
from tracker.card import draw

PAPERS = {"a4": "a4", "letter": "us-letter"}
DRAWINGS = Path(__file__).parent / "drawings"


def card_pdf(paper: str) -> bytes:
    """The page as a PDF (PDF/UA-1), in the language that is active. `paper`: a key of PAPERS, KeyError otherwise."""
    return _made(PAPERS[paper], get_language() or "en")


@lru_cache(maxsize=8)
def _made(paper: str, language: str) -> bytes:
    files = {**draw.files(), "words.json": json.dumps({**_words(), "lang": language.partition("-")[0]}).encode()}
    files |= {path.name: path.read_bytes() for path in sorted(DRAWINGS.glob("*.svg"))}
    return typeset.compile((draw.HERE / "page.typ").read_text(encoding="utf-8"), files=files, inputs={"paper": paper})


def _words() -> dict[str, object]:
    return {
        "title": _("Measuring card"),
        "mark": _("Lump Diary"),
        "lead": _("Two strips to lay beside a lump, so that a photo can be measured."),
        "steps": _steps(),
        "strips": _("The two strips"),
        "cut": _("Cut along the corner marks. Keep the strips flat and dry; print new ones when they are worn."),
        "strip": _("Strip %d: a row of black and white squares, grey and white patches, and a ruler of 100 mm"),
        "check": _("Was it printed at its true size?"),
        "outline": _("The outline of a bank card at its true size"),
        "lay": _("Lay a bank card here"),
        "fits": _(
            "A bank card must just cover this outline. If it does not, print again at 100 % (“actual size”, not “fit to page”)."
        ),
        "ruler": _("Or hold a ruler beside a strip: from the first tick to the last it must be 100 mm."),
        "never": _(
            "If you are not sure, lay a bank card, its back up, beside the strips in the photo: "
            "the diary then checks the size by itself."
        ),
        "foot": _("Lump Diary helps you notice and remember. A photo with this card is not a diagnosis."),
    }  # fmt: skip


def _steps() -> list[dict[str, str]]:
    return [
        {
            "picture": "print.svg", "heading": _("Print at 100 %"),
            "body": _("On plain white paper, at actual size. Check it with the outline below."),
            "alt": _("A sheet of paper coming out of a printer"),
        },
        {
            "picture": "cut.svg", "heading": _("Cut out both strips"),
            "body": _("Any straight scissors will do."),
            "alt": _("Scissors cutting along the edge of a strip"),
        },
        {
            "picture": "lay.svg", "heading": _("Lay one on each side"),
            "body": _("Flat on the skin, close to the lump, not touching it. They need not be in line."),
            "alt": _("A lump on the skin between the two strips"),
        },
        {
            "picture": "shoot.svg", "heading": _("Hold the phone level"),
            "body": _("Straight above, 20 to 45 cm away, in even light. Both strips must be in the picture."),
            "alt": _("A phone held level above the lump and the strips"),
        },
    ]  # fmt: skip
