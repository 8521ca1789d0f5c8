"""Who is in the demo, and what happens to their lumps. Days count from a year ago (0) to today (365)."""

import numpy as np

from analytics.synthetic.story import DAYS, Fields, Plot, always

FLARE = 205.0  # the day the cyst begins to turn red
FALL = 236.0  # the day of the fall on the thigh
ONSET = 195.0  # month seven: the calf's lump starts to grow
DOUBLING = 75.0  # days in which its volume doubles from then on


def _step(day: float, *levels: tuple[float, int]) -> int:
    """The level of the latest step that was reached; 0 before the first."""
    return next((level for start, level in reversed(levels) if day >= start), 0)


# --- A soft, moving lump of the lower back that stays as it is


def _back_feels(day: float) -> Fields:
    """Nothing but a little tenderness after a long drive."""
    found: Fields = {
        "pain": 1 if 140 <= day < 160 else 0, "tenderness": 0, "redness": 0, "warmth": False,
        "shape": "oval", "firmness": "soft", "mobility": "moves", "skin": [],
    }  # fmt: skip
    return found


BACK = Plot(
    key="lower-back",
    fields={
        "name": "Lower back", "site": "lower_back", "side": "left", "depth": "under_skin", "status": "active",
        "noticed_after": "nothing", "noticed_days_before": 40, "known_unchanged_over_a_year": False,
    },
    size=always(34.0),
    shape=(0.78, 0.35),
    feels=_back_feels,
    gap=always(8.0),
    method=lambda day: "ultrasound" if 70 <= day < 76 else "ruler",
    notes={0: "Found it in the shower. Soft, slides under my fingers.", 145: "A bit sore after driving all day."},
    events=(
        (24, "examined", "GP felt it: soft, moves freely. Keep an eye on it, come back if it changes."),
        (71, "ultrasound", "Told: 34 by 27 by 12 mm, looks like fatty tissue, no need to do anything now."),
    ),
    photo_days=(0, 200, 350),
)  # fmt: skip


# --- A cyst that turns red, warm and painful, and is drained


def _cyst_size(day: float) -> float:
    """15 mm, swelling to 24 in the flare; drained three days after the antibiotics; what is left settles at 6."""
    if day < FLARE:
        return 15.0
    if day < FLARE + 8:
        return 15.0 + 9.0 * min((day - FLARE) / 5, 1)
    return 6.0 + 4.0 * float(np.exp(-(day - FLARE - 8) / 6))


def _cyst_feels(day: float) -> Fields:
    """Redness, warmth and pain rise within a week, then settle after the drainage."""
    past = day - FLARE
    found: Fields = {
        "pain": _step(past, (0, 3), (2, 5), (4, 6), (6, 5), (8, 3), (12, 1), (18, 0)),
        "tenderness": _step(past, (0, 1), (2, 2), (9, 1), (16, 0)),
        "redness": _step(past, (0, 1), (2, 2), (4, 3), (7, 2), (10, 1), (16, 0)),
        "warmth": 2 <= past < 9,
        "discharge": "pus" if 4 <= past < 9 else "clear" if 9 <= past < 13 else "none",
        "shape": "round", "firmness": "firm" if past < 8 else "rubbery", "mobility": "moves",
        "skin": ["broken"] if 8 <= past < 16 else [],
    }  # fmt: skip
    if -1 <= past < 14:
        found["temperature_c"] = 37.7 if 3 <= past < 7 else 36.8
        found["shivery"] = False
    return found


CYST = Plot(
    key="shoulder",
    fields={
        "name": "Shoulder", "site": "shoulder", "side": "right", "depth": "skin", "status": "active",
        "noticed_after": "nothing", "noticed_days_before": 300, "known_unchanged_over_a_year": False,
    },
    size=_cyst_size,
    shape=(0.92, 0.5),
    feels=_cyst_feels,
    first=48,
    gap=lambda day: 2.0 if FLARE - 4 < day < FLARE + 16 else 10.0,
    notes={FLARE: "Bra strap rubs on it.", FLARE + 5: "Throbbing at night.", FLARE + 10: "So much better."},
    events=(
        (FLARE + 5, "examined", "Same-day appointment. Marked the edge of the redness with a pen."),
        (FLARE + 5, "antibiotics_started", "A week of tablets."),
        (FLARE + 8, "drained", "Opened and emptied at the surgery, packed with gauze."),
        (FLARE + 12, "antibiotics_stopped", ""),
    ),
    photo_days=(48, FLARE, FLARE + 6, FLARE + 10, 330),
    look=lambda day: {"point": FLARE + 4 <= day < FLARE + 8},
)  # fmt: skip


# --- A bruise lump after a fall, which settles


def _bruise_feels(day: float) -> Fields:
    past = day - FALL
    return {
        "pain": _step(past, (0, 5), (3, 4), (7, 2), (14, 1), (25, 0)),
        "tenderness": _step(past, (0, 2), (6, 1), (22, 0)),
        "redness": 0, "warmth": False, "discharge": "none",
        "shape": "irregular" if past < 10 else "oval", "firmness": "firm" if past < 20 else "rubbery",
        "mobility": "moves", "skin": ["bruised"] if past < 24 else [],
    }  # fmt: skip


BRUISE = Plot(
    key="thigh",
    fields={
        "name": "Thigh", "site": "thigh", "side": "right", "depth": "under_skin", "status": "resolved",
        "noticed_after": "injury", "noticed_days_before": 1, "known_unchanged_over_a_year": False,
    },
    size=lambda day: 4.0 + 40.0 * float(np.exp(-(day - FALL - 1) / 22)),
    shape=(0.72, 0.3),
    feels=_bruise_feels,
    first=FALL + 1,
    last=FALL + 62,
    gap=always(4.5),
    notes={FALL + 1: "Fell off the bike onto the kerb.", FALL + 60: "Cannot really find it any more."},
    events=((FALL, "injury", "Fell off the bike, hit the kerb."),),
    photo_days=(FALL + 1, FALL + 8, FALL + 20),
    look=lambda day: {"bruise": float(max(0.0, 1.0 - (day - FALL) / 24))},
)  # fmt: skip


# --- One that starts to grow fast in month seven


def growing_size(day: float) -> float:
    """18 mm until ONSET, then doubling its volume every DOUBLING days."""
    return 18.0 * 2 ** (max(day - ONSET, 0.0) / DOUBLING / 3)


def _calf_feels(day: float) -> Fields:
    return {
        "pain": 2 if day > 330 else 1 if day > 260 else 0, "tenderness": 1 if day > 300 else 0, "redness": 0,
        "warmth": False, "shape": "oval", "firmness": "firm" if day > 230 else "rubbery", "mobility": "moves",
        "skin": [],
    }  # fmt: skip


CALF = Plot(
    key="lower-leg",
    fields={
        "name": "Calf", "site": "lower_leg", "side": "left", "depth": "under_skin", "status": "active",
        "noticed_after": "nothing", "noticed_days_before": 12, "known_unchanged_over_a_year": False,
    },
    size=growing_size,
    shape=(0.82, 0.55),
    feels=_calf_feels,
    gap=always(7.5),
    method=lambda day: "ultrasound" if 330 <= day < 336 else "caliper" if day > 250 else "ruler",
    notes={0: "Noticed it when putting on socks.", 300: "Trousers feel tighter over it."},
    events=(
        (60, "examined", "Shown to the nurse: small, moves. Write down its size once a week."),
        (331, "examined", "GP: has grown. Ultrasound the same week, letter to the hospital."),
        (333, "ultrasound", "Told: solid, 29 by 24 by 16 mm. Needs to be seen by a specialist."),
    ),
    photo_days=(0, 240, 360),
)  # fmt: skip


# --- The other two


CALM: Fields = {"pain": 0, "tenderness": 0, "redness": 0, "warmth": False, "shape": "round", "mobility": "moves"}


def _arm_feels(day: float) -> Fields:
    """A lump on dark skin that was inflamed three weeks ago and is better."""
    past = day - (DAYS - 24)
    return {
        "pain": _step(past, (0, 4), (4, 2), (9, 0)), "tenderness": _step(past, (0, 2), (6, 1), (12, 0)),
        "redness": _step(past, (0, 2), (6, 1), (12, 0)), "warmth": 0 <= past < 6, "discharge": "none",
        "shape": "round", "firmness": "firm", "mobility": "moves", "skin": [],
    }  # fmt: skip


WRIST = Plot(
    key="wrist",
    fields={"name": "Wrist", "site": "hand", "side": "left", "depth": "under_skin", "status": "active",
            "noticed_after": "nothing", "noticed_days_before": 5},
    size=always(11.0), shape=(0.9, 0.5), feels=always(CALM), first=DAYS - 70, gap=always(8.0),
    events=((DAYS - 30, "examined", "Nothing to do for now."),),
    photo_days=(DAYS - 70,),
)  # fmt: skip
UPPER_ARM = Plot(
    key="upper-arm",
    fields={"name": "Upper arm", "site": "upper_arm", "side": "right", "depth": "skin", "status": "active",
            "noticed_after": "nothing", "noticed_days_before": 20},
    size=lambda day: 14.0 if day < DAYS - 24 or day > DAYS - 10 else 19.0, shape=(0.9, 0.5), feels=_arm_feels,
    first=DAYS - 60, gap=always(4.0),
    events=((DAYS - 23, "examined", "Keep it clean and warm; come back if it spreads."),),
    photo_days=(DAYS - 60, DAYS - 22, DAYS),
)  # fmt: skip

# key of the account, the person's keys of the diary file, tone of the drawn skin, lumps
PEOPLE: tuple[tuple[str, Fields, str, tuple[Plot, ...]], ...] = (
    (
        "sam",
        {"name": "Sam", "birth_year": 1984, "sex": "female", "conditions": [], "timezone": "Europe/London"},
        "tan",
        (BACK, CYST, BRUISE, CALF),
    ),
    (
        "bob",
        {"name": "Bob", "birth_year": 1971, "sex": "male", "conditions": None, "timezone": "Europe/London"},
        "light",
        (WRIST,),
    ),
    (
        "carol",
        {"name": "Carol", "birth_year": 1979, "sex": "female", "conditions": ["diabetes"], "timezone": "Europe/London"},
        "dark",
        (UPPER_ARM,),
    ),
)
