"""The words of every rule in every region: plain, short, and never a word that frightens or promises."""

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import translation

from tests.rules.made import START, entry, history
from tracker.rules.catalogue import RULES
from tracker.rules.document import SAMPLES, document, sample
from tracker.rules.facts import Finding
from tracker.rules.language import _
from tracker.rules.vocabulary import REGIONS
from tracker.rules.words import words_for

FORBIDDEN = re.compile(
    r"alarm|diagnos|cancer|\bsafe|normal|tumou?r|malignan|lipoma|\bcyst|haematoma|hematoma|all is well|nothing to worry|abscess",
    re.IGNORECASE,
)
READING_GRADE = 6.0  # a school year; children are 11 or younger in it
HISTORY = history(entry(0))


def syllables(word: str) -> int:
    """Groups of vowels, less a silent e at the end; numbers are read as one a digit."""
    if word.isdigit():
        return len(word)
    found = len(re.findall(r"[aeiouy]+", word))
    return max(1, found - (found > 1 and re.search(r"[^aeiouyl]e(d|s)?$", word) is not None))


def school_grade(text: str) -> float:
    """Flesch-Kincaid grade of English text."""
    sentences = [part for part in re.split(r"[.!?]+(?:\s|$)", text) if part.strip()]
    words = re.findall(r"[a-z0-9']+", text.lower())
    return 0.39 * len(words) / len(sentences) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


ALL = [pytest.param(each, region, id=f"{each.rule} {each.urgency} {region}") for each in SAMPLES for region in REGIONS]


@pytest.mark.parametrize(("finding", "region"), ALL)
def test_no_forbidden_word(finding: Finding, region: str) -> None:
    words, _ = words_for(finding, region, HISTORY)
    assert not FORBIDDEN.search(words)


@pytest.mark.parametrize(("finding", "region"), ALL)
def test_reading_age(finding: Finding, region: str) -> None:
    words, _ = words_for(finding, region, HISTORY)
    assert school_grade(words) <= READING_GRADE, words


def test_the_measure_of_reading_age() -> None:
    assert school_grade("The cat sat on the mat. It was a big cat.") < 1
    assert school_grade("Considerable deterioration necessitates immediate institutional consultation.") > 20


@pytest.mark.parametrize(("finding", "region"), ALL)
def test_nothing_is_left_to_fill_in(finding: Finding, region: str) -> None:
    words, _ = words_for(finding, region, HISTORY)
    assert "%(" not in words
    assert words.endswith((".", ")."))


@pytest.mark.parametrize(("region", "number"), [("uk", "999"), ("us", "911"), ("eu", "112"), ("generic", "112")])
def test_whom_to_call_in_an_emergency(region: str, number: str) -> None:
    for finding in SAMPLES:
        words, call = words_for(finding, region, HISTORY)
        assert (call == number) == (finding.urgency == "emergency")
        assert (number in words) == (finding.urgency == "emergency")


def test_whom_to_call_the_same_day() -> None:
    pus = sample("infection.spreading")
    assert [words_for(pus, region, HISTORY)[1] for region in REGIONS] == ["111", None, None, None]
    assert "111" in words_for(pus, "uk", HISTORY)[0]
    assert "urgent care today" in words_for(pus, "us", HISTORY)[0]


def test_an_unknown_region_reads_as_generic() -> None:
    pus = sample("infection.spreading")
    assert words_for(pus, "mars", HISTORY) == words_for(pus, "generic", HISTORY)


@pytest.mark.parametrize(
    ("birth_year", "reads"), [(2009, "within 48 hours"), (2008, "within a week"), (None, "within a week")]
)
def test_soon_reads_within_48_hours_under_18(birth_year: int | None, reads: str) -> None:
    of = history(entry(0), birth_year=birth_year)
    for region in REGIONS:
        for rule in (each for each in RULES.values() if each.urgency == "soon"):
            assert reads in words_for(sample(rule.name), region, of)[0]


def test_the_age_is_that_of_the_look() -> None:
    of = history(entry(0), birth_year=2009)
    later = replace(sample("node"), at=START + timedelta(days=366))
    assert "within a week" in words_for(later, "uk", of)[0]


def test_the_persons_own_numbers_are_named() -> None:
    words, _ = words_for(sample("growth.rapid"), "uk", HISTORY)
    assert words.startswith(
        "Your last 6 measurements suggest this lump is growing (about 9 % a month; it could be 4 to 15)."
    )
    assert "redness 2 of 3" in words_for(sample("infection.signs"), "uk", HISTORY)[0]


def test_higher_risk_is_worded_now() -> None:
    for region in REGIONS:
        assert " now" in words_for(sample("infection.higher_risk"), region, HISTORY)[0]


def test_every_rule_has_a_sample() -> None:
    assert {finding.rule for finding in SAMPLES} == set(RULES)


def test_the_document_is_that_of_the_code() -> None:
    assert (Path(__file__).parents[2] / "docs/rules.md").read_text() == document()


def test_words_are_of_the_language_of_the_moment() -> None:
    said = []
    for language in ("en", "de", "en", None):
        with translation.override(language):
            said.append(_("Monday"))  # a word that Django itself can say
    assert said == ["Monday", "Montag", "Monday", "Monday"]
