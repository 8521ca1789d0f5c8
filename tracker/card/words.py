"""What a person is told of a photo's reading: one sentence for each reason, with what to do next."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

SENTENCES: dict[str, str] = {
    "no_card": gettext_noop(
        "No card found: lay one strip on each side of the lump, printed side up, and get both in the picture."
    ),
    "one_strip": gettext_noop(
        "Only one strip found: both need to be in the picture, whole, with nothing on top of them."
    ),
    "too_tilted": gettext_noop("Too tilted: hold the phone level, straight above the lump."),
    "too_blurred": gettext_noop(
        "Too blurred: hold the phone still, tap the lump on the screen to focus, and try again."
    ),
    "too_dark": gettext_noop("Too dark: go to a window or turn on a light, and try again."),
    "glare": gettext_noop("A light is mirrored on the skin or the card: turn a little until it is gone."),
    "print_scale": gettext_noop("The card was not printed at its true size: print it at 100 %."),
    "no_outline": gettext_noop(
        "The lump's edge could not be made out: mark the ends of its length and width yourself."
    ),
}


def sentence_for(reason: str | None, print_percent: float | None = None) -> str:
    """What to say of a reading; empty when nothing is wrong. Raises KeyError for a reason there is no sentence for."""
    if reason is None:
        return ""
    if reason == "print_scale" and print_percent is not None:
        return _("The card was printed at %(percent)d %%: print it at 100 %%.") % {"percent": round(print_percent)}
    return _(SENTENCES[reason])


def plain_line(found: dict[str, Any]) -> str:
    """One line for a person at a terminal, of what `measure_file` found."""
    if found["length_mm"] is None:
        return f"{found['file']}: {sentence_for(found['reason'])}"
    size = f"{found['length_mm']} mm (± {2 * found['length_sd']:.1f}) by {found['width_mm']} mm (± {2 * found['width_sd']:.1f})"
    red = "" if found["redness"] is None else f", redness {found['redness']:+.1f} (± {2 * found['redness_sd']:.1f})"
    return f"{found['file']}: {size}{red}"
