"""What a check works on: an arm, its client and its recorded history, and the questions that several checks ask."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from harness.clients import Client
from harness.values.history import Event, History
from harness.values.result import Finding
from harness.values.scenario import Arm
from harness.values.situation import Moment

Screen = Mapping[str, Any]


@dataclass(frozen=True)
class Case:
    """What a check works on.

    `history`: all that the arm is about. `everything`: what happened onward as well, once all worked again and somebody
    asked something else; None where nobody did.
    """

    arm: Arm
    client: Client
    history: History
    everything: History | None = None

    @classmethod
    def of(cls, arm: Arm, client: Client, history: History) -> Case:
        """The case of an arm with this history."""
        begun, over = history.step("onward"), history.last("run", "onward")
        if begun is None or over is None:
            return cls(arm, client, history)
        return cls(arm, client, history.without(begun.at, over.at), history)

    def onward(self) -> Case | None:
        """The case of all that happened, or None where nobody went on."""
        return replace(self, history=self.everything, everything=None) if self.everything else None

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
    def by_api(self) -> bool:
        """Whether the question was asked over the API in the end, so that no screen tells of it."""
        asked = self.history.last("run", "asked")
        return asked is not None and asked.data.get("by") == "api"

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

    def given(self, question: str) -> list[str]:
        """Everything that the service has answered to a question, whole or not."""
        answers = self.history.where("service", "answer")
        return [squeeze(a.data["text"]) for a in answers if squeeze(a.data["prompt"]) == question]


Check = Callable[[Case], Finding | None]


def squeeze(text: str) -> str:
    return re.sub(r"[ \t\u00a0]+", " ", text or "").strip()


def times(count: int) -> str:
    return ("never", "once")[count] if count < 2 else f"{count} times"


def came(count: int) -> str:
    return f"it came {times(count)}" if count else "it never came"


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


def works(case: Case) -> bool:
    """Whether the person has in the end what they wanted, by whatever way they asked for it last."""
    if case.arm.scenario.moment is Moment.DOWNLOAD:
        return downloaded_whole(case)
    if case.by_api:
        reply = case.history.last("run", "api_answer")
        return reply is not None and squeeze(str(reply.data["text"])) in case.whole(case.final_question)
    return answered_whole(case, case.final)


def ended(case: Case, has_it: bool) -> str:
    """What became of the question, in words: what stands on the screen, and what the browser had all the same."""
    if case.arm.scenario.moment is Moment.DOWNLOAD:
        return "the browser has the whole file" if has_it else "the browser has no whole file"
    if case.by_api:
        return f"the API's package got {'its' if has_it else 'no'} whole answer"
    if has_it:
        return "the question got its whole answer"
    if case.arm.scenario.moment is Moment.OPEN and not _was_asked(case):
        return "nobody came to ask, for the chat did not open as it should"
    said = "the question has no whole answer on the screen"
    fetched = _fetched(case)
    return f"{said}, though the browser fetched it (GET {fetched.data['path']} 200)" if fetched else said


def _was_asked(case: Case) -> bool:
    return any(one.data["question"] == case.final_question for one in case.history.where("run", "asked"))


def _fetched(case: Case) -> Event | None:
    """The reply by which the browser had all of the answer to the last question, asked for once that was made."""
    made = case.history.where("service", "answer_done")
    answers = case.history.where("service", "answer")
    mine = {str(e.data.get("id")) for e in answers if squeeze(str(e.data.get("prompt"))) == case.final_question}
    done = {str(e.data.get("answer")): e.at for e in made if e.data.get("state") == "complete"}
    for reply in case.history.where("browser", "response"):
        id_ = str(reply.data.get("path")).rpartition("/")[2]
        asked = reply.at - float(reply.data.get("ms") or 0) / 1000
        if id_ in mine and reply.data.get("status") == 200 and asked >= done.get(id_, float("inf")):
            return reply
    return None


def downloaded_whole(case: Case) -> bool:
    """Whether the browser has, since the moment, a file that the service made, and all of it.

    Chromium tells of each download; of Firefox it is known what the page gave it to save.
    """
    moment = case.history.step("moment")
    if moment is None:
        return False
    made = [answer.data["file"] for answer in case.history.where("service", "answer") if answer.data.get("file")]
    sizes = {str(file["name"]): int(file["size"]) for file in made if file["state"] == "ready"}
    fetched = case.history.where("browser", "downloaded", after=moment.at)
    saved = case.history.where("browser", "saved", after=moment.at)
    whole = any(sizes.get(str(event.data["name"])) == int(event.data["bytes"]) for event in fetched)
    return whole or (not fetched and any(int(event.data["bytes"]) in sizes.values() for event in saved))


def answered_whole(case: Case, screen: Screen | None) -> bool:
    """Whether the question stands on the screen with exactly one of the service's whole answers."""
    answer = answer_to(screen, case.final_question) if screen else None
    return answer is not None and answer["text"] in case.whole(case.final_question)
