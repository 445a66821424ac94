"""The arms of a recorded run, planned again: the texts of its scenarios and runbooks are in its history."""

from __future__ import annotations

import re
from pathlib import Path

from harness.language.profiles import client
from harness.language.runbooks import parse_runbook
from harness.language.scenarios import parse
from harness.prediction.plan import plan
from harness.prediction.runbooks import plan_runbook
from harness.values.history import Event
from harness.values.scenario import Arm, Scenario


def recorded_arms(events: list[Event]) -> dict[str, Arm]:
    """The arms of the scenarios and runbooks whose texts a history holds, by their ids."""
    found: dict[str, Arm] = {}
    first: dict[str, Scenario] = {}
    for event in _texts(events, "scenario"):
        chosen, path = client(str(event.data["client"])), str(event.data["path"])
        for scenario in parse(path, str(event.data["text"]), chosen):
            first.setdefault(path, scenario)
            found |= {arm.id: arm for arm in plan(scenario, chosen)}
    for event in _texts(events, "runbook"):
        chosen = client(str(event.data["client"]))
        known = re.findall(r"[\w-]+", str(event.data["text"]))  # not every scenario need have been run
        book = parse_runbook(str(event.data["path"]), str(event.data["text"]), tuple(known))
        stems = {Path(path).with_suffix(""): one for path, one in first.items()}
        named = (Path(book.path).parent.parent / name for name in book.against)
        arms = (plan_runbook(book, stems[one], chosen) for one in named if one in stems)
        found |= {arm.id: arm for arm in arms}
    return found


def _texts(events: list[Event], kind: str) -> list[Event]:
    return [event for event in events if event.source == "run" and event.kind == kind]
