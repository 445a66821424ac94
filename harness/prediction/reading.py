"""Files → scenarios and arms that the model agrees with. The one way in for the doors."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from harness.clients import Client
from harness.language.runbooks import read_runbook
from harness.language.scenarios import load
from harness.language.source import ScenarioError
from harness.prediction.contradictions import contradictions
from harness.prediction.plan import plan
from harness.prediction.runbooks import plan_runbook
from harness.values.scenario import Arm, Scenario


def read(
    path: Path,
    client: Client,
    predict: bool = True,
    name: str = "",
    adapt: Callable[[Scenario], Scenario] = lambda scenario: scenario,
) -> list[tuple[Scenario, tuple[Arm, ...]]]:
    """The scenarios of a file with their arms. Raises `ScenarioError` with everything that is wrong with them.

    `adapt` is what a command line changes about every scenario, such as its language.
    """
    scenarios = [adapt(scenario) for scenario in load(path, client, name)]
    if predict:
        lines = path.read_text(encoding="utf-8").splitlines()
        problems = dict.fromkeys(problem for scenario in scenarios for problem in contradictions(scenario, client))
        if problems:
            raise ScenarioError(p.__class__(**{**vars(p), "text": lines[p.line - 1]}) for p in problems)
    return [(scenario, plan(scenario, client)) for scenario in scenarios]


def read_book(
    path: Path, client: Client, name: str = "", adapt: Callable[[Scenario], Scenario] = lambda scenario: scenario
) -> list[tuple[Scenario, tuple[Arm, ...]]]:
    """The scenarios that a runbook file names, each with the one arm in which it is followed."""
    book, scenarios = read_runbook(path, client, name)
    adapted = [adapt(scenario) for scenario in scenarios]
    return [(scenario, (plan_runbook(book, scenario, client),)) for scenario in adapted]
