"""What arms cost, and how scenarios are parted by it."""

from __future__ import annotations

import json
import random
from collections import defaultdict
from pathlib import Path

import pytest

from harness.language.profiles import client
from harness.prediction.reading import read
from harness.prediction.weights import LEAST, known, measured, parted, renew, weight
from harness.values.errors import AuthorError
from tests.helpers import arm_of, scenario

SCENARIOS = Path(__file__).parent.parent.parent / "scenarios"


def all_weights() -> dict[str, float]:
    found: dict[str, float] = defaultdict(float)
    for path in SCENARIOS.rglob("*.yaml"):
        if path.parent.name != "runbooks":
            name = str(path.relative_to(SCENARIOS.parent))
            for one, arms in read(path, client("default"), name=name):
                found[one.id] += sum(weight(arm) for arm in arms)
    return found


@pytest.mark.parametrize("parts", range(1, 13))
def test_the_parts_of_the_scenarios_take_about_equal_time_and_hold_each_once(parts: int) -> None:
    weights = all_weights()
    made = parted(weights, parts)
    sums = [sum(weights[one] for one in part) for part in made]
    assert sorted(one for part in made for one in part) == sorted(weights)
    assert max(sums) / min(sums) < 1.1


def test_the_parts_are_the_same_in_whatever_order_the_scenarios_come() -> None:
    weights = all_weights()
    shuffled = list(weights.items())
    random.Random(7).shuffle(shuffled)
    assert parted(dict(shuffled), 4) == parted(weights, 4)


def test_more_parts_than_scenarios_leave_some_empty() -> None:
    assert parted({"a": 1.0, "b": 2.0}, 3) == [["b"], ["a"], []]


def test_the_table_knows_what_is_slower() -> None:
    weights = known()
    assert weights["browser"]["firefox"] > weights["browser"]["chromium"]


def test_a_scenario_that_nobody_measured_has_what_its_properties_cost() -> None:
    one = scenario(more="recovers: [{wait: 1m}]")
    table = {"all": {"mean": 2.0}, "browser": {"chromium": 0.5}, "moment": {"send": -1.0}, "remedy": {"wait": 3.0}}
    table["scenario"] = {"another": 9.0}
    assert weight(arm_of(one, "wait[1m]"), table) == 4.5
    assert weight(arm_of(one, "control[nothing]"), table) == 1.5
    assert weight(arm_of(one, "control[nothing]"), {**table, "all": {"mean": -5.0}}) == LEAST


def arm(seconds: float, remedy: str, of: str = "one") -> dict[str, object]:
    return {"browser": "chromium", "moment": "send", "remedy": remedy, "scenario": of, "seconds": seconds}


def test_measuring_finds_what_each_property_adds() -> None:
    arms = [arm(1 + slow + more, r, s) for s, slow in (("one", 0), ("two", 2)) for r, more in (("a", 0), ("b", 1))] * 20
    weights = measured(arms)
    assert weights["remedy"]["b"] - weights["remedy"]["a"] == pytest.approx(1, abs=0.1)
    assert weights["scenario"]["two"] - weights["scenario"]["one"] == pytest.approx(2, abs=0.1)


def test_the_table_is_renewed_from_reports(tmp_path: Path) -> None:
    (tmp_path / "results.json").write_text(json.dumps({"arms": [arm(3.0, "reload")]}))
    assert renew([tmp_path, tmp_path], tmp_path / "table.json") == 2
    assert json.loads((tmp_path / "table.json").read_text())["all"]["mean"] == 3.0
    with pytest.raises(AuthorError, match="holds no report"):
        renew([tmp_path / "nowhere"], tmp_path / "table.json")
