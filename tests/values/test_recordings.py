"""Reading back what runs recorded: lines cut off, arms that were begun again, arms that never ended."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from harness.values.errors import AuthorError
from harness.values.history import Event
from harness.values.recordings import AGAIN, MERGED, begun_again, histories, recorded, runs_of, unfinished, verdicts
from harness.values.result import Verdict
from tests.judging.test_verdict import result


def event(at: float, kind: str, arm: str = "one/a", **data: Any) -> Event:
    return Event(at, 0.0, arm, "run", kind, data)


def verdict(at: float, which: Verdict, environment: bool = False, arm: str = "one/a") -> Event:
    raw = result(which, arm="one/a").to_json() | {"environment": environment}
    return event(at, "verdict", arm, result=json.loads(json.dumps(raw)))


def test_a_line_that_was_cut_off_costs_only_itself(tmp_path: Path) -> None:
    path = tmp_path / "history.jsonl"
    whole = event(1.0, "arm").to_json()
    path.write_text(f"{whole}\n{whole[:30]}{whole}\n{whole}\n{whole[:20]}")
    assert len(recorded(path)) == 3
    path.write_text(f"{whole}\nnonsense\n{whole}\n")
    with pytest.raises(AuthorError, match="this line is no event"):
        recorded(path)


def test_an_arm_that_was_begun_again_is_its_last_whole_attempt() -> None:
    events = [event(1, "arm"), event(2, "step"), event(3, "arm"), verdict(4, Verdict.PASS)]
    assert [one.at for one in histories(events)["one/a"]] == [3, 4]
    assert begun_again(events) == ["one/a"]
    assert unfinished(events) == []


def test_an_arm_without_a_verdict_is_unfinished() -> None:
    events = [event(1, "arm"), event(2, "step"), event(1, "arm", "one/a" + AGAIN)]
    assert unfinished(events) == ["one/a"]
    assert [one.at for one in histories(events)["one/a"]] == [1, 2]
    assert begun_again(events) == []


def test_a_verdict_that_the_environment_prevented_gives_way_to_a_later_one() -> None:
    found = verdicts([verdict(1, Verdict.INVALID, True), verdict(2, Verdict.PASS), verdict(3, Verdict.PASS)])
    assert [one.verdict for one in found] == [Verdict.PASS]
    both = verdicts([verdict(1, Verdict.FAIL), verdict(2, Verdict.PASS)])
    assert [one.verdict for one in both] == [Verdict.FAIL, Verdict.PASS]


def test_a_control_that_was_run_for_others_only_is_not_listed() -> None:
    found = verdicts([verdict(1, Verdict.INVALID, True), verdict(2, Verdict.PASS, arm="one/a" + AGAIN)])
    assert [(one.verdict, one.environment) for one in found] == [(Verdict.INVALID, True)]


def test_merged_runs_come_apart_again() -> None:
    one, other = [event(1, "arm"), verdict(2, Verdict.PASS)], [event(1, "arm"), verdict(2, Verdict.FAIL)]
    here = Event.from_json(MERGED)
    assert runs_of([here, *one, here, *other]) == [one, other]
    assert runs_of([here, here, *one]) == [one]
    assert runs_of(one) == [one]
    assert runs_of([]) == []
