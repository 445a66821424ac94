"""The history: what is written is what is read, and what is read is judged as it was."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from harness.clients import client
from harness.errors import AuthorError
from harness.history import Event, History
from harness.judge import judge
from harness.recorder import Recorder
from harness.recordings import histories, recorded, verdicts
from harness.rejudge import rejudge
from harness.result import Result
from harness.scenario import Arm
from tests.helpers import ASKED, QUESTION, WORKS, Story, arm_of, scenario, screen

DEFAULT = client("default")
TITLE = DEFAULT.text("connection_termination", "en")
TEXT = """title: One
moment: send
faults: {at: service_link, do: reset_peer, lasts: 45s}
expect: {message: connection_termination, draft: kept}
recovers: [{wait: 1m}]
does_not_recover: [reload]
"""
PATH = "scenarios/one.yaml"


def event(at: float = 1.0, source: str = "run", kind: str = "step", **data: Any) -> Event:
    return Event(at, 0.5, "one/reload", source, kind, data)


def written(path: Path, events: list[Event]) -> Path:
    path.write_text("".join(f"{one.to_json()}\n" for one in events), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "data",
    [
        pytest.param({}, id="none"),
        pytest.param({"name": "steady", "n": 3, "ok": True, "none": None, "list": [1, {"a": "b"}]}, id="of all kinds"),
        pytest.param({"text": "灯台 “quoted”\n\t\\ </script>"}, id="any text"),
        pytest.param({"text": "a\u2028b\u0085c"}, id="line breaks of Unicode"),
    ],
)
def test_an_event_survives_its_file(data: dict[str, Any], tmp_path: Path) -> None:
    events = [event(**data), event(2.0)]
    assert recorded(written(tmp_path / "history.jsonl", events)) == events


def test_the_recorder_takes_any_text(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "history.jsonl")
    recorder.note("screen", "snapshot", text="\ud800")
    recorder.close()
    assert len(recorded(tmp_path / "history.jsonl")) == 1


def test_what_is_recorded_is_in_the_file_at_once_and_without_secrets(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "history.jsonl")
    recorder.begin("one/reload")
    noted = recorder.note("run", "step", name="steady", password="hunter2", session="s3cret")
    (read,) = recorded(tmp_path / "history.jsonl")
    recorder.close()
    assert (read.arm, read.data, noted.data) == ("one/reload", {"name": "steady"}, {"name": "steady"})
    assert read.at == pytest.approx(noted.at, abs=1e-6)


def test_a_recorder_forgets_the_arm_before_but_its_file_does_not(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "history.jsonl")
    for arm in ("one/a", "one/b"):
        recorder.begin(arm)
        recorder.note("run", "step", name=arm)
    recorder.close()
    assert [one.arm for one in recorder.history] == ["one/b"]
    assert [one.arm for one in recorded(tmp_path / "history.jsonl")] == ["one/a", "one/b"]


@pytest.mark.parametrize("kept", [1, 10, -2])
def test_a_last_line_that_was_cut_off_is_left_out(kept: int, tmp_path: Path) -> None:
    whole = [event(1.0), event(2.0)]
    path = written(tmp_path / "history.jsonl", whole)
    with path.open("a") as file:
        file.write(event(3.0, text="灯台").to_json()[:kept])
    assert recorded(path) == whole


def test_a_last_line_cut_in_the_middle_of_a_character_is_left_out(tmp_path: Path) -> None:
    path = written(tmp_path / "history.jsonl", [event(1.0)])
    with path.open("ab") as file:
        line = event(3.0, text="灯").to_json().encode()
        file.write(line[: line.index("灯".encode()) + 1])
    assert recorded(path) == [event(1.0)]


def test_events_stand_in_the_order_of_their_time() -> None:
    told = [event(3.0), event(1.0), event(2.0)]
    assert [one.at for one in History.of(told)] == [1.0, 2.0, 3.0]


HISTORY = History.of(
    [
        event(1, "run", "step", name="steady"),
        event(2, "screen", "snapshot", phase="steady", n=1),
        event(3, "screen", "snapshot", phase="steady", n=2),
        event(4, "gateway", "access", n=3),
    ]
)


def test_questions_to_a_history() -> None:
    assert [one.data["n"] for one in HISTORY.where("screen", "snapshot")] == [1, 2]
    assert [one.data["n"] for one in HISTORY.where("screen", after=3)] == [2]
    assert [one.data["n"] for one in HISTORY.where("screen", before=2)] == [1]
    assert HISTORY.where("screen", "access") == []
    first, last = HISTORY.first("screen"), HISTORY.last("screen")
    assert (first and first.data["n"], last and last.data["n"]) == (1, 2)
    assert (HISTORY.first("service"), HISTORY.last("service")) == (None, None)
    step, shown = HISTORY.step("steady"), HISTORY.screen("steady")
    assert (step and step.at, shown and shown["n"]) == (1, 2)
    assert (HISTORY.step("remedy"), HISTORY.screen("remedy")) == (None, None)


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
    return Story(screens={name: screen(ASKED, TITLE, draft=QUESTION) for name in ("symptom", "remedy", "recovery")})


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
    first, again = verdicts(events), rejudge(events)
    assert [f"{one.remedy}: {one.verdict}" for one in first] == [
        "nothing: pass",
        "ask_again: pass",
        "wait: pass",
        "reload: fail",
    ]
    assert again == first


def test_a_verdict_recorded_later_does_not_change_how_long_an_arm_took() -> None:
    events = a_run(RUN)
    late = [replace(one, at=one.at + 5) if one.kind == "verdict" else one for one in events]
    assert [one.seconds for one in rejudge(late)] == [one.seconds for one in verdicts(late)]


def test_a_verdict_that_somebody_changed_in_the_file_is_not_believed() -> None:
    events = a_run(RUN)
    forged = [
        replace(one, data={"result": {**one.data["result"], "verdict": "pass"}}) if one.kind == "verdict" else one
        for one in events
    ]
    assert [one.verdict for one in rejudge(forged)] == [one.verdict for one in verdicts(events)]


def test_an_arm_that_was_cut_off_is_invalid_when_judged_again() -> None:
    events = [one for one in a_run({"control[nothing]": failed()}) if one.at < 1035]
    assert [one.verdict for one in rejudge(events)] == ["invalid"]


def test_an_arm_whose_control_is_missing_is_invalid_when_judged_again() -> None:
    events = [one for one in a_run(RUN) if not one.arm.endswith("control[ask_again]")]
    assert {one.remedy: one.verdict for one in rejudge(events)} == {
        "nothing": "pass",
        "wait": "invalid",
        "reload": "invalid",
    }


def test_the_language_that_a_run_was_asked_for_is_judged_again() -> None:
    events = a_run({"control[nothing]": failed()})
    there = [replace(one, data={**one.data, "locale": "ja"}) if one.kind == "arm" else one for one in events]
    (seen,) = rejudge(there)
    assert (seen.locale, seen.browser) == ("ja", "chromium")


def test_a_history_of_another_scenario_is_an_authors_error() -> None:
    strange = [replace(one, arm="two/reload") if one.arm else one for one in a_run({"control[nothing]": failed()})]
    with pytest.raises(AuthorError, match="'two/reload'"):
        rejudge(strange)


def test_histories_are_taken_apart_by_arm() -> None:
    events = a_run(RUN)
    assert list(histories(events)) == [f"one/{label}" for label in RUN]
