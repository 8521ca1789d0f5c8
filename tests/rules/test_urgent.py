"""The table of urgent rules, case by case. The phone's tests read the same file."""

import json
from typing import Any

import pytest

from tests.rules.made import at, entry, event, history
from tracker.rules.catalogue import RULES
from tracker.rules.rulebook import Rulebook
from tracker.rules.signs import signs
from tracker.rules.urgent import TABLE, matches, table

CASES: list[dict[str, Any]] = json.loads(TABLE.with_name("urgent_cases.json").read_text())["cases"]


def view_of(case: dict[str, Any]) -> Any:
    entries = [entry(**each) for each in case["entries"]]
    events = tuple(event(each["day"], each["kind"], each.get("detail", "")) for each in case.get("events", ()))
    values = {**case.get("person", {}), "noticed_after": case.get("noticed_after")}
    if "first_noticed_day" in case:
        values["noticed_day"] = case["first_noticed_day"]
    book = Rulebook(history(*entries, events=events, site=case["site"], **values))
    moment = at(case["look_day"]) if "look_day" in case else entries[-1].at
    return book.view(moment, len(entries) - 1)


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_case(case: dict[str, Any]) -> None:
    found = signs(view_of(case))
    assert {match.rule: match.urgency for match in matches(found)} == case["rules"]
    assert found >= set(case.get("signs", ()))
    assert not found & set(case.get("absent_signs", ()))


def test_every_urgent_rule_fires_in_some_case() -> None:
    fired = {(rule, urgency) for case in CASES for rule, urgency in case["rules"].items()}
    assert fired == {(row["rule"], row["urgency"]) for row in table()["rows"]}


def test_every_emergency_and_same_day_rule_is_in_the_table() -> None:
    urgent = {rule.name for rule in RULES.values() if rule.urgency in ("emergency", "same_day")}
    assert urgent <= {row["rule"] for row in table()["rows"]}
    assert {row["rule"] for row in table()["rows"]} <= set(RULES)


def test_case_names_are_one_of_a_kind() -> None:
    assert len({case["name"] for case in CASES}) == len(CASES)
