"""`chatfault report`: what its commands print, and what they end with."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from harness import report
from harness.cli import main
from harness.report.past import NAME, Past
from harness.values.result import Finding, Verdict
from tests.report.told import RELOAD, opening, recorded

FAILED = replace(RELOAD, verdict=Verdict.FAIL, sentence="reload: no")


@pytest.fixture
def runs(tmp_path: Path) -> list[Path]:
    """The reports of two runs, the second of which knows of the first: an arm passes, then fails."""
    folders, past = [], Past()
    for name, result in (("one", RELOAD), ("two", FAILED)):
        folder = tmp_path / name
        report.write(folder, [result], recorded(folder, [opening()]), {"commit": name}, past)
        folders.append(folder)
        past = Past.read(folder / NAME)
    return folders


def asked(*words: object) -> int:
    return main(["report", *map(str, words)])


def test_a_difference_ends_with_1_where_something_broke(runs: list[Path], capsys: pytest.CaptureFixture[str]) -> None:
    assert asked("diff", runs[0], runs[1] / "results.json") == 1
    assert "newly broken  pass     → fail     f1: reload (chromium, en)\n" in capsys.readouterr().out
    assert asked("diff", runs[1], runs[0]) == 0
    assert "mended        fail     → pass     f1: reload (chromium, en)\n" in capsys.readouterr().out


def test_a_difference_tells_a_scenarios_arms_together_and_why(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    late = Finding("within", False, "expected a message within 3 s, it took 9.0 s")
    before = [RELOAD, replace(RELOAD, arm="f1/retry", remedy="retry"), replace(RELOAD, arm="ja/f1/wait[1m]")]
    after = [replace(one, verdict=Verdict.FAIL, findings=(late,), sentence=late.sentence) for one in before]
    for name, results in (("a", before), ("b", after)):
        report.write(tmp_path / name, results, recorded(tmp_path / name, []), {})
    assert asked("diff", tmp_path / "a", tmp_path / "b") == 1
    lines = capsys.readouterr().out.splitlines()
    assert [" ".join(line.split()) for line in lines[:4]] == [
        "newly broken pass → fail f1: reload, retry (chromium, en)",
        "Told too late",
        "newly broken pass → fail ja/f1: wait[1m] (chromium, en)",
        "Told too late",
    ]
    assert asked("diff", tmp_path / "a", tmp_path / "b" / NAME) == 1
    assert "Told too late" not in capsys.readouterr().out


def test_the_history_shows_what_went_wrong_once_or_what_is_asked_for(
    runs: list[Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert asked("history", "--folder", runs[1]) == 0
    assert "pf  f1/reload (chromium, en)" in capsys.readouterr().out
    assert asked("history", "--folder", runs[0]) == 0
    assert "every arm came out well" in capsys.readouterr().out
    assert asked("history", "reload", "--folder", runs[0]) == 0
    assert "p  f1/reload (chromium, en)" in capsys.readouterr().out
    assert asked("history", "nowhere", "--folder", runs[1]) == 2
    assert "no arm has 'nowhere'" in capsys.readouterr().err


def test_an_arm_on_the_page_shows_its_last_runs(runs: list[Path]) -> None:
    assert 'aria-label="pass, fail"' in (runs[1] / "index.html").read_text(encoding="utf-8")
    assert "Last runs" not in (runs[0] / "index.html").read_text(encoding="utf-8")


def test_reports_are_merged(runs: list[Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert asked("merge", runs[0], "--out", tmp_path / "alone") == 0
    assert asked("merge", *runs, "--out", tmp_path / "out") == 1, "as one run would end in which they disagree"
    said = capsys.readouterr().out
    assert "arms: 2 flaky" in said
    assert str(tmp_path / "out" / "index.html") in said


def test_a_folder_without_a_report_can_not_be_opened(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert asked("open", tmp_path) == 2
    assert "there is no report in" in capsys.readouterr().err
    recorded(tmp_path, [opening()])
    assert asked("open", tmp_path) == 2
    assert "chatfault judge" in capsys.readouterr().err
    assert asked("history", "--folder", tmp_path) == 2
    assert "there is no runs.json" in capsys.readouterr().err
