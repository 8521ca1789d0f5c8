"""Why an urgent rule holds, in one line: the signs with the person's own numbers."""

from collections.abc import Callable

from tracker.rules.language import _, gettext_noop
from tracker.rules.urgent import Match
from tracker.rules.view import View

SIGN_WORDS = {
    "confused": gettext_noop("confused"),
    "breathless": gettext_noop("breathless"),
    "blue_or_mottled": gettext_noop("blue or mottled skin"),
    "non_fading_rash": gettext_noop("a rash that does not fade"),
    "no_urine": gettext_noop("no urine"),
    "extreme_shivering": gettext_noop("extreme shivering"),
    "fainting": gettext_noop("fainting"),
    "trouble_swallowing_or_breathing": gettext_noop("trouble swallowing or breathing"),
    "headache": gettext_noop("headache"),
    "aches": gettext_noop("aches"),
    "exhausted": gettext_noop("exhausted"),
    "vomiting": gettext_noop("being sick"),
    "saddle_numb": gettext_noop("numb around the saddle"),
    "bladder_bowel_trouble": gettext_noop("trouble with bladder or bowel"),
    "leg_weakness": gettext_noop("weak legs"),
    "pain_out_of_proportion": gettext_noop("pain far stronger than the lump looks"),
    "blisters": gettext_noop("blisters"),
    "dark_patches": gettext_noop("dark patches"),
    "inflamed": gettext_noop("the lump is inflamed"),
    "spreading": gettext_noop("redness is spreading"),
    "red_streaks": gettext_noop("red streaks"),
    "pus": gettext_noop("pus"),
    "weak_immunity": gettext_noop("weak immunity"),
    "diabetes": gettext_noop("diabetes"),
    "site_face": gettext_noop("on the face"),
    "age_under_5": gettext_noop("under 5 years old"),
    "age_75_or_more": gettext_noop("75 or older"),
    "antibiotics_not_helping": gettext_noop("no better after two days of antibiotics"),
    "antibiotics_not_checked": gettext_noop("antibiotics were started, and nothing was logged two to three days later"),
    "blood_thinners": gettext_noop("blood thinners"),
    "injury_28_days": gettext_noop("an injury in the last 28 days"),
    "size_up": gettext_noop("a size that is clearly up"),
}
COUNTED_WORDS = {
    "redness": gettext_noop("redness %(level)d of 3"),
    "warmth": gettext_noop("warmth"),
    "tenderness": gettext_noop("tenderness %(level)d of 3"),
    "pain": gettext_noop("pain %(level)d of 10"),
    "size": gettext_noop("size up to %(level)d mm"),
}
_UNSAID = ("site_testicle", "site_groin", "site_abdomen")


def urgent_because(match: Match, view: View) -> str:
    """ "redness 2 of 3, warmth" and the like: every sign that made the match, once."""
    parts = (_say(sign, view) for sign in match.signs if sign not in _UNSAID)
    return ", ".join(dict.fromkeys(part for part in parts if part))


def _say(sign: str, view: View) -> str:
    if sign in _SPOKEN:
        return _SPOKEN[sign](view)
    return _(SIGN_WORDS[sign])


def _counted(view: View) -> str:
    return ", ".join(_(COUNTED_WORDS[sign]) % {"level": level} for sign, level in view.counted.items())


def _pain(view: View) -> str:
    pain = view.entry.pain if view.entry else None
    return "" if pain is None else _("pain %(level)d of 10") % {"level": pain}


def _far_pain(view: View) -> str:
    if not view.entry or view.entry.pain is None:
        return _("strong pain, far over usual")
    usual = view.fold.past.usual(view.place, "pain")
    return _("pain %(level)d of 10, usual %(usual)g") % {"level": view.entry.pain, "usual": usual}


def _fever(view: View) -> str:
    entry = view.entry
    if entry is not None and entry.temperature_c is not None and entry.temperature_c >= 38.0:
        return _("temperature %(celsius).1f °C") % {"celsius": entry.temperature_c}
    return _("shivery")


_SPOKEN: dict[str, Callable[[View], str]] = {
    "infection_sign": _counted, "infection_worth_one": _counted, "infection_worth_two": _counted, "pain_4": _pain,
    "pain_far_over_usual": _far_pain, "fever": _fever,
}  # fmt: skip
