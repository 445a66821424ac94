"""Several reports as one: nothing is lost, nothing is told twice, and what disagrees is flaky."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from harness import report
from harness.report.data import read
from harness.report.merge import merge
from harness.values.errors import AuthorError
from harness.values.result import Result, Verdict
from tests.report.told import RELOAD, event, opening, recorded

FAILED = replace(RELOAD, verdict=Verdict.FAIL, sentence="reload: no", trace="traces/a.zip")


def made(folder: Path, results: Sequence[Result], trace: bytes = b"", **about: Any) -> Path:
    events = []
    for one in results:
        name = f"{one.arm}#{one.repeat}" if one.repeat else one.arm
        events += [
            opening(1, name, browser=one.browser, locale=one.locale, client=f"{one.client}.yaml", **_more(one)),
            event(2, "run", "asked", arm=name, question=f"{folder.name}?"),
            event(3, "run", "verdict", arm=name, result=one.to_json()),
        ]
    history = recorded(folder, events)
    if trace:
        (folder / "traces").mkdir()
        (folder / "traces" / "a.zip").write_bytes(trace)
    report.write(folder, list(results), history, about)
    return folder


def _more(one: Result) -> dict[str, Any]:
    return {"profile": one.client, "options": list(one.options)}


def arms(folder: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((folder / "results.json").read_text(encoding="utf-8"))["arms"]
    return found


def test_shards_together_are_the_whole_run(tmp_path: Path) -> None:
    results = [replace(RELOAD, arm=f"f{n}/reload", scenario=f"f{n}") for n in range(8)]
    whole = made(tmp_path / "whole", results)
    shards = [made(tmp_path / str(n), results[n::4]) for n in range(4)]
    merge(shards, tmp_path / "out")
    assert sorted(arms(tmp_path / "out"), key=lambda one: one["arm"]) == arms(whole)
    assert len(read(tmp_path / "out" / "history.jsonl").runs) == 8


def test_the_same_arm_in_two_browsers_is_two_arms(tmp_path: Path) -> None:
    folders = [made(tmp_path / name, [replace(RELOAD, browser=name)]) for name in ("chromium", "firefox")]
    page = merge(folders, tmp_path / "out").read_text(encoding="utf-8")
    assert [one["repeat"] for one in arms(tmp_path / "out")] == [0, 0]
    for name in ("chromium", "firefox"):
        inside = page.partition(f'id="arm=f1/reload.{name}"')[2].partition("</noscript>")[0]
        assert f"<b>reload · {name}</b>" in inside
        assert page.count(f'id="arm=f1/reload.{name}"') == 1


def test_the_same_arm_again_is_a_repeat_and_flaky_if_they_disagree(tmp_path: Path) -> None:
    folders = [made(tmp_path / "a", [RELOAD]), made(tmp_path / "b", [FAILED], b"x")]
    merge(folders, tmp_path / "out")
    assert [(one["repeat"], one["verdict"]) for one in arms(tmp_path / "out")] == [(0, "flaky"), (1, "flaky")]
    told = {one.arm: one for one in read(tmp_path / "out" / "history.jsonl").results}
    runs = read(tmp_path / "out" / "history.jsonl").runs
    assert [key[0] for key in runs] == ["f1/reload", "f1/reload#1"]
    assert [str(events[1].data["question"]) for events in runs.values()] == ["a?", "b?"]
    assert told["f1/reload"].repeat == 1


def test_a_repeat_has_the_number_of_the_control_that_it_is_judged_beside(tmp_path: Path) -> None:
    control = replace(RELOAD, arm="f1/control[nothing]", kind="control", remedy="nothing", control="")
    retry = replace(RELOAD, arm="f1/retry", remedy="retry")
    folders = [made(tmp_path / "a", [control, RELOAD]), made(tmp_path / "b", [control, retry])]
    merge(folders, tmp_path / "out")
    numbered = {(one["arm"], one["repeat"]) for one in arms(tmp_path / "out")}
    assert numbered == {("f1/control[nothing]", n) for n in (0, 1)} | {("f1/reload", 0), ("f1/retry", 1)}


def test_each_arm_keeps_its_own_command_and_its_own_history(tmp_path: Path) -> None:
    words = {
        "page": ("--page", "dist"),
        "client": ("--client", "mine.yaml"),
        "free": ("--headed", "--no-predict"),
        "fire": ("--browser", "firefox"),
    }
    results = {name: replace(RELOAD, options=options) for name, options in words.items()}
    results["client"] = replace(results["client"], client="mine")
    results["fire"] = replace(results["fire"], browser="firefox")
    results["free"] = replace(results["free"], locale="ja")
    merge([made(tmp_path / name, [one], page=name) for name, one in results.items()], tmp_path / "out")
    told = json.loads((tmp_path / "out" / "ctrf.json").read_text(encoding="utf-8"))["results"]["tests"]
    commands = {one["parameters"]["command"].partition("::f1::reload")[2] for one in told}
    assert commands == {f" {' '.join(options)}" for options in words.values()}
    assert {one["repeat"] for one in arms(tmp_path / "out")} == {0}
    recording = read(tmp_path / "out" / "history.jsonl")
    asked = {name: str(recording.of(one)[1].data["question"]) for name, one in results.items()}
    assert asked == {name: f"{name}?" for name in words}


def test_two_pages_are_two_arms_and_no_repeats(tmp_path: Path) -> None:
    folders = [
        made(tmp_path / name, [replace(one, options=("--page", name))]) for name, one in (("a", RELOAD), ("b", FAILED))
    ]
    merge(folders, tmp_path / "out")
    assert [(one["repeat"], one["verdict"]) for one in arms(tmp_path / "out")] == [(0, "pass"), (0, "fail")]


def test_traces_of_one_name_keep_apart_and_their_arms_know_them(tmp_path: Path) -> None:
    one = made(tmp_path / "a", [FAILED], b"first")
    other = made(tmp_path / "b", [replace(FAILED, browser="firefox")], b"second")
    merge([one, other], tmp_path / "out")
    kept = {str(arm["browser"]): tmp_path / "out" / str(arm["trace"]) for arm in arms(tmp_path / "out")}
    assert (kept["chromium"].read_bytes(), kept["firefox"].read_bytes()) == (b"first", b"second")
    assert '"traces/a-2.zip"' in (tmp_path / "out" / "history.jsonl").read_text(encoding="utf-8")


def test_what_is_known_of_the_runs_is_put_together(tmp_path: Path) -> None:
    one = made(tmp_path / "a", [RELOAD], client="default", commit="abc", command="run --shard 1/2", errors=["x"])
    other = made(
        tmp_path / "b", [replace(RELOAD, client="other")], client="other", commit="abc", command="run --shard 2/2"
    )
    merge([one, other], tmp_path / "out")
    about = json.loads((tmp_path / "out" / "results.json").read_text(encoding="utf-8"))["about"]
    assert (about["client"], about["commit"], about["merged"]) == ("default, other", "abc", "2 runs")
    assert about["command"] == "run --shard 1/2; run --shard 2/2"
    assert about["errors"] == ["x"]


def test_a_folder_that_is_no_report_is_an_authors_error(tmp_path: Path) -> None:
    with pytest.raises(AuthorError, match=r"no results\.json"):
        merge([tmp_path], tmp_path / "out")
    with pytest.raises(AuthorError, match="one of those to be merged"):
        merge([tmp_path], tmp_path)
