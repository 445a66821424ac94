"""What a kind of fault is: its parameters, how it is armed, and which witness on the wire proves that it was there."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Any, Protocol

from harness.history import Event, History
from harness.model import Fault, Moment


class LinkHands(Protocol):
    """What a fault may do to the Toxiproxy links."""

    async def add_toxic(
        self, link: str, toxic: str, stream: str, attributes: Mapping[str, int], toxicity: int = 1
    ) -> str: ...
    async def remove_toxic(self, link: str, name: str) -> None: ...
    async def down(self, link: str) -> None: ...
    async def remake(self, link: str) -> None: ...
    async def cut(self, link: str) -> None: ...


class GatewayHands(Protocol):
    """What a fault may do to the gateway: its routes, per road and class of traffic."""

    async def arm(self, fault: str, rule: Mapping[str, Any]) -> None: ...
    async def lift(self, fault: str) -> None: ...


class ServiceHands(Protocol):
    """What a fault may do to the service, by its control interface or to its process."""

    async def arm(self, fault: str, rule: Mapping[str, Any]) -> None: ...
    async def lift(self, fault: str) -> None: ...
    async def crash(self) -> None: ...
    async def restart(self) -> None: ...
    async def set_rules(self, rules: Mapping[str, Any]) -> None: ...
    async def load(self, answers: int) -> None: ...
    async def end_sessions(self, account: str) -> None: ...
    async def come_by(self, road: str, people: int, account: str = "") -> None: ...


@dataclass(frozen=True)
class Target:
    """The person whom a scoped fault is about, as the service knows them."""

    account: str
    session: str
    conversation: str
    address: str
    road: str


class World(Protocol):
    """Everything that a fault may touch."""

    @property
    def links(self) -> LinkHands: ...
    @property
    def gateway(self) -> GatewayHands: ...
    @property
    def service(self) -> ServiceHands: ...
    @property
    def target(self) -> Target: ...


@dataclass(frozen=True)
class Param:
    """One parameter of a fault: its type, what it is when left out (None: it must be given), and its range."""

    type: str = "int"
    default: Any = None
    required: bool = False
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()
    says: str = ""


Arm = Callable[[World, Fault, str], AbstractAsyncContextManager[None]]
Seen = Callable[[Fault, History, float, float], Event | None]
"""(fault, history, armed at, until) → the event by which somebody other than the fault's own hand saw it, or None."""

TIME, COUNT, ENDLESS, INSTANT = "time", "count", "endless", "instant"


@dataclass(frozen=True)
class Kind:
    """A kind of fault at a kind of place."""

    says: str
    arm: Arm
    seen: Seen
    params: Mapping[str, Param] = field(default_factory=dict)
    lifetimes: Sequence[str] = (TIME, ENDLESS)
    scopes: Sequence[str] = ()
    only: tuple[str, ...] = ()
    moments: Sequence[Moment] = tuple(Moment)
    classes: bool = False
    harmless: bool = False
    quiet: Callable[[Fault, Moment], str] = lambda fault, moment: ""
    """What the person waits for in vain, if anything: `reply` (to a request) or `piece` (of an answer), else empty."""
    kept: Callable[[Fault], bool] = lambda fault: False
    """Whether the service gets the message although the person sees it fail: only the reply is lost."""
    reads: bool = False
    """Whether it must read the traffic to act on it, so that a VPN's tunnel hides the traffic from it."""
    breaks: Callable[[Fault, float], bool] = lambda fault, timeout: True
    """Whether it keeps an answer from coming at all, given the gateway's time-out in real seconds."""
    check: Callable[[Mapping[str, Any]], str] = lambda params: ""
    """A reason why these parameters don't go together, or empty."""
    real_time: Callable[[Fault], str] = lambda fault: ""
    """What of this fault stays on real time, for the report."""
