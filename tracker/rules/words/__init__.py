"""The words a person reads for a finding: what the diary saw, what is advised and by whom, what to do, whom to call."""

from tracker.rules.facts import Finding, History
from tracker.rules.language import _
from tracker.rules.past import local_day
from tracker.rules.words.regions import PACKS, Region
from tracker.rules.words.sentences import ADVISED, DO, NOT_CHECKED, SAW, SHOWS

CHILD = 18


def words_for(finding: Finding, region: str, history: History) -> tuple[str, str | None]:
    """The advice in the region's words, and the number to call ("999", "111" ...) or None.

    ``region`` is one of vocabulary.REGIONS; any other word reads as "generic". Under 18, "soon" is within 48 hours.
    """
    pack = PACKS.get(region, PACKS["generic"])
    saw = _(SAW.get(finding.rule, SHOWS))
    nhs = _("NHS advice") if pack is PACKS["uk"] else _("Advice from the UK's NHS")
    doctor = _("a GP") if pack is PACKS["uk"] else _("a doctor")
    values = {**dict(finding.values), "because": finding.because, "nhs": nhs, "doctor": doctor}
    advised = ADVISED[finding.rule]
    if finding.rule == "infection.not_better" and finding.urgency == "recheck":
        advised = NOT_CHECKED
    if finding.rule == "site.breast_testicle":
        saw = ""
    sentences = (saw % values, _(advised) % values, _(_what_to_do(finding, pack, history)))
    return " ".join(sentence for sentence in sentences if sentence), _call(finding, pack)


def _what_to_do(finding: Finding, pack: Region, history: History) -> str:
    if finding.urgency in ("recheck", "note"):
        return DO[finding.rule]
    if finding.rule == "infection.higher_risk":
        return pack.now
    if finding.urgency == "soon" and _is_child(finding, history):
        return pack.soon_child
    sentence: str = getattr(pack, finding.urgency)
    return sentence


def _is_child(finding: Finding, history: History) -> bool:
    at = finding.at or (history.entries[-1].at if history.entries else None)
    if history.birth_year is None or at is None:
        return False
    return local_day(history.timezone, at).year - history.birth_year < CHILD


def _call(finding: Finding, pack: Region) -> str | None:
    if finding.urgency == "emergency":
        return pack.emergency_call
    return pack.same_day_call if finding.urgency == "same_day" else None
