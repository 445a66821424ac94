"""The recorder: both clocks of a history only go on, and a disk that is full is remembered, not raised."""

from __future__ import annotations

import errno
import os
import time
from pathlib import Path

import pytest

from harness.stack.recorder import Recorder
from harness.values.recordings import recorded


def test_what_was_seen_earlier_has_the_time_that_the_clock_showed_then(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "history.jsonl")
    recorder.begin("one/a")
    early = time.time()
    recorder.world = 60.0
    between = time.time()
    recorder.world = 120.0
    recorder.note("run", "step", name="undone")
    recorder.note("service", "request", at=between)
    recorder.note("service", "request", at=early)
    events = sorted(recorded(tmp_path / "history.jsonl"), key=lambda event: event.at)
    assert [event.world for event in events] == [0.0, 60.0, 120.0]
    recorder.begin("one/b")
    assert recorder.note("run", "arm").world == 0.0


def test_a_full_disk_is_remembered_and_nothing_more_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    recorder = Recorder(tmp_path / "history.jsonl")
    write = os.write
    monkeypatch.setattr(os, "write", lambda fd, line: write(fd, line[:10]))
    recorder.note("run", "arm")
    monkeypatch.undo()
    recorder.note("run", "step")
    assert recorder.failed
    assert recorder.failed.errno == errno.ENOSPC
    assert recorder.failed.filename == str(tmp_path / "history.jsonl")
    assert (tmp_path / "history.jsonl").stat().st_size == 10
    assert [event.kind for event in recorder.history] == ["arm", "step"], "what was seen can still be judged"
