"""What an arm did last, in a sentence's words."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.arm.doing import begin, doing
from harness.stack.recorder import Recorder


@pytest.fixture
def recorder(tmp_path: Path) -> Recorder:
    recorder = Recorder(tmp_path / "history.jsonl")
    recorder.begin("f1/reload")
    return recorder


def test_it_is_the_last_step(recorder: Recorder) -> None:
    assert doing(recorder.history) == "the person sat down"
    begin(recorder, "steady")
    begin(recorder, "symptom")
    assert doing(recorder.history) == "the person looked at what was broken"


def test_who_broke_off_was_not_putting_things_back(recorder: Recorder) -> None:
    for step in ("remedy", "undone"):
        begin(recorder, step)
    assert doing(recorder.history) == "everything was put back"
    assert doing(recorder.history, broke=True) == "the remedy was done"


def test_a_step_has_its_words_before_it_begins(recorder: Recorder) -> None:
    with pytest.raises(AssertionError):
        begin(recorder, "lunch")
    recorder.note("run", "step", name="lunch")
    assert doing(recorder.history) == "its step lunch was done", "as another version may have recorded it"
