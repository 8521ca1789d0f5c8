"""The words of the diary file (docs/format.md): every closed list of values, in one place.

Models take their choices from here, the API its serializers, the JSON Schema its enums, the rules their names.
The order is the order in which a person is asked.
"""

CONDITIONS = ("weak_immunity", "diabetes", "cancer_history", "blood_thinners")
SEXES = ("female", "male", "other")
SITES = (
    "scalp", "face", "neck", "above_collarbone", "armpit", "shoulder", "upper_arm", "forearm", "hand", "chest",
    "breast", "abdomen", "groin", "testicle", "vulva", "upper_back", "lower_back", "buttock", "hip", "thigh",
    "knee", "lower_leg", "foot", "other",
)  # fmt: skip
SIDES = ("left", "right", "middle", "both")
DEPTHS = ("skin", "under_skin", "deep", "unknown")
STATUSES = ("active", "resolved", "removed")
NOTICED_AFTER = ("injury", "infection", "vaccination", "nothing", "unknown")

AXES = ("length", "width", "depth")
METHODS = ("caliper", "ruler", "photo_card", "ultrasound", "scan", "eye")
DISCHARGES = ("none", "clear", "bloody", "pus")
SHAPES = ("round", "oval", "irregular", "flat")
FIRMNESSES = ("soft", "rubbery", "firm", "hard")
MOBILITIES = ("moves", "fixed")
SKIN = ("broken", "ulcer", "bruised", "dark_patches", "blisters")
UNWELL = (
    "confused", "breathless", "blue_or_mottled", "non_fading_rash", "no_urine", "extreme_shivering", "fainting",
    "trouble_swallowing_or_breathing", "headache", "aches", "exhausted", "vomiting", "saddle_numb",
    "bladder_bowel_trouble", "leg_weakness", "night_sweats", "weight_loss",
)  # fmt: skip

EVENT_KINDS = (
    "injury", "infection", "examined", "ultrasound", "mri", "ct", "biopsy", "needle_aspiration",
    "antibiotics_started", "antibiotics_stopped", "drained", "removed", "surgery", "radiotherapy", "chemotherapy",
    "acknowledged", "other",
)  # fmt: skip
EXAMINATIONS = (
    "examined", "ultrasound", "mri", "ct", "biopsy", "needle_aspiration", "drained", "removed", "surgery",
)  # fmt: skip
SEGMENT_CUTS = ("drained", "removed", "needle_aspiration", "surgery")

URGENCIES = ("emergency", "same_day", "soon", "routine", "recheck", "note")  # highest first; "none" is below all
REGIONS = ("uk", "us", "eu", "generic")

MAX_MM = 500.0
