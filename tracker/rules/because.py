"""Why an urgent rule holds, in one line: the signs with the person's own numbers."""

from collections.abc import Callable

from tracker.rules.language import _
from tracker.rules.language import gettext_noop as N_
from tracker.rules.urgent import Match
from tracker.rules.view import View

SIGN_WORDS = {
    "confused": N_("confused"), "breathless": N_("breathless"), "blue_or_mottled": N_("blue or mottled skin"),
    "non_fading_rash": N_("a rash that does not fade"), "no_urine": N_("no urine"),
    "extreme_shivering": N_("extreme shivering"), "fainting": N_("fainting"),
    "trouble_swallowing_or_breathing": N_("trouble swallowing or breathing"), "headache": N_("headache"),
    "aches": N_("aches"), "exhausted": N_("exhausted"), "vomiting": N_("being sick"),
    "saddle_numb": N_("numb around the saddle"), "bladder_bowel_trouble": N_("trouble with bladder or bowel"),
    "leg_weakness": N_("weak legs"), "pain_out_of_proportion": N_("pain far stronger than the lump looks"),
    "blisters": N_("blisters"), "dark_patches": N_("dark patches"), "inflamed": N_("the lump is inflamed"),
    "spreading": N_("redness is spreading"), "red_streaks": N_("red streaks"), "pus": N_("pus"),
    "weak_immunity": N_("weak immunity"), "diabetes": N_("diabetes"), "site_face": N_("on the face"),
    "age_under_5": N_("under 5 years old"), "age_75_or_more": N_("75 or older"),
    "antibiotics_not_helping": N_("no better after two days of antibiotics"),
    "antibiotics_not_checked": N_("antibiotics were started, and nothing was logged two to three days later"),
    "blood_thinners": N_("blood thinners"), "injury_28_days": N_("an injury in the last 28 days"),
    "size_up": N_("size up by more than measuring error"),
}  # fmt: skip
COUNTED_WORDS = {
    "redness": N_("redness %(level)d of 3"), "warmth": N_("warmth"), "tenderness": N_("tenderness %(level)d of 3"),
    "pain": N_("pain %(level)d of 10"), "size": N_("size up to %(level)d mm"),
}  # fmt: skip
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
