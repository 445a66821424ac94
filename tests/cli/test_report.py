"""`chatfault report`: what its commands print, and what they end with."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from harness import report
from harness.cli.report import merge_reports, open_report, show_diff, show_history
from harness.report.past import NAME, Past
from harness.values.errors import AuthorError
from harness.values.result import Verdict
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


def test_a_difference_ends_with_1_where_something_broke(runs: list[Path], capsys: pytest.CaptureFixture[str]) -> None:
    assert show_diff(runs[0], runs[1] / "results.json") == 1
    assert "newly broken  pass     → fail     f1/reload (chromium, en)" in capsys.readouterr().out
    assert show_diff(runs[1], runs[0]) == 0
    assert "mended        fail     → pass     f1/reload (chromium, en)" in capsys.readouterr().out


def test_the_history_shows_what_went_wrong_once_or_what_is_asked_for(
    runs: list[Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert show_history("", runs[1]) == 0
    assert "pf  f1/reload (chromium, en)" in capsys.readouterr().out
    assert show_history("", runs[0]) == 0
    assert "every arm came out well" in capsys.readouterr().out
    with pytest.raises(AuthorError, match="no arm has 'nowhere'"):
        show_history("nowhere", runs[1])


def test_an_arm_on_the_page_shows_its_last_runs(runs: list[Path]) -> None:
    assert 'aria-label="pass, fail"' in (runs[1] / "index.html").read_text(encoding="utf-8")
    assert "Last runs" not in (runs[0] / "index.html").read_text(encoding="utf-8")


def test_reports_are_merged(runs: list[Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert merge_reports(runs, tmp_path / "out") == 0
    assert str(tmp_path / "out" / "index.html") in capsys.readouterr().out


def test_a_folder_without_a_report_can_not_be_opened(tmp_path: Path) -> None:
    with pytest.raises(AuthorError, match="there is no report in"):
        open_report(tmp_path)
    with pytest.raises(AuthorError, match=r"there is no runs\.json"):
        show_history("", tmp_path)
