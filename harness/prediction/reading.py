"""Files → scenarios and arms that the model agrees with. The one way in for the doors."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from harness.clients import Client
from harness.language.files import text_of
from harness.language.matrix import spelled
from harness.language.runbooks import is_runbook, read_runbook
from harness.language.scenarios import parse
from harness.language.source import Problem, ScenarioError, in_combinations
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
    text = text_of(path, name)
    adapted = [adapt(scenario) for scenario in parse(name or str(path), text, client)]
    if predict:
        _agree(text, adapted, client)
    return [(scenario, plan(scenario, client)) for scenario in adapted]


def _agree(text: str, scenarios: Iterable[Scenario], client: Client) -> None:
    found = {spelled(one.variant): contradictions(one, client) for one in scenarios}
    told = in_combinations(found)
    if told:
        lines = text.splitlines()
        raise ScenarioError(replace(one, text=lines[one.line - 1]) for one in told)


def read_book(
    path: Path, client: Client, name: str = "", adapt: Callable[[Scenario], Scenario] = lambda scenario: scenario
) -> list[tuple[Scenario, tuple[Arm, ...]]]:
    """The scenarios that a runbook file names, each with the one arm in which it is followed."""
    book, scenarios = read_runbook(path, client, name)
    adapted = [adapt(scenario) for scenario in scenarios]
    return [(scenario, (plan_runbook(book, scenario, client),)) for scenario in adapted]


def problems(path: Path, client: Client, name: str = "") -> list[Problem]:
    """Everything that is wrong with a scenario's or a runbook's file; empty where nothing is."""
    try:
        text = text_of(path, name)
        if is_runbook(text):
            read_runbook(path, client, name)
        else:
            _agree(text, parse(name or str(path), text, client), client)
    except ScenarioError as error:
        return list(error.problems)
    return []
