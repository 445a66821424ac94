"""What the tests share: a client with few words, scenarios from a few lines, and histories built by hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from harness.clients import Client
from harness.language.scenarios import parse
from harness.prediction.plan import plan
from harness.values.history import Event, History
from harness.values.result import Result, Verdict
from harness.values.scenario import Arm, Scenario

CLIENT = Client(
    name="page",
    address="/",
    locators={},
    messages={
        "connection_termination": {"en": "upstream connect error"},
        "bad_gateway": {"en": "Bad gateway", "ja": "不正なゲートウェイ"},
        "rate_limited": {"en": "Too many requests", "ja": "リクエストが多すぎます"},
        "timeout": {"en": "The service took too long", "ja": "応答がありません"},
    },
    reply=30,
    piece=20,
)
"""Gives up a silent request after 30 s and a silent answer after 20 s, and never tries again by itself."""

STEADY, QUESTION = "What is a lighthouse for?", "How do the tides work?"
STEADY_ANSWER, ANSWER = "For ships. It shows the coast.", "The moon pulls. The sea follows."
NO_FAULT = "[{at: service, do: none}]"
OUTAGE = "{at: service_link, do: reset_peer, lasts: 45s}"


def scenarios(text: str, client: Client = CLIENT) -> tuple[Scenario, ...]:
    return parse("scenarios/one.yaml", text, client)


def scenario(faults: str = OUTAGE, moment: str = "send", more: str = "", client: Client = CLIENT) -> Scenario:
    """A scenario with these faults (YAML: one, a list, or `[]` for none); `more` are its other lines."""
    faults = NO_FAULT if faults == "[]" else f"[{faults}]" if faults.startswith("{") else faults
    (only,) = scenarios(f"title: A story\nmoment: {moment}\nfaults: {faults}\n{more}\n", client)
    return only


def arm_of(one: Scenario, label: str, client: Client = CLIENT) -> Arm:
    return next(arm for arm in plan(one, client) if arm.label == label)


def said(role: str, text: str, state: str = "complete") -> dict[str, str]:
    return {"role": role, "text": text, "state": state}


BEFORE = (said("user", STEADY), said("assistant", STEADY_ANSWER))
ASKED = (*BEFORE, said("user", QUESTION))
ANSWERED = (*ASKED, said("assistant", ANSWER))


def screen(
    messages: Iterable[Mapping[str, str]] = BEFORE, error: str | Iterable[str] = "", **other: Any
) -> dict[str, Any]:
    """What a person sees: the client with these messages, and an error of these lines if any."""
    lines = [error] if isinstance(error, str) else list(error)
    return {
        "client": True,
        "ready": True,
        "busy": False,
        "others": [],
        "error": {"name": "", "lines": lines, "count": 1} if any(lines) else None,
        "details": [],
        "countdown": "",
        "draft": "",
        "messages": [dict(one) for one in messages],
        "login": False,
        "controls": {"send": "enabled", "retry": "enabled", "regenerate": "absent", "new_chat": "enabled"},
        "document": [],
        **other,
    }


def foreign_page(*lines: str, **other: Any) -> dict[str, Any]:
    """A page that is not the client's: the gateway's own, or the browser's."""
    return screen((), client=False, document=list(lines), **other)


FAILED = screen(BEFORE, "upstream connect error", draft=QUESTION)
WORKS = screen(ANSWERED)


@dataclass
class Story:
    """The history of one arm in which all goes as it should; a test changes the one thing that it is about.

    The question is asked at second 10, the service has it at `taken`, the remedy comes at 20, and the end at 40.
    `extra` are events (second, source, kind, data) beside those that every arm has, `without` are kinds (or steps) that
    are left out. `did`: the remedies that somebody says were done, which `DONE` bears out.
    """

    recovers: bool = False
    screens: dict[str, dict[str, Any]] = field(default_factory=dict)
    extra: list[tuple[float, str, str, dict[str, Any]]] = field(default_factory=list)
    without: set[str] = field(default_factory=set)
    symptom_at: float = 12.0
    clean: bool = True
    status: int = 503
    flags: str = "UC"
    taken: tuple[float, ...] = (11.0,)
    did: tuple[str, ...] = ("reload", "new_tab", "wait", "retry")
    arm: str = "one/arm"
    went_by: list[tuple[float, float]] = field(default_factory=list)

    def passes(self, at: float, seconds: float) -> Story:
        """At this second so much time goes by at once on the harness's clock."""
        self.went_by.append((at, seconds))
        return self

    def note(self, at: float, source: str, kind: str, **data: Any) -> Story:
        self.extra.append((at, source, kind, data))
        return self

    def shows(self, phase: str, shown: dict[str, Any]) -> Story:
        self.screens[phase] = shown
        return self

    def lacks(self, *kinds: str) -> Story:
        self.without |= set(kinds)
        return self

    @property
    def events(self) -> list[Event]:
        shown = {
            "steady": screen(),
            "moment": screen(ASKED),
            "symptom": FAILED,
            "remedy": FAILED,
            "recovery": WORKS if self.recovers else FAILED,
            **self.screens,
        }
        when = {"steady": 4.0, "moment": 9.5, "symptom": self.symptom_at, "remedy": 21.0, "recovery": 30.0}
        texts = {STEADY: STEADY_ANSWER, QUESTION: ANSWER}
        rows: list[tuple[float, str, str, dict[str, Any]]] = [
            (0.0, "run", "questions", {"steady": STEADY, "question": QUESTION}),
            *((at, "run", "step", {"name": name}) for name, at in STEPS.items()),
            *((when[phase], "screen", "snapshot", {"phase": phase, **one}) for phase, one in shown.items()),
            (9.0, "fault", "armed", {"fault": 0}),
            (11.0, "gateway", "access", access(self.status, self.flags)),
            *((39.0, "service", "answer", answer(prompt, text)) for prompt, text in texts.items()),
            *((at, "service", "message", message(QUESTION)) for at in self.taken),
            *DONE,
            *((21.9, "run", "done", {"remedy": name, "begun": 1019.9, "seconds": 1.0}) for name in self.did),
            (39.5, "run", "undone", {"clean": self.clean}),
            *self.extra,
        ]
        made = [Event(1000 + at, self._world(at), self.arm, source, kind, data) for at, source, kind, data in rows]
        return [one for one in made if not {one.kind, one.data.get("name"), one.data.get("phase")} & self.without]

    def _world(self, at: float) -> float:
        return sum((seconds for begun, seconds in self.went_by if begun <= at), start=0.0)

    @property
    def history(self) -> History:
        return History.of(self.events)


STEPS = {"steady": 1.0, "break": 8.0, "moment": 10.0, "symptom": 10.5, "remedy": 20.0, "recovery": 22.0, "undone": 40.0}


DONE: tuple[tuple[float, str, str, dict[str, Any]], ...] = (
    (1.1, "browser", "document", {"host": "chat", "path": "/", "tab": 1, "window": 1, "agent": "Chrome/1"}),
    (20.1, "browser", "kept", {"when": "before", "same_cookies": None, "clock": 1_000}),
    (20.1, "browser", "navigation", {"by": "open"}),
    (20.2, "browser", "document", {"host": "chat", "path": "/", "tab": 1, "window": 1, "agent": "Chrome/1"}),
    (20.3, "browser", "document", {"host": "chat", "path": "/", "tab": 2, "window": 1, "agent": "Chrome/1"}),
    (20.4, "browser", "clicked", {"control": "retry"}),
    (21.8, "browser", "kept", {"when": "after", "same_cookies": True, "clock": 61_000}),
)
"""What was seen of the remedies that a person did: another document in each tab, a press, time that went by."""


def access(status: int, flags: str = "-", **other: Any) -> dict[str, Any]:
    """An entry of the gateway's access log."""
    data = {"method": "POST", "path": "/api/conversations/c/messages", "status": status, "flags": flags, "ms": 5.0}
    return {**data, "details": "", "reply": "", **other}


def answer(prompt: str, text: str, state: str = "complete") -> dict[str, Any]:
    return {"id": "a", "conversation": "c", "prompt": prompt, "text": text, "pieces": 9, "state": state}


def message(text: str, conversation: str = "c", duplicate: bool = False) -> dict[str, Any]:
    return {"text": text, "conversation": conversation, "duplicate": duplicate}


def account(phase: str, **other: Any) -> dict[str, Any]:
    """What the service knows of the person's account, `before` anything broke or `after` all is over."""
    return {"phase": phase, "name": "person-7", "plan": "free", "sessions": 1, "password_changed": False, **other}


def result(verdict: Verdict = Verdict.PASS, works: bool | None = False, **other: Any) -> Result:
    """A result that somebody else came to, such as that of a control."""
    names = ("arm", "scenario", "kind", "remedy", "moment", "remedy_id", "cause", "browser", "locale", "documented")
    plain: dict[str, Any] = dict.fromkeys((*names, "expected", "predicted", "observed", "sentence"), "")
    made = Result(**{**plain, "documents": (), "verdict": verdict, "seconds": 1.0, "works": works})
    return replace(made, **{"arm": "one/control[ask_again]", "kind": "control", "remedy": "ask_again", **other})
