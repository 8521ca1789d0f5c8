"""Writes docs/rules.md from the code: `.venv/bin/python manage.py rules > docs/rules.md`."""

from collections.abc import Iterator

from tracker.rules.because import SIGN_WORDS
from tracker.rules.catalogue import GRADES, RULES, Rule
from tracker.rules.facts import Finding, History
from tracker.rules.readings import READINGS
from tracker.rules.vocabulary import REGIONS
from tracker.rules.words import words_for

_NUMBERS: dict[str, dict[str, float]] = {
    "growth.rapid": {"count": 6, "rate": 9.1, "low": 4.0, "high": 14.6},
    "growth.slow": {"count": 9, "rate": 1.2, "low": 0.4, "high": 2.0},
    "size.golf_ball": {"mm": 45},
    "size.jump": {"now": 30, "before": 21},
    "returned": {"days": 40},
    "persistent": {"days": 20},
}
_BECAUSE = {
    "sepsis.signs": "confused",
    "necrotising.signs": "pain far stronger than the lump looks",
    "airway.swelling": "trouble swallowing or breathing",
    "testicle.pain": "pain 8 of 10, usual 2",
    "hernia.trapped": "pain 8 of 10, usual 2",
    "nerve.spine": "numb around the saddle",
    "infection.spreading": "pus",
    "infection.signs": "redness 2 of 3, warmth",
    "infection.one_sign": "redness 1 of 3",
    "infection.higher_risk": "redness 1 of 3, diabetes",
    "infection.not_better": SIGN_WORDS["antibiotics_not_helping"],
    "bleeding.into_lump": "blood thinners, an injury in the last 28 days, a size that is clearly up",
    "feel.hard_fixed": "hard and fixed",
    "node": "longest axis 25 mm",
    "injury.not_settling": "30 mm on day 44 after the injury; at first 31 mm",
    "pain.rising": "pain 5, 4 before; usual 2",
    "typo": "×10",
}


def sample(rule: str, urgency: str = "", because: str = "") -> Finding:
    """A finding of that rule such as a person might have, for the document and the tests of the words."""
    of, numbers = RULES[rule], _NUMBERS.get(rule, {})
    return Finding(
        rule, of.version, urgency or of.urgency, True, False, because or _BECAUSE.get(rule, ""), of.source,
        values=tuple(numbers.items()),
    )  # fmt: skip


SAMPLES = (
    *(sample(rule) for rule in RULES),
    sample("nerve.spine", "same_day", "weak legs"),
    sample("infection.not_better", "recheck", SIGN_WORDS["antibiotics_not_checked"]),
)


def document() -> str:
    """The whole of docs/rules.md."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "# The rules\n"
    yield "Generated from the code by `manage.py rules`; do not edit by hand.\n"
    yield (
        "The diary reasons about the numbers in it. It never names a cause and never gives an all-clear: that no rule "
        "matched does not mean that all is well. **A clinician must sign these rules before public use.**\n"
    )
    yield "Urgencies, highest first: emergency (call now), same day, soon (within a week; under 18 within 48 hours), routine,"
    yield "recheck (measure again), note. Grades: " + "; ".join(f"**{g}** {what}" for g, what in GRADES.items()) + ".\n"
    yield "| rule | urgency | when | threshold | source | grade | version |"
    yield "|---|---|---|---|---|---|---|"
    for rule in RULES.values():
        cells = (f"`{rule.name}`", rule.urgency.replace("_", " "), rule.when, rule.threshold, rule.source, rule.grade)
        yield f"| {' | '.join(cells)} | {rule.version} |"
    yield "\nThe emergency and same-day rules are one table over named signs, `tracker/rules/tables/urgent.json`, which the"
    yield "phone reads too; `urgent_cases.json` beside it drives the tests of both.\n"
    yield "## What a person reads\n"
    for rule in RULES.values():
        yield from _words(rule)
    yield "## Readings we chose\n"
    yield "Where the clinical text can be read in more than one way, the code reads it so:\n"
    for about, reading in READINGS:
        yield f"- **{about}**: {reading}"


def _words(rule: Rule) -> Iterator[str]:
    yield f"### `{rule.name}`\n"
    for finding in (each for each in SAMPLES if each.rule == rule.name):
        for region in REGIONS:
            words, call = words_for(finding, region, History(site="other"))
            yield f"- {region}, {finding.urgency.replace('_', ' ')}{f', call {call}' if call else ''}: {words}"
    yield ""
