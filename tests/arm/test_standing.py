"""One arm stands for all of a scenario, whatever it begins with."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from harness.arm.closely import stands_for_all
from harness.arm.standing import is_bare
from harness.language.profiles import client
from harness.language.runbooks import is_runbook
from harness.prediction.reading import read
from harness.values.scenario import ASK_AGAIN

SHIPPED = Path(__file__).parents[2] / "scenarios"
FILES = [path for path in sorted(SHIPPED.rglob("*.yaml")) if not is_runbook(path.read_text(encoding="utf-8"))]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SHIPPED)))
def test_one_arm_of_each_scenario_is_looked_at_closely(path: Path) -> None:
    for _, arms in read(path, client("default")):
        stand = Counter([stands_for_all(arm) for arm in arms])
        again = Counter([is_bare(arm, ASK_AGAIN) for arm in arms])
        assert (stand[True], again[True]) == (1, 1)
