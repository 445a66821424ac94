"""Judge a recorded run again, from its histories alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from harness.judging.verdict import judge
from harness.language.profiles import client
from harness.values.errors import AuthorError
from harness.values.history import Event, History
from harness.values.recordings import histories, is_again, own_name
from harness.values.result import Result
from harness.values.scenario import Arm


def rejudge(events: list[Event], arms: Mapping[str, Arm]) -> list[Result]:
    """The results that the recorded histories deserve, in the order in which the arms were run.

    `arms`: those of the recorded scenarios, by their ids. Raises `AuthorError` for a history of another arm.
    """
    judged: dict[str, Result] = {}
    again: dict[str, Result] = {}
    for name, history in histories(events).items():
        label, _, repeat = own_name(name).partition("#")
        opening = history.first("run", "arm")
        if opening is None or label not in arms:
            raise AuthorError(f"the history speaks of an arm {label!r} that its scenarios don't have")
        told = opening.data
        arm = arms[label]
        start = replace(arm.start, engine=str(told.get("browser", arm.start.engine)))
        scenario = replace(arm.scenario, locale=str(told.get("locale", arm.scenario.locale)))
        arm = replace(arm, start=start, scenario=scenario)
        control = f"{arm.scenario.id}/{arm.control}{'#' + repeat if repeat else ''}"
        beside = again.get(control) or judged.get(control)
        predicting = bool(told.get("predicting", True))
        result = judge(arm, client(str(told.get("client", "default"))), history, beside, predicting)
        kept = again if is_again(name) else judged
        options = tuple(told.get("options", ()))
        kept[own_name(name)] = replace(result, repeat=int(repeat or 0), options=options, trace=_trace(history))
    return list(judged.values())


def _trace(history: History) -> str:
    """The file of the arm's trace, which no judging makes anew."""
    told = history.last("run", "verdict")
    return str(told.data.get("result", {}).get("trace", "")) if told else ""
