"""The model: where a person stands, what a fault holds on to, and what therefore recovers.

A fault has a place, a scope and a lifetime; a remedy changes the person's situation. Whether an act works after the
remedy follows from those alone. Nothing in here looks at a run, and nothing that looks at a run reads this.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Outcome(StrEnum):
    """What became of a remedy, measured against its control (design: credit)."""

    RECOVERS = "recovers"
    RECOVERS_ANYWAY = "recovers_anyway"
    DOES_NOT_RECOVER = "does_not_recover"


class Moment(StrEnum):
    OPEN = "open"
    SEND = "send"
    MID_ANSWER = "mid_answer"


NETWORKS = ("wifi", "mobile", "office")
VPN_EXITS = ("a", "b")
LINKS = ("uplink", *NETWORKS, "vpn_a", "vpn_b", "service_link")
PLACES = (*LINKS, "gateway", "service", "account")


@dataclass(frozen=True)
class Situation:
    """Where a person stands: everything that a remedy can change and a fault can be limited to.

    Numbers are generations: a new session is another number, and what held on to the old one no longer does.
    """

    network: str = "wifi"
    vpn: str = ""
    engine: str = "chromium"
    device: int = 0
    prompt: str = ""
    site_data: int = 0
    extensions: int = 0
    session: int = 0
    account: int = 0
    password: int = 0
    standing: int = 0
    conversation: int = 0
    connection: int = 0

    @property
    def route(self) -> tuple[str, ...]:
        """The places that this person's traffic passes, from the device to the service."""
        exit_ = (f"vpn_{self.vpn}",) if self.vpn else ()
        return ("uplink", self.network, *exit_, "gateway", "service_link", "service", "account")

    @property
    def address(self) -> str:
        """The road by which the service sees this person come: the VPN's exit, else the network."""
        return f"vpn_{self.vpn}" if self.vpn else self.network


SCOPES = (
    "network",
    "address",
    "engine",
    "device",
    "prompt",
    "site_data",
    "extensions",
    "session",
    "account",
    "password",
    "standing",
    "conversation",
    "connection",
)


@dataclass(frozen=True)
class Lifetime:
    """How long a fault holds: `seconds` on the harness's clock, or `hits` connections or requests, or without end."""

    seconds: float | None = None
    hits: int | None = None
    unit: str = ""

    @property
    def endless(self) -> bool:
        return self.seconds is None and self.hits is None

    def __str__(self) -> str:
        if self.seconds is not None:
            return duration_text(self.seconds)
        if self.hits is not None:
            return f"{self.hits} {self.unit}{'s' if self.hits > 1 else ''}"
        return "for good"


def duration_text(seconds: float) -> str:
    """45 → `45s`, 90 → `90s`, 900 → `15m`, 0.3 → `300ms`."""
    if seconds < 1:
        return f"{round(seconds * 1000)}ms"
    for size, unit in ((3600, "h"), (60, "m")):
        if seconds >= size and seconds % size == 0:
            return f"{round(seconds / size)}{unit}"
    return f"{seconds:g}s"


@dataclass(frozen=True)
class Fault:
    """One fault, as the scenario's author wrote it.

    `silence` is how many seconds on the harness's clock pass before the person can see anything of it; it comes from
    the kind of fault, the place and the client. `kept`: the service gets the message and only its reply is lost.
    `reads`: it acts on what it can read of the traffic, so that a VPN's tunnel hides the traffic from it.
    """

    at: str
    do: str
    lasts: Lifetime = Lifetime()
    only: tuple[str, ...] = ()
    on: tuple[str, ...] = ()
    params: Mapping[str, Any] = field(default_factory=dict)
    instant: bool = False
    harmless: bool = False
    kept: bool = False
    reads: bool = False
    silence: float = 0.0
    line: int = field(default=1, compare=False)
    column: int = field(default=1, compare=False)

    def __str__(self) -> str:
        return f"{self.do} at {self.at}"


@dataclass(frozen=True)
class Prediction:
    """Whether the act works, and the reason in one sentence."""

    works: bool
    because: str


def holds(
    fault: Fault, armed: Situation, now: Situation, elapsed: float, used: int, uses: frozenset[str]
) -> Prediction:
    """Does `fault`, armed while the person stood at `armed`, still break what the person does at `now`?

    `elapsed` is seconds on the harness's clock since it was armed, `used` the connections or requests that it has
    already taken, `uses` the classes of traffic that the act needs (a fault without `on` breaks them all).
    """
    if fault.harmless:
        return Prediction(True, f"{fault} does nothing")
    if fault.instant:
        return Prediction(True, f"{fault} is over at once: it only ends the connections that are open")
    if fault.at not in now.route:
        return Prediction(True, f"the person's traffic no longer passes {fault.at}")
    if fault.reads and fault.at in NETWORKS and now.vpn:
        return Prediction(True, f"the VPN's tunnel hides the traffic from {fault}")
    for scope in fault.only:
        if getattr(armed, scope) != getattr(now, scope):
            return Prediction(True, f"{fault} holds on to the old {scope} only, and the {scope} is another one now")
    if fault.on and uses and not uses & set(fault.on):
        return Prediction(True, f"{fault} only touches {', '.join(fault.on)}, which this does not use")
    life = fault.lasts
    if life.seconds is not None and elapsed >= life.seconds:
        return Prediction(True, f"{fault} is over after {life}")
    if life.hits is not None and used >= life.hits:
        return Prediction(True, f"{fault} is used up after {life}")
    return Prediction(False, _still(fault, elapsed))


def _still(fault: Fault, elapsed: float) -> str:
    life = fault.lasts
    if life.seconds is not None:
        passed = f"only {duration_text(elapsed)} will have passed" if elapsed else "no time will have passed"
        return f"{fault} lasts {life}, and {passed}"
    if life.hits is not None:
        return f"{fault} takes {life}, and one more attempt still meets it"
    return f"{fault} has no end, and this leaves the person's traffic passing it"


def predict(
    faults: tuple[Fault, ...],
    armed: Situation,
    now: Situation,
    elapsed: float,
    used: int,
    uses: frozenset[str] = frozenset(),
) -> Prediction:
    """Whether an act at `now` works: it does unless one of the faults still holds."""
    reasons = []
    for fault in faults:
        held = holds(fault, armed, now, elapsed, used, uses)
        if not held.works:
            return held
        reasons.append(held.because)
    return Prediction(True, "; ".join(reasons) or "nothing is broken")


def credit(with_remedy: bool, with_control: bool) -> Outcome:
    """The outcome of a remedy: it gets credit only for what its control does not do as well."""
    if not with_remedy:
        return Outcome.DOES_NOT_RECOVER
    return Outcome.RECOVERS_ANYWAY if with_control else Outcome.RECOVERS
