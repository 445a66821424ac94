"""What a kind of fault is: its parameters, how it is armed, and which witness on the wire proves that it was there."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Any

from harness.faults.hands import World
from harness.values.history import Event, History
from harness.values.situation import Fault, Moment


@dataclass(frozen=True)
class Param:
    """One parameter of a fault: its type, what it is when left out (None: it must be given), its range and its unit.

    `type` is `int`, `float`, `text`, `bool`, `choice`, or a time that is written with its unit: `ms` (kept in whole
    milliseconds), `seconds` (kept in seconds), `wait` (one of `choices`, or a whole number of seconds, kept as text).
    `default_says` says what the default means where its value doesn't.
    """

    type: str = "int"
    default: Any = None
    required: bool = False
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()
    says: str = ""
    unit: str = ""
    default_says: str = ""


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
    """What it always holds on to; `only_if` adds what that depends on its parameters."""
    only_if: Callable[[Mapping[str, Any]], tuple[str, ...]] = lambda params: ()
    moments: Sequence[Moment] = tuple(Moment)
    classes: bool = False
    traffic: tuple[str, ...] = ()
    """The classes of traffic that it touches by its nature, empty for all; `touches` where that depends on its
    parameters."""
    touches: Callable[[Mapping[str, Any]], tuple[str, ...]] = lambda params: ()
    met_at: str = ""
    """The place whose reply shows it, where that is not its own: what a browser has kept is met at the account."""
    early: bool = False
    """At the moment `download` it is there before the file is made."""
    spoils: str = ""
    """The part of the person's situation that stays broken although the fault is over."""
    comes_and_goes: Callable[[Mapping[str, Any]], tuple[float, float] | None] = lambda params: None
    harmless: bool = False
    quiet: Callable[[Fault, Moment], str] = lambda fault, moment: ""
    """What the person waits for in vain, if anything: `reply` (to a request) or `piece` (of an answer), else empty."""
    ends_open: bool = False
    """Whether it ends, as it begins, every connection that is open through its place."""
    holds_back: bool = False
    """Whether what it stops is not lost, and comes as soon as it is over."""
    swallows: Callable[[Fault], bool] = lambda fault: False
    """Whether some of the traffic gets no reply at all, not even the gateway's time-out (a stream has none)."""
    kept: Callable[[Fault], bool] = lambda fault: False
    """Whether the service gets the message although the person sees it fail: only the reply is lost."""
    asked_again: Callable[[Mapping[str, Any]], bool] = lambda params: False
    """Whether a gateway that tries again by itself does so after it: no reply had begun, or one that says 5xx."""
    reads: bool = False
    """Whether it must read the traffic to act on it, so that a VPN's tunnel hides the traffic from it."""
    breaks: Callable[[Fault, float], bool] = lambda fault, timeout: True
    """Whether it keeps an answer from coming at all, given the gateway's time-out in real seconds."""
    fits: Callable[[Fault, Moment], str] = lambda fault, moment: ""
    """Why such a fault can't begin at a moment, and behind a semicolon what to write; empty where it can."""
    """A reason why it can't begin at this moment with these parameters, or empty."""
    check: Callable[[Mapping[str, Any]], str] = lambda params: ""
    """A reason why these parameters don't go together, or empty."""
    tells_to_wait: Callable[[Mapping[str, Any]], float] = lambda params: 0.0
    """Seconds for which its reply asks the client to send nothing (Retry-After), whatever becomes of the fault."""
    real_time: Callable[[Fault], str] = lambda fault: ""
    """What of this fault stays on real time, for the report."""
