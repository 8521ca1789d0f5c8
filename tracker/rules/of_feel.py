"""Rules about how a lump feels, where it is, how long it has been there, and whether it hurts more."""

from datetime import timedelta

from tracker.rules.facts import Entry
from tracker.rules.language import _
from tracker.rules.of_size import ids
from tracker.rules.past import level
from tracker.rules.sizes import with_longest
from tracker.rules.view import Hit, View

NODE_SITES = ("neck", "armpit", "groin")
NODE_MM, NODE_DAYS, PERSISTENT_DAYS = 20.0, 21, 14
GENERAL = ("night_sweats", "weight_loss")
RISE, RISE_SHARE, RISE_WITHIN = 2.0, 1.3, timedelta(days=7)


def hard_fixed(view: View) -> Hit | None:
    """Hard and fixed, each as last recorded; deep and growing; an ulcer; bloody discharge."""
    entry = view.entry
    why: dict[str, str] = {}
    if view.last_recorded(_firmness) == "hard" and view.last_recorded(_mobility) == "fixed":
        why["hard"] = _("hard and fixed")
    if entry is not None and "ulcer" in (entry.skin or ()):
        why["ulcer"] = _("an open sore")
    if entry is not None and entry.discharge == "bloody":
        why["bloody"] = _("bloody discharge")
    if view.history.depth == "deep" and view.growing:
        why["growing"] = _("deep and growing")
    if not why:
        return None
    return Hit("feel.hard_fixed", "soon", ", ".join(why.values()), (entry.id,) if entry else (), tuple(why))


def _firmness(entry: Entry) -> str | None:
    return entry.firmness


def _mobility(entry: Entry) -> str | None:
    return entry.mobility


def intimate_site(view: View) -> Hit | None:
    """NICE NG12: a lump of the breast, a testicle or the vulva."""
    if view.history.site not in ("breast", "testicle", "vulva"):
        return None
    return Hit("site.breast_testicle", "soon", _("where the lump is"))


def node(view: View) -> Hit | None:
    """A lump where lymph nodes lie."""
    if view.history.site == "above_collarbone":
        return Hit("node", "soon", _("a lump above the collarbone"), (), ("site",))
    if view.history.site not in NODE_SITES:
        return None
    why: dict[str, str] = {}
    if view.level is not None and view.level > NODE_MM:
        why["size"] = _("longest axis %(mm)g mm") % {"mm": view.level}
    if view.unwell("night_sweats"):
        why["night_sweats"] = _("night sweats")
    if view.unwell("weight_loss"):
        why["weight_loss"] = _("weight loss")
    if view.days_present is not None and view.days_present > NODE_DAYS:
        why["days"] = _("there for %(days)d days") % {"days": view.days_present}
    if view.growing:
        why["growing"] = _("growing")
    if not why:
        return None
    return Hit("node", "soon", ", ".join(why.values()), ids(with_longest(view.readings)[-3:]), tuple(why))


def persistent(view: View) -> Hit | None:
    """Present for more than two weeks."""
    if view.days_present is None or view.days_present <= PERSISTENT_DAYS:
        return None
    values = {"days": view.days_present}
    return Hit("persistent", "routine", _("there for %(days)d days") % values, values=values)


def pain_rising(view: View) -> Hit | None:
    """Pain over usual at the latest entry that recorded it and at another within 7 days before."""
    entries = view.history.entries[: view.place + 1]
    recorded = [place for place, entry in enumerate(entries) if entry.pain is not None]
    if not recorded or not _is_over(view, recorded[-1]):
        return None
    latest = entries[recorded[-1]]
    week = [place for place in recorded[:-1] if latest.at - entries[place].at <= RISE_WITHIN]
    also = [place for place in week if _is_over(view, place)]
    if not also:
        return None
    because = _("pain %(now)d, %(before)d before; usual %(usual)g") % {
        "now": latest.pain, "before": entries[also[-1]].pain, "usual": view.fold.past.usual(recorded[-1], "pain"),
    }  # fmt: skip
    return Hit("pain.rising", "routine", because, (entries[also[-1]].id, latest.id))


def _is_over(view: View, place: int) -> bool:
    now = level(view.history.entries[place], "pain")
    usual = view.fold.past.usual(place, "pain")
    return now is not None and now - usual >= RISE and now >= RISE_SHARE * usual - 1e-9
