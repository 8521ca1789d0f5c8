"""The words of a report: every value of the diary file as a clinician reads it; numbers and dates."""

from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils.formats import date_format, number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

Words = dict[str, Promise]

SITES: Words = {
    "scalp": gettext_lazy("Scalp"),
    "face": gettext_lazy("Face"),
    "neck": gettext_lazy("Neck"),
    "above_collarbone": gettext_lazy("Above the collarbone"),
    "armpit": gettext_lazy("Armpit"),
    "shoulder": gettext_lazy("Shoulder"),
    "upper_arm": gettext_lazy("Upper arm"),
    "forearm": gettext_lazy("Forearm"),
    "hand": gettext_lazy("Hand"),
    "chest": gettext_lazy("Chest"),
    "breast": gettext_lazy("Breast"),
    "abdomen": gettext_lazy("Abdomen"),
    "groin": gettext_lazy("Groin"),
    "testicle": gettext_lazy("Testicle"),
    "vulva": gettext_lazy("Vulva"),
    "upper_back": gettext_lazy("Upper back"),
    "lower_back": gettext_lazy("Lower back"),
    "buttock": gettext_lazy("Buttock"),
    "hip": gettext_lazy("Hip"),
    "thigh": gettext_lazy("Thigh"),
    "knee": gettext_lazy("Knee"),
    "lower_leg": gettext_lazy("Lower leg"),
    "foot": gettext_lazy("Foot"),
    "other": gettext_lazy("Elsewhere"),
}
SIDES: Words = {
    "left": gettext_lazy("left side"),
    "right": gettext_lazy("right side"),
    "middle": gettext_lazy("in the middle"),
    "both": gettext_lazy("both sides"),
}
DEPTHS: Words = {
    "skin": gettext_lazy("in the skin"),
    "under_skin": gettext_lazy("under the skin"),
    "deep": gettext_lazy("deep"),
    "unknown": gettext_lazy("depth not known"),
}
NOTICED_AFTER: Words = {
    "injury": gettext_lazy("after an injury"),
    "infection": gettext_lazy("after an infection"),
    "vaccination": gettext_lazy("after a vaccination"),
    "nothing": gettext_lazy("after nothing in particular"),
    "unknown": gettext_lazy("not known after what"),
}
SEXES: Words = {"female": gettext_lazy("female"), "male": gettext_lazy("male"), "other": gettext_lazy("other sex")}
CONDITIONS: Words = {
    "weak_immunity": gettext_lazy("weak immunity"),
    "diabetes": gettext_lazy("diabetes"),
    "cancer_history": gettext_lazy("cancer in the past"),
    "blood_thinners": gettext_lazy("takes blood thinners"),
}
AXES: Words = {"length": gettext_lazy("Length"), "width": gettext_lazy("Width"), "depth": gettext_lazy("Depth")}
METHODS: Words = {
    "caliper": gettext_lazy("calipers"),
    "ruler": gettext_lazy("ruler"),
    "photo_card": gettext_lazy("photo with a card"),
    "ultrasound": gettext_lazy("ultrasound"),
    "scan": gettext_lazy("CT or MRI"),
    "eye": gettext_lazy("by eye"),
}
EVENTS: Words = {
    "injury": gettext_lazy("Injury"),
    "infection": gettext_lazy("Infection"),
    "examined": gettext_lazy("Examined"),
    "ultrasound": gettext_lazy("Ultrasound"),
    "mri": gettext_lazy("MRI"),
    "ct": gettext_lazy("CT"),
    "biopsy": gettext_lazy("Biopsy"),
    "needle_aspiration": gettext_lazy("Needle aspiration"),
    "antibiotics_started": gettext_lazy("Antibiotics started"),
    "antibiotics_stopped": gettext_lazy("Antibiotics stopped"),
    "drained": gettext_lazy("Drained"),
    "removed": gettext_lazy("Removed"),
    "surgery": gettext_lazy("Surgery"),
    "radiotherapy": gettext_lazy("Radiotherapy"),
    "chemotherapy": gettext_lazy("Chemotherapy"),
    "acknowledged": gettext_lazy("Advice read"),
    "other": gettext_lazy("Other"),
}
URGENCIES: Words = {
    "emergency": gettext_lazy("Emergency"),
    "same_day": gettext_lazy("Same day"),
    "soon": gettext_lazy("Soon"),
    "routine": gettext_lazy("Routine"),
    "recheck": gettext_lazy("Measure again"),
    "note": gettext_lazy("Note"),
}
GRADES: Words = {
    "0": gettext_lazy("none"),
    "1": gettext_lazy("slight"),
    "2": gettext_lazy("clear"),
    "3": gettext_lazy("severe"),
}
YES_NO: Words = {"True": gettext_lazy("yes"), "False": gettext_lazy("no")}
DISCHARGES: Words = {
    "none": gettext_lazy("none"),
    "clear": gettext_lazy("clear fluid"),
    "bloody": gettext_lazy("bloody"),
    "pus": gettext_lazy("pus"),
}
SHAPES: Words = {
    "round": gettext_lazy("round"),
    "oval": gettext_lazy("oval"),
    "irregular": gettext_lazy("irregular"),
    "flat": gettext_lazy("flat"),
}
FIRMNESSES: Words = {
    "soft": gettext_lazy("soft"),
    "rubbery": gettext_lazy("rubbery"),
    "firm": gettext_lazy("firm"),
    "hard": gettext_lazy("hard"),
}
MOBILITIES: Words = {"moves": gettext_lazy("moves"), "fixed": gettext_lazy("fixed")}
SKIN: Words = {
    "broken": gettext_lazy("broken skin"),
    "ulcer": gettext_lazy("ulcer"),
    "bruised": gettext_lazy("bruised"),
    "dark_patches": gettext_lazy("dark patches"),
    "blisters": gettext_lazy("blisters"),
}
UNWELL: Words = {
    "confused": gettext_lazy("confused"),
    "breathless": gettext_lazy("breathless"),
    "blue_or_mottled": gettext_lazy("blue or mottled"),
    "non_fading_rash": gettext_lazy("a rash that does not fade"),
    "no_urine": gettext_lazy("no urine"),
    "extreme_shivering": gettext_lazy("extreme shivering"),
    "fainting": gettext_lazy("fainting"),
    "trouble_swallowing_or_breathing": gettext_lazy("trouble swallowing or breathing"),
    "headache": gettext_lazy("headache"),
    "aches": gettext_lazy("aches"),
    "exhausted": gettext_lazy("exhausted"),
    "vomiting": gettext_lazy("vomiting"),
    "saddle_numb": gettext_lazy("numb between the legs"),
    "bladder_bowel_trouble": gettext_lazy("bladder or bowel trouble"),
    "leg_weakness": gettext_lazy("leg weakness"),
    "night_sweats": gettext_lazy("night sweats"),
    "weight_loss": gettext_lazy("weight loss"),
}


def word(words: Words, value: object) -> str:
    """The word of a value; the value itself where there is none (a list that grew), "not recorded" for None."""
    if value is None or value == "":
        return not_recorded()
    return str(words.get(str(value), value))


def listed(words: Words, values: Iterable[str] | None) -> str:
    """Several values in one line; "none" where the list was asked for and is empty."""
    if values is None:
        return not_recorded()
    found = ", ".join(str(words.get(value, value)) for value in sorted(values))
    return found or _("none")


def not_recorded() -> str:
    return _("not recorded")


def number(value: float, decimals: int = 0) -> str:
    """A number in the reader's way, with a real minus sign."""
    return number_format(f"{value:.{decimals}f}", decimals).replace("-", "−")


def mm(value: float) -> str:
    """A length with one decimal at most: "24", "7.5"."""
    return number(value, 0 if abs(value - round(value)) < 0.05 else 1)


def signed(value: float) -> str:
    """A change in whole percent: "+9", "−4", "0"."""
    whole = round(value)
    return f"+{number(whole)}" if whole > 0 else number(whole)


def day(moment: date | datetime, zone: ZoneInfo | None = None) -> str:
    """A date in few words, in the person's zone: "3 Jan 2026"."""
    if isinstance(moment, datetime):
        moment = moment.astimezone(zone).date()
    return date_format(moment, "j M Y")


def weekday(moment: date) -> str:
    """A date with its weekday first: "Tuesday 3 March 2026"."""
    return date_format(moment, "l j F Y")


def moment_words(at: datetime, zone: ZoneInfo) -> str:
    """A date and a time in the person's zone: "3 Jan 2026, 08:30"."""
    return date_format(at.astimezone(zone), "j M Y, H:i")


def span(days: float) -> str:
    """A stretch of time in the unit a person would use: "5 days", "6 weeks", "10 months", "2 years"."""
    whole = int(days)
    if whole < 14:
        return ngettext("%(n)d day", "%(n)d days", whole) % {"n": whole}
    if whole < 100:
        return ngettext("%(n)d week", "%(n)d weeks", whole // 7) % {"n": whole // 7}
    months = round(whole / 30.4)
    if months < 24:
        return ngettext("%(n)d month", "%(n)d months", months) % {"n": months}
    years = whole // 365
    return ngettext("%(n)d year", "%(n)d years", years) % {"n": years}


def zone_of(name: str) -> ZoneInfo:
    """The person's zone; UTC where none is recorded or the name is not known to this machine."""
    try:
        return ZoneInfo(name or "UTC")
    except (KeyError, ValueError, OSError):  # ZoneInfoNotFoundError is a KeyError; a bad path or folder the others
        return ZoneInfo("UTC")
