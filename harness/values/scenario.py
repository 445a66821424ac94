"""A scenario and its arms, as frozen values: what the reading produces and everything after it works on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from harness.values.situation import Fault, Moment, Outcome, Situation


@dataclass(frozen=True)
class Listed:
    """A remedy in one of a scenario's three lists; `argument` is seconds where the remedy takes a duration."""

    remedy: str
    argument: float
    label: str
    outcome: Outcome
    line: int
    column: int


ANY = "any"
"""The message of which nothing is expected: whatever is shown is right."""


@dataclass(frozen=True)
class Expect:
    """What the person must be shown. `message`: a name in the client's table, a text, empty for none, or `any`.

    `within` is seconds on the page's clock.
    """

    message: str = ""
    within: float = 10.0
    draft: str = ""
    partial: str = ""
    offers: tuple[str, ...] = ()
    countdown: bool = False


@dataclass(frozen=True)
class GatewaySettings:
    """How the gateway is set up for a scenario: whose error pages it shows, and its time-outs in real seconds.

    `idle_timeout` ends a stream on which nothing comes (0: never). `instances`: how many of the service it leads to.
    `retries`: how often it asks the service again by itself where no reply had begun, or one that says 5xx.
    """

    error_pages: str = "plain"
    timeout: float = 2.0
    idle_timeout: float = 0.0
    instances: int = 1
    retries: int = 0


@dataclass(frozen=True)
class Known:
    """An expected failure: of which remedies (all when empty), where it is tracked, and until when (ISO date).

    `fails`: by what it is known, the name of the check that finds it or a part of its sentence; any other is new.
    """

    issue: str
    until: str
    fails: str
    remedies: tuple[str, ...] = ()


@dataclass(frozen=True)
class Scenario:
    id: str
    path: str
    title: str
    moment: Moment
    documents: tuple[str, ...] = ()
    cause: str = ""
    claims: tuple[str, ...] = ()
    after: int = 4
    start: Situation = Situation()
    locale: str = "en"
    gateway: GatewaySettings = GatewaySettings()
    faults: tuple[Fault, ...] = ()
    expect: Expect = Expect()
    listed: tuple[Listed, ...] = ()
    known: Known | None = None
    variant: Mapping[str, str] = field(default_factory=dict)


NOTHING, ASK_AGAIN = "nothing", "ask_again"
NOTHING_LASTS = 5.0
"""Seconds on the harness's clock that the control `nothing` gives a client to recover by itself, or more."""


@dataclass(frozen=True)
class Arm:
    """A scenario with one remedy, or one of its controls (`nothing`, `ask_again`).

    `control` is the label of the arm that this one is judged against, `expected` what the scenario says, `predicted`
    what the model says, `documented` what the documents claim; a control has no outcome, it works or not. An arm of a
    runbook has its `steps`, tried until one helps, the `runbook` file's path, and the step of which the model says so.
    """

    scenario: Scenario
    label: str
    kind: str
    remedy: str
    argument: float
    takes: float
    start: Situation
    control: str = ""
    remedy_id: str = ""
    expected: str = ""
    predicted: str = ""
    predicted_works: bool | None = None
    because: str = ""
    documented: str = ""
    line: int = 0
    steps: tuple[Listed, ...] = ()
    runbook: str = ""
    predicted_step: int = 0

    @property
    def id(self) -> str:
        return f"{self.scenario.id}/{self.label}"

    @property
    def needs_chromium(self) -> bool:
        """Whether it is about what only Chromium has here: extensions, and a proxy on loopback."""
        return bool(self.start.installed or self.start.proxy)
