"""What an arm does in each of its steps, in a sentence's words."""

from __future__ import annotations

from harness.stack.recorder import Recorder
from harness.values.history import History
from harness.values.text import shown

DOING = {
    "": "the person sat down",
    "steady": "it was made sure that all works before anything is broken",
    "break": "the fault was armed and met",
    "moment": "the fault was armed and met",
    "symptom": "the person looked at what was broken",
    "remedy": "the remedy was done",
    "recovery": "the person looked whether it works again",
    "afterwards": "everything was put back",
    "probe": "the road was tried once more",
    "after_all": "what is kept was looked at once more",
    "onward": "something else was asked, with every fault lifted",
    "undone": "everything was put back",
}


def begin(recorder: Recorder, step: str) -> None:
    """Record that a step begins, of which `DOING` says what it is."""
    assert step in DOING, step
    recorder.note("run", "step", name=step)


def doing(history: History, broke: bool = False) -> str:
    """What the arm did last. `broke`: an error ended it, and what was put back after that is not what it is about."""
    names = [str(event.data["name"]) for event in history.where("run", "step")]
    name = next((name for name in reversed(names) if not (broke and name == "undone")), "")
    return DOING.get(name, f"its step {shown(name)} was done")
