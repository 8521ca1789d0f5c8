"""494 cases by somebody who had not written the rules: 446 from the clinical text before the code was looked at, the
rest as follow-ups after. Two more, where the text can be read either way, are not here (docs/rules.md says our reading).

`clinical_cases.json`: each case names the sentence it rests on (`why`) and what a replay must say. `expect` keys are a
look's number in order of time, or the start of its `at`; `n` is the number of looks and `ats` their times. In an
expectation `rule` holds and `-rule` does not; `!` loud, `~` quiet, `*` new, `^` not new, `@urgency`; `=a,b` is the exact
set of rules, `U=` the look's urgency, `G.key=null|set|value` a field of `growth`.
"""

import json
import re
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

CASES: list[dict[str, Any]] = json.loads((Path(__file__).parent / "clinical_cases.json").read_text(encoding="utf-8"))
TOKEN = re.compile(r"(?P<rule>[a-z_.]+)(?P<flags>[!~*^]*)(?:@(?P<urgency>\w+))?")


def _id(*parts: object) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, "|".join(map(str, parts))))


def _person(case: dict[str, Any]) -> dict[str, Any]:
    name = case["id"]
    entries = [{"id": _id(name, "e", at), **entry} for at, entry in enumerate(case["entries"])]
    events = [{"id": _id(name, "v", at), **event} for at, event in enumerate(case.get("events", []))]
    lump = {"id": _id(name, "l"), "name": name, **case["lump"], "entries": entries, "events": events}
    return {"id": _id(name, "p"), "name": "P", **case.get("person", {}), "lumps": [lump]}


@pytest.fixture(scope="module")
def looks(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict[str, Any]]]:
    """Every case's looks by the lump's id, from one replay for each way of replaying."""
    found: dict[str, list[dict[str, Any]]] = {}
    for daily, until in {(bool(case.get("daily")), case.get("until")) for case in CASES}:
        people = [_person(c) for c in CASES if (bool(c.get("daily")), c.get("until")) == (daily, until)]
        path = tmp_path_factory.mktemp("cases") / "diary.json"
        path.write_text(json.dumps({"format": "lump-diary/1", "people": people}), encoding="utf-8")
        words = [str(path), "--jsonl", *(["--daily"] if daily else []), *(["--until", until] if until else [])]
        with (path.parent / "out").open("w+", encoding="utf-8") as out:
            call_command("replay", *words, stdout=out)
            out.seek(0)
            for line in out:
                look = json.loads(line)
                found.setdefault(look["lump"], []).append(look)
    return found


@pytest.mark.xdist_group("clinical cases")
@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_the_replay_says_what_the_text_says(case: dict[str, Any], looks: dict[str, list[dict[str, Any]]]) -> None:
    of_lump = looks.get(_id(case["id"], "l"), [])
    for where, expected in case["expect"].items():
        if where == "n":
            assert len(of_lump) == expected, case["why"]
        elif where == "ats":
            assert [look["at"] for look in of_lump] == expected, case["why"]
        else:
            look = _look_at(of_lump, where)
            wrong = [word for word in expected.split() if not _is_so(look, word)]
            assert not wrong, f"{case['why']}: at {where} {wrong}, the replay says {_told(look)}"


def _look_at(looks: list[dict[str, Any]], where: str) -> dict[str, Any]:
    if re.fullmatch(r"-?\d+", where):
        return looks[int(where)]
    return next(look for look in looks if look["at"].startswith(where))


def _is_so(look: dict[str, Any], word: str) -> bool:
    findings = {finding["rule"]: finding for finding in look["findings"]}
    if word.startswith("U="):
        return bool(look["urgency"] == word[2:])
    if word.startswith("G."):
        key, value = word[2:].split("=")
        seen = look["growth"][key]
        return {"null": seen is None, "set": seen is not None}.get(value, str(seen) == value)
    if word.startswith("="):
        return set(findings) == {rule for rule in word[1:].split(",") if rule}
    if word.startswith("-"):
        return word[1:] not in findings
    match = TOKEN.fullmatch(word)
    assert match is not None, word
    finding = findings.get(match["rule"])
    if finding is None:
        return False
    flags = {"!": not finding["quiet"], "~": finding["quiet"], "*": finding["new"], "^": not finding["new"]}
    return all(flags[flag] for flag in match["flags"]) and match["urgency"] in (None, finding["urgency"])


def _told(look: dict[str, Any]) -> str:
    return " ".join(f"{f['rule']}{'~' if f['quiet'] else '!'}{'*' if f['new'] else '^'}" for f in look["findings"])
