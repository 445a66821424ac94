"""What a check works on: an arm, its client and its recorded history, and the questions that several checks ask."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from harness.clients import Client
from harness.history import History
from harness.result import Finding
from harness.scenario import Arm

Screen = Mapping[str, Any]


@dataclass(frozen=True)
class Case:
    """What a check works on."""

    arm: Arm
    client: Client
    history: History

    @property
    def locale(self) -> str:
        return self.arm.scenario.locale

    @property
    def steady_question(self) -> str:
        return str(self._asked("steady"))

    @property
    def question(self) -> str:
        """What the person asked when the fault was met."""
        return str(self._asked("question"))

    @property
    def final_question(self) -> str:
        """What they asked in the end: the same, unless the remedy was to ask something else."""
        event = self.history.last("run", "questions")
        return str(event.data["question"]) if event else ""

    def _asked(self, which: str) -> str:
        event = self.history.first("run", "questions")
        return str(event.data[which]) if event else ""

    @property
    def symptom(self) -> Screen | None:
        return self.history.screen("symptom")

    @property
    def final(self) -> Screen | None:
        return self.history.screen("recovery")

    def whole(self, question: str) -> list[str]:
        """The whole answers that the service gave to a question."""
        answers = self.history.where("service", "answer")
        return [
            squeeze(answer.data["text"])
            for answer in answers
            if squeeze(answer.data["prompt"]) == question and answer.data["state"] == "complete"
        ]


Check = Callable[[Case], Finding | None]


def squeeze(text: str) -> str:
    return re.sub(r"[ \t\u00a0]+", " ", text or "").strip()


def quoted(lines: list[str] | tuple[str, ...] | str) -> str:
    text = lines if isinstance(lines, str) else " / ".join(lines)
    return f"“{text}”" if text else "nothing"


def lines_on(screen: Screen) -> list[str]:
    """What the screen says about something being wrong: the client's error, or the text of a page not its own."""
    if screen["client"]:
        return list(screen["error"]["lines"]) if screen["error"] else []
    return list(screen["document"])


def answer_to(screen: Screen, question: str) -> Screen | None:
    """The first answer after the last time that the question stands on the screen."""
    messages = list(screen["messages"])
    places = [i for i, one in enumerate(messages) if one["role"] == "user" and one["text"] == question]
    if not places:
        return None
    return next((one for one in messages[places[-1] + 1 :] if one["role"] == "assistant"), None)


def answered_whole(case: Case, screen: Screen | None) -> bool:
    """Whether the question stands on the screen with exactly one of the service's whole answers."""
    answer = answer_to(screen, case.final_question) if screen else None
    return answer is not None and answer["text"] in case.whole(case.final_question)
