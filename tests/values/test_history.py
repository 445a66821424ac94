"""The history: what is written is what is read, and what is read is judged as it was."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from harness.stack.recorder import Recorder
from harness.values.history import Event, History
from harness.values.recordings import recorded


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
