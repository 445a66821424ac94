"""A recorded run is judged again from its history alone, and comes to what it came to."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from harness.arm.rejudge import rejudge
from harness.judging.verdict import judge
from harness.language.profiles import client
from harness.prediction.recorded import recorded_arms
from harness.values.errors import AuthorError
from harness.values.history import Event, History
from harness.values.recordings import histories, recorded, verdicts
from harness.values.result import Result
from harness.values.scenario import Arm
from tests.helpers import BEFORE, QUESTION, WORKS, Story, arm_of, scenario, screen

DEFAULT = client("default")
SAID = (DEFAULT.text("connection_termination", "en"), *DEFAULT.advice_of("connection_termination", "en"))
TEXT = """title: One
moment: send
faults: [{at: service_link, do: reset_peer, lasts: 45s}]
expect: {message: connection_termination, draft: kept}
recovers: [{wait: 1m}]
does_not_recover: [reload]
"""
PATH = "scenarios/one.yaml"


def written(path: Path, events: list[Event]) -> Path:
    path.write_text("".join(f"{one.to_json()}\n" for one in events), encoding="utf-8")
    return path


def again(events: list[Event]) -> list[Result]:
    return rejudge(events, recorded_arms(events))


def a_run(stories: dict[str, Story], repeat: int = 0) -> list[Event]:
    """The events of a run of some arms, controls first, as `session` records them, each with its verdict."""
    one = scenario_of()
    events = [Event(999.0, 0.0, "", "run", "scenario", {"path": PATH, "text": TEXT, "client": "default"})]
    results: dict[str, Result] = {}
    for label, story in stories.items():
        arm = arm_of(one, label, DEFAULT)
        name = f"{arm.id}#{repeat}" if repeat else arm.id
        told = {"label": label, "predicting": True, "browser": "chromium", "locale": "en", "client": "default"}
        mine = [Event(1000.0, 0.0, name, "run", "arm", told), *replace(story, arm=name).events]
        results[label] = judged(arm, mine, results.get(arm.control), repeat)
        events += [*mine, Event(mine[-1].at + 0.0, 0.0, name, "run", "verdict", {"result": results[label].to_json()})]
    return events


def scenario_of() -> Any:
    lines = dict(line.split(": ", 1) for line in TEXT.splitlines())
    more = "\n".join(f"{key}: {lines[key]}" for key in ("expect", "recovers", "does_not_recover"))
    return replace(scenario(lines["faults"], more=more, client=DEFAULT), title=lines["title"])


def judged(arm: Arm, events: list[Event], control: Result | None, repeat: int) -> Result:
    return replace(judge(arm, DEFAULT, History.of(events), control), repeat=repeat)


def failed() -> Story:
    return Story(screens={name: screen(BEFORE, SAID, draft=QUESTION) for name in ("symptom", "remedy", "recovery")})


def recovered() -> Story:
    return failed().shows("recovery", WORKS)


RUN = {
    "control[nothing]": failed(),
    "control[ask_again]": failed(),
    "wait[1m]": recovered(),
    "reload": recovered(),
}


@pytest.mark.parametrize("repeat", [0, 2])
def test_a_recorded_run_is_judged_again_as_it_was(repeat: int, tmp_path: Path) -> None:
    events = recorded(written(tmp_path / "history.jsonl", a_run(RUN, repeat)))
    first, second = verdicts(events), again(events)
    assert [f"{one.remedy}: {one.verdict}" for one in first] == [
        "nothing: pass",
        "ask_again: pass",
        "wait: pass",
        "reload: fail",
    ]
    assert second == first


def test_a_verdict_recorded_later_does_not_change_how_long_an_arm_took() -> None:
    events = a_run(RUN)
    late = [replace(one, at=one.at + 5) if one.kind == "verdict" else one for one in events]
    assert [one.seconds for one in again(late)] == [one.seconds for one in verdicts(late)]


def test_an_arm_that_is_judged_again_keeps_its_trace_and_the_command_of_its_run() -> None:
    events = a_run({"control[nothing]": failed()})
    *rest, last = events
    opening = next(at for at, one in enumerate(rest) if one.kind == "arm")
    rest[opening] = replace(rest[opening], data={**rest[opening].data, "options": ["--page", "dist"]})
    traced = replace(last, data={"result": {**last.data["result"], "trace": "traces/a.zip"}})
    (seen,) = again([*rest, traced])
    assert (seen.trace, seen.options) == ("traces/a.zip", ("--page", "dist"))


def test_a_verdict_that_somebody_changed_in_the_file_is_not_believed() -> None:
    events = a_run(RUN)
    forged = [
        replace(one, data={"result": {**one.data["result"], "verdict": "pass"}}) if one.kind == "verdict" else one
        for one in events
    ]
    assert [one.verdict for one in again(forged)] == [one.verdict for one in verdicts(events)]


def test_an_arm_that_was_cut_off_is_invalid_when_judged_again() -> None:
    events = [one for one in a_run({"control[nothing]": failed()}) if one.at < 1035]
    assert [one.verdict for one in again(events)] == ["invalid"]


def test_an_arm_whose_control_is_missing_is_invalid_when_judged_again() -> None:
    events = [one for one in a_run(RUN) if not one.arm.endswith("control[ask_again]")]
    assert {one.remedy: one.verdict for one in again(events)} == {
        "nothing": "pass",
        "wait": "invalid",
        "reload": "invalid",
    }


def test_the_language_that_a_run_was_asked_for_is_judged_again() -> None:
    events = a_run({"control[nothing]": failed()})
    there = [replace(one, data={**one.data, "locale": "ja"}) if one.kind == "arm" else one for one in events]
    (seen,) = again(there)
    assert (seen.locale, seen.browser) == ("ja", "chromium")


def test_a_history_of_another_scenario_is_an_authors_error() -> None:
    strange = [replace(one, arm="two/reload") if one.arm else one for one in a_run({"control[nothing]": failed()})]
    with pytest.raises(AuthorError, match="'two/reload'"):
        again(strange)


def test_histories_are_taken_apart_by_arm() -> None:
    events = a_run(RUN)
    assert list(histories(events)) == [f"one/{label}" for label in RUN]
