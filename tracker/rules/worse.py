"""Whether a sign that made a finding is worse than it was before an examination: one level, pain 2, size beyond noise,
or a sign newly there. Not recorded now is not worse; what was never recorded before was not there."""

from collections.abc import Callable, Sequence

from tracker.rules.facts import Entry
from tracker.rules.frames import Frame, is_fever
from tracker.rules.past import GRADED, level
from tracker.rules.sizes import is_beyond
from tracker.rules.view import View

PAIN_STEP = 2.0
_COUNTING = "counting "  # a graded sign, where it counts as an infection sign
_INFECTION = (*(_COUNTING + sign for sign in GRADED), "size")
MADE_OF: dict[str, tuple[str, ...]] = {
    "infection.spreading": (*_INFECTION, "spreading", "red_streaks", "pus", "fever"),
    "infection.signs": _INFECTION,
    "infection.one_sign": _INFECTION,
    "infection.higher_risk": (*_INFECTION, "fever"),
    "infection.not_better": ("redness", "warmth", "tenderness", _COUNTING + "pain"),
    "bleeding.into_lump": ("size",),
    "nerve.spine": ("leg_weakness", "saddle_numb", "bladder_bowel_trouble"),
    "growth.rapid": ("size",),
    "growth.slow": ("size",),
    "size.jump": ("size",),
    "feel.hard_fixed": ("hard", "fixed", "ulcer", "bloody"),
    "pain.rising": ("pain",),
    "persistent": ("night_sweats", "weight_loss"),
    "site.breast_testicle": ("night_sweats", "weight_loss"),
    "node": ("night_sweats", "weight_loss", "node size"),
    "typo": ("slip",),
}
_IN_UNWELL = ("leg_weakness", "saddle_numb", "bladder_bowel_trouble", "night_sweats", "weight_loss")


def is_worse(rule: str, view: View, seen: View) -> bool:
    """Whether any sign of the rule is a step worse, at any entry after ``seen`` up to this look."""
    return newly_there(MADE_OF.get(rule, ()), view, seen)


def newly_there(signs: Sequence[str], view: View, seen: View) -> bool:
    """Whether any of these signs is a step worse than at ``seen``, or newly there, at any entry after it."""
    return any(seen.first_since(sign, view.place, _is_up) <= view.place for sign in signs)


def _is_up(sign: str, frame: Frame, seen: View) -> bool:
    if sign.startswith(_COUNTING):
        graded = sign.removeprefix(_COUNTING)
        return bool(frame.holds.get(graded)) and _level_is_up(graded, frame, seen)
    if sign in GRADED:
        return _level_is_up(sign, frame, seen)
    if sign in _SIZES:
        return _size_is_up(sign, frame, seen)
    if sign == "slip":
        return bool(frame.slip) and (seen.frame is None or frame.slip_id != seen.frame.slip_id)
    return bool(_recorded(sign, frame.entry)) and not _last_recorded(sign, seen)


def _level_is_up(sign: str, frame: Frame, seen: View) -> bool:
    now = level(frame.entry, sign)
    if now is None:
        return False
    was = seen.fold.past.last_recorded(seen.place, sign) or 0.0
    newly_counts = sign in frame.own and sign not in seen.counted and now > was
    return now - was >= (PAIN_STEP if sign == "pain" else 1.0) or newly_counts


def _size_is_up(sign: str, frame: Frame, seen: View) -> bool:
    """Against the last size before; where there was none, against the first since."""
    size_of = _SIZES[sign]
    now = size_of(frame)
    since = (size for other in seen.fold.frames[max(seen.place, 0) :] if (size := size_of(other)) is not None)
    was = next(since, None)
    return (
        now is not None and was is not None and frame.reading is not None and is_beyond(now, was, frame.reading.method)
    )


def _longest(frame: Frame) -> float | None:
    return frame.reading.longest if frame.reading is not None else None


def _level(frame: Frame) -> float | None:
    return frame.level


_SIZES: dict[str, Callable[[Frame], float | None]] = {"size": _longest, "node size": _level}


def _recorded(sign: str, entry: Entry) -> bool | None:
    """Whether a yes-or-no sign was there; None = not recorded."""
    if sign in _IN_UNWELL:
        return None if entry.unwell is None else sign in entry.unwell
    if sign == "ulcer":
        return None if entry.skin is None else sign in entry.skin
    if sign == "fever":
        unknown = entry.temperature_c is None and entry.shivery is None
        return None if unknown else is_fever(entry)
    if sign in ("pus", "bloody"):
        return None if entry.discharge is None else entry.discharge == sign
    if sign == "hard":
        return None if entry.firmness is None else entry.firmness == "hard"
    if sign == "fixed":
        return None if entry.mobility is None else entry.mobility == "fixed"
    value: bool | None = getattr(entry, sign)
    return value


def _last_recorded(sign: str, seen: View) -> bool | None:
    for entry in reversed(seen.history.entries[: seen.place + 1]):
        if (found := _recorded(sign, entry)) is not None:
            return found
    return None
