"""The engine's figures on a few made-up lumps, loosely: the full table is `make evaluate`. And the counting itself."""

from pathlib import Path

import numpy as np
import pytest

from analytics.evaluate import human
from analytics.evaluate.parts import engine_score, honesty
from analytics.evaluate.rivals import RULES
from analytics.evaluate.scoring import cohorts, delay, false_alarms, new_days
from analytics.growth import alarms, look
from analytics.synthetic import make_lumps

SEED = 31  # neither tuned nor scored on


def test_figures_are_near_the_evidence() -> None:
    figures = engine_score(cohorts(150, SEED))
    assert figures.false < 0.40
    assert figures.after[1] > 0.70
    assert figures.start[1] > 0.75


def test_intervals_of_made_up_lumps_are_honest() -> None:
    table = honesty(cohorts(15, SEED), 15)
    for kind, row in table.items():
        for name, nominal in (("50", 0.5), ("80", 0.8), ("95", 0.95)):
            assert row[name] == pytest.approx(nominal, abs=0.06), (kind, name)


def test_alarms_are_what_look_says() -> None:
    series = make_lumps("after", 1, SEED)[0].series
    holds, _ = alarms([series])[0]
    assert [look(series.first(k + 1)).rapid for k in range(len(series))] == holds.tolist()


def test_false_alarms_are_counted_at_most_every_sixty_days() -> None:
    assert false_alarms(np.array([0.0, 30.0, 59.0, 60.0, 100.0, 121.0])) == 3
    assert false_alarms(np.array([])) == 0


def test_only_new_alarms_count_and_only_from_onset() -> None:
    day, holds = np.array([0.0, 7.0, 14.0, 21.0, 28.0]), np.array([True, True, False, True, True])
    assert new_days(day, holds).tolist() == [0.0, 21.0]
    lump = make_lumps("after", 1, SEED)[0]
    assert lump.onset_day is not None
    assert delay(lump, np.array([lump.onset_day - 1.0])) == np.inf
    assert delay(lump, np.array([lump.onset_day - 1.0, lump.onset_day + 9.0])) == pytest.approx(9.0)


@pytest.mark.parametrize("name", list(RULES))
def test_textbook_rules_rise_on_growth_and_are_silent_at_first(name: str) -> None:
    series = make_lumps("start", 1, SEED)[0].series
    value = RULES[name](series)
    assert np.all(np.isneginf(value[:3]))
    assert np.nanmax(value[-5:]) > 0.0


def test_human_lesions_are_covered() -> None:
    lesions = human.lesions(Path(__file__).parents[3].parent / "shared" / "data", scoring=False)
    if lesions is None:
        pytest.skip(f"{human.FILE} is not in ../shared/data")
    table = human.coverage(lesions)
    for name, nominal in (("50", 0.5), ("80", 0.8), ("95", 0.95)):
        assert table["all"][name] == pytest.approx(nominal, abs=0.03)
