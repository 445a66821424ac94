"""Judge a recorded run again: the scenarios' texts are in its history, so nothing else is needed."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from harness.clients import client
from harness.errors import AuthorError
from harness.history import Event
from harness.judge import judge
from harness.load import parse
from harness.load_runbook import parse_runbook
from harness.plan import plan
from harness.plan_runbook import plan_runbook
from harness.recordings import histories
from harness.result import Result
from harness.scenario import Arm, Scenario


def rejudge(events: list[Event]) -> list[Result]:
    """The results that the recorded histories deserve, in the order in which the arms were run."""
    arms = _arms(events)
    judged: dict[str, Result] = {}
    for name, history in histories(events).items():
        label, _, repeat = name.partition("#")
        options = history.first("run", "arm")
        if options is None or label not in arms:
            raise AuthorError(f"the history speaks of an arm {label!r} that its scenarios don't have")
        told = options.data
        arm = arms[label]
        start = replace(arm.start, engine=str(told.get("browser", arm.start.engine)))
        scenario = replace(arm.scenario, locale=str(told.get("locale", arm.scenario.locale)))
        arm = replace(arm, start=start, scenario=scenario)
        beside = judged.get(f"{arm.scenario.id}/{arm.control}{'#' + repeat if repeat else ''}")
        predicting = bool(told.get("predicting", True))
        result = judge(arm, client(str(told.get("client", "default"))), history, beside, predicting)
        judged[name] = replace(result, repeat=int(repeat or 0))
    return list(judged.values())


def _arms(events: list[Event]) -> dict[str, Arm]:
    """The arms of the scenarios and runbooks whose texts a history holds."""
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
        paths = (str(Path(book.path).parent.parent / f"{name}.yaml") for name in book.against)
        arms = (plan_runbook(book, first[path], chosen) for path in paths if path in first)
        found |= {arm.id: arm for arm in arms}
    return found


def _texts(events: list[Event], kind: str) -> list[Event]:
    return [event for event in events if event.source == "run" and event.kind == kind]
