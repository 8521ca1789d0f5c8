"""What the page /look/ shows: read from the style sheets and the sprite themselves, so that it cannot fall behind."""

import re
from pathlib import Path
from typing import Any

from django import forms

STATIC = Path(__file__).resolve().parent / "static"
URGENCIES = (
    (
        "emergency",
        "Call now",
        "Redness is spreading and you have a fever of 39.2 °C.",
        "Call your emergency number now.",
    ),
    ("same_day", "Today", "There is pus and the skin is warm.", "Ask to be seen today."),
    ("soon", "Within a week", "It has grown by about 9 % a month; it could be 4 to 15.", "Book a visit this week."),
    ("routine", "When you can", "It has been there for 7 weeks.", "Book a visit when it suits you."),
    ("recheck", "Measure again", "The last size is far from the ones before.", "Measure it once more tomorrow."),
)


class Sample(forms.Form):
    """A field of each kind, one of them wrong."""

    name = forms.CharField(help_text="As you call it, for example “lower back”.")
    email = forms.EmailField()
    note = forms.CharField(widget=forms.Textarea, required=False)
    region = forms.ChoiceField(choices=[("uk", "United Kingdom"), ("us", "United States")])
    remember = forms.BooleanField(label="Stay logged in", required=False)


def tokens() -> list[str]:
    """Names of all colours, in the order of tokens.css."""
    light = (STATIC / "css" / "tokens.css").read_text(encoding="utf-8").split("@media")[0]
    return re.findall(r"^  --([\w-]+): #", light, re.M)


def icons() -> list[str]:
    """Names of all icons of the sprite."""
    return re.findall(r'<symbol id="([\w-]+)"', (STATIC / "icons" / "sprite.svg").read_text(encoding="utf-8"))


def pictures() -> list[str]:
    """File names of all drawings, the body map excepted."""
    return sorted(path.name for path in (STATIC / "pictures").glob("*.svg") if path.name != "bodymap.svg")


def elements() -> dict[str, Any]:
    """The context of templates/pages/look.html."""
    wrong = Sample({"name": "", "email": "not an address", "region": "uk"})
    wrong.is_valid()
    return {
        "tokens": tokens(),
        "icons": icons(),
        "pictures": pictures(),
        "urgencies": URGENCIES,
        "form": wrong,
        "pain": range(11),
    }
