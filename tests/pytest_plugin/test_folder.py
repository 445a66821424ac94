"""A report's folder belongs to one run at a time, and who can't have it leaves it alone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests import runs

pytestmark = pytest.mark.live


def test_a_folder_in_which_another_run_writes_is_refused_and_left_alone(tmp_path: Path) -> None:
    out, late = tmp_path / "out", tmp_path / "late"
    first = runs.start(out, "scenarios/f1_send.yaml", "-k", "nothing or wait")
    runs.until(lambda: any(one["kind"] == "verdict" for one in runs.events(out)), "the first verdict")
    late.symlink_to(out)
    assert runs.run(late, "scenarios/f1_send.yaml", "-k", "nothing") == 2
    assert "another run writes its report there" in runs.log(late)
    assert not (out / "results.json").exists(), "who was refused tells nothing"
    assert first.wait(runs.TIMEOUT) == 0, runs.log(out)
    assert {arm["verdict"] for arm in runs.arms(out)} == {"pass"}


def test_a_report_that_cannot_make_room_stays_as_it_is(tmp_path: Path) -> None:
    out = tmp_path / "out"
    (out / "traces").mkdir(parents=True)
    for name in ("history.jsonl", "results.json"):
        (out / name).write_text("of the run before\n")
    (out / ".previous").write_text("in the way of the folder of this name\n")
    before = {path: os.stat(path).st_mtime_ns for path in out.rglob("*")}
    assert runs.run(out, "scenarios/f1_send.yaml", "-k", "nothing") == 3, runs.log(out)
    assert "name a folder that can be written: --out DIR" in runs.log(out)
    assert {path: os.stat(path).st_mtime_ns for path in out.rglob("*")} == before
