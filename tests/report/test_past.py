"""The verdicts of the last runs in one small file, and what changed."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from harness import report
from harness.report.past import MOST, NAME, Past, Run, baseline, changes, letters
from harness.values.errors import AuthorError
from harness.values.result import Verdict
from tests.report.told import RELOAD

RETRY = replace(RELOAD, arm="f1/retry", remedy="retry")
FAILED = replace(RETRY, verdict=Verdict.FAIL, sentence="retry: no")


def test_what_changed_is_what_was_run_both_times_and_came_out_otherwise() -> None:
    before = {"a": "p", "b": "f", "c": "f", "d": "i", "e": "p", "g": "k"}
    now = {"a": "f", "b": "p", "c": "f", "d": "f", "h": "p", "g": "p"}
    found = changes(before, now, "x")
    assert (found.broken, found.mended, found.still) == (("a",), ("b",), ("c",))
    assert (found.other, found.fresh, found.gone) == (("d", "g"), ("h",), ("e",))


def test_of_repeats_the_gravest_counts() -> None:
    runs = [RETRY, replace(FAILED, repeat=1), replace(RETRY, verdict=Verdict.INVALID, repeat=2)]
    assert letters(runs) == {"f1/retry (chromium, en)": "f"}


def test_runs_are_kept_in_a_small_file_and_read_back(tmp_path: Path) -> None:
    past = Past((Run(1.0, "a", {"x": "p", "y": "f"}), Run(2.0, "b", {"y": "p"})))
    (tmp_path / NAME).write_text(past.written, encoding="utf-8")
    assert Past.read(tmp_path / NAME) == past
    assert past.of("x") == "p-"
    many = {f"scenario{n}/remedy (chromium, en)": "p" for n in range(616)}
    for n in range(MOST + 5):
        past = past.with_run(Run(float(n), "c", many))
    assert len(past.runs) == MOST
    assert len(past.written) < 100_000


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"arms": [], "runs": [{}]}'])
def test_a_file_that_is_none_is_no_run(tmp_path: Path, content: str) -> None:
    (tmp_path / NAME).write_text(content)
    assert Past.read(tmp_path / NAME) == Past.read(tmp_path / "none") == Past()


def test_a_report_says_what_changed_since_the_last_run_and_the_baseline(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    report.write(one, [RELOAD, RETRY], one / "none", {"commit": "abc"})
    page = report.write(other, [RELOAD, FAILED], one / "none", {}, Past.read(one / NAME), baseline(one))
    head = page.read_text(encoding="utf-8").partition("</header>")[0]
    assert "Since the last run (abc): 1 newly broken." in head
    assert "Beside the baseline (abc): 1 newly broken." in head
    assert '<a href="#arm=f1/retry">f1 · retry</a>' in head
    assert len(Past.read(other / NAME).runs) == 2
    assert baseline(other / NAME).arms == letters([RELOAD, FAILED])


def test_a_baseline_that_is_none_is_an_authors_error(tmp_path: Path) -> None:
    (tmp_path / "odd.json").write_text(json.dumps({"arms": 3}))
    for path in (tmp_path / "none", tmp_path, tmp_path / "odd.json"):
        with pytest.raises(AuthorError, match="to compare with"):
            baseline(path)
