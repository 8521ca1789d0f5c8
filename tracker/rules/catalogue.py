"""Every rule: when it holds, how urgent it is, whom it is taken from. Source: clinical.md, word for word where it can be.

The order is that of the diary's advice when two rules are equally urgent. ``version`` goes up with a rule's meaning.
A clinician must sign these rules before public use.
"""

from dataclasses import dataclass

GRADES = {
    "H": "official text or primary paper read",
    "M": "mirror or abstract",
    "L": "our own judgement",
}


@dataclass(frozen=True, slots=True)
class Rule:
    """One red flag. ``urgency`` is the highest it can have; ``threshold`` is what it has to reach, in words."""

    name: str
    urgency: str
    when: str
    threshold: str
    source: str
    grade: str
    version: str = "1"


_ALL = (
    Rule(
        "sepsis.signs", "emergency",
        "any of confused, breathless, blue or mottled, a rash that does not fade, no urine, extreme shivering, fainting",
        "one of them", "NICE NG51; UK Sepsis Trust", "H",
    ),
    Rule(
        "necrotising.signs", "emergency",
        "pain out of proportion; or blisters or dark patches with the lump inflamed or pain 4 or more; or inflamed with a "
        "temperature of 38.0 or more or shivery, and any of headache, aches, exhausted, vomiting. Needs no earlier entry; "
        "a bruise never counts as dark patches",
        "one of the three", "NHS, necrotising fasciitis", "H",
    ),
    Rule(
        "airway.swelling", "emergency", "trouble swallowing or breathing", "there", "our judgement", "L",
    ),
    Rule(
        "testicle.pain", "emergency", "site testicle: pain 7 or more and 3 or more over usual, or pain 4 or more with vomiting",
        "pain 7 and 3 over usual, or pain 4 with vomiting", "NHS, testicular torsion", "M",
    ),
    Rule(
        "hernia.trapped", "emergency",
        "site groin or abdomen: pain 7 or more and 3 or more over usual, or pain 4 or more with vomiting",
        "pain 7 and 3 over usual, or pain 4 with vomiting", "Scottish hernia guidance", "M",
    ),
    Rule(
        "nerve.spine", "emergency",
        "numb around the saddle, or trouble with bladder or bowel, at any site; leg weakness alone is same day",
        "one of them", "NHS, cauda equina syndrome", "M",
    ),
    Rule(
        "infection.spreading", "same_day",
        "any of spreading, red streaks, pus; or a temperature of 38.0 or more or shivery with at least one infection sign",
        "one of them", "NHS, skin abscess; NICE NG141", "H",
    ),
    Rule(
        "infection.signs", "same_day", "infection signs worth two or more", "worth two",
        "NHS, skin abscess; the two is our judgement", "H",
    ),
    Rule(
        "infection.higher_risk", "same_day",
        "infection.one_sign or infection.signs with site face, weak immunity, diabetes, age under 5 or 75 and over; or a "
        "temperature of 38.0 or more or shivery with weak immunity, lump sign or not. Worded as now",
        "one infection sign, or a fever with weak immunity", "NHS, cellulitis; the ages are our judgement", "H",
    ),
    Rule(
        "infection.not_better", "same_day",
        "at an entry 48 hours to 14 days after the latest start of antibiotics: redness, warmth, tenderness 1 or more or pain 4 "
        "or more is there, and against the last entry before the start none is lower or any is higher. No entry by 72 hours: "
        "a recheck",
        "none lower, or any higher, from 48 hours on", "NHS, cellulitis; NICE NG141", "H",
    ),
    Rule(
        "bleeding.into_lump", "same_day", "blood thinners, an injury in the last 28 days, and size up beyond its noise",
        "all three", "our judgement", "L",
    ),
    Rule(
        "infection.one_sign", "soon", "infection signs worth exactly one; and a recheck the next day", "worth one",
        "NHS, Lumps (painful, red or hot); a clinician should confirm “soon”", "H",
    ),
    Rule(
        "growth.rapid", "soon", "the growth engine says so: the volume doubles in under 200 days, beyond its threshold",
        "volume doubling in under 200 days",
        "NICE NG12, increasing in size; NHS Lothian, rapid is over weeks; the thresholds are our judgement", "H",
    ),
    Rule(
        "size.golf_ball", "soon", "longest axis 43 mm or more, unless known unchanged for over a year and not growing",
        "43 mm", "Grimer 2006 (4.27 cm); audit PMC5126240 (over 4 cm 89 % sensitive, over 5 cm 76 %)", "H",
    ),
    Rule(
        "feel.hard_fixed", "soon",
        "hard and fixed (each as last recorded); or lying deep and growing; or an ulcer, or bloody discharge",
        "one of the four", "NHS, Lumps; Scottish sarcoma guideline 2025", "H",
    ),
    Rule(
        "returned", "soon", "an entry with a size 28 days or more after a removal", "28 days", "NHS, Lumps", "H",
    ),
    Rule(
        "site.breast_testicle", "soon", "site breast, testicle or vulva", "any lump there", "NICE NG12", "H",
    ),
    Rule(
        "node", "soon",
        "above the collarbone at any size; neck, armpit or groin: over 20 mm, or growing, or with night sweats or weight loss, "
        "or there for more than 3 weeks",
        "20 mm, or 3 weeks, or one of the others", "NICE NG12; AAFP", "H",
    ),
    Rule(
        "injury.not_settling", "soon",
        "noticed after an injury, or an injury is recorded: from day 42 on not smaller than at first beyond noise, or growing "
        "after 2 weeks",
        "day 42, or growing from day 14 on", "Scottish guideline (4 to 6 weeks)", "H",
    ),
    Rule(
        "persistent", "routine", "present for more than 2 weeks", "15th day", "NHS, Lumps", "H",
    ),
    Rule(
        "pain.rising", "routine",
        "pain 2 points or more and 30 % or more over usual on two entries within 7 days, and no infection finding",
        "2 points and 30 %, twice in 7 days",
        "numerical rating scale, smallest difference that matters: n = 825 and n = 1232 (for improvement; worsening is taken "
        "to be alike)",
        "H",
    ),
    Rule(
        "size.jump", "recheck",
        "longest axis 20 % and 5 mm or more over the median of the three readings before (of what there is), and growth.rapid "
        "does not hold; ends when the next reading agrees with either level",
        "20 % and 5 mm", "RECIST's form", "L",
    ),
    Rule(
        "typo", "recheck",
        "some axis more than 5 SD from the median of its last three readings in the segment, and every axis within 2 SD once a "
        "factor of 10, 2.54 or 25.4 or a swap is undone; not confirmed; never with an injury, blood thinners or an infection "
        "sign since the reading before. The size then counts in no rule and no trend until it is confirmed or a second reading "
        "agrees",
        "5 SD off, and within 2 SD once a slip is undone", "our judgement", "L",
    ),
    Rule(
        "growth.slow", "note", "probably growing (P 0.975 or more), but not rapid; no message", "P 0.975", "NICE NG12", "H",
    ),
)  # fmt: skip

RULES: dict[str, Rule] = {rule.name: rule for rule in _ALL}
ORDER = {name: place for place, name in enumerate(RULES)}
