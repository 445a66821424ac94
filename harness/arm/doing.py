"""What an arm does in each of its steps, in a sentence's words."""

from __future__ import annotations

from harness.values.history import History

DOING = {
    "": "the person sat down",
    "steady": "it was made sure that all works before anything is broken",
    "break": "the fault was armed and met",
    "moment": "the fault was armed and met",
    "symptom": "the person looked at what was broken",
    "remedy": "the remedy was done",
    "recovery": "the person looked whether it works again",
    "afterwards": "everything was put back",
    "undone": "everything was put back",
}


def doing(history: History) -> str:
    """What the arm did last."""
    step = history.last("run", "step")
    return DOING.get(str(step.data["name"]) if step else "", "it ran")
