"""How a fault tells the service what to do, and who sees that it does: what its tables have in common."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

from harness.faults import witness
from harness.faults.base import COUNT, ENDLESS, TIME, Arm, Param, Seen
from harness.faults.hands import World
from harness.values.situation import Fault, Moment

SCOPES = ("account", "session", "address", "conversation", "prompt")
LIVES = (TIME, COUNT, ENDLESS)
STREAM_ONLY = (Moment.MID_ANSWER,)
REQUESTS = (Moment.OPEN, Moment.SEND, Moment.DOWNLOAD)
ANSWERING = ("messages", "answers", "api")
"""The traffic that asks for an answer."""
FILES = (Moment.DOWNLOAD,)
WITH_SESSION = ("me", "history", "messages", "stream", "answers", "files")
"""The traffic that only somebody who is logged in may have."""
NOT_TOLD = {"standing", "prompt", "file"}
"""Scopes that follow from what the service does, and are not part of what it is told."""
RETRY_AFTER = Param("wait", "", low=1, says="how long the reply asks to wait", default_says="it asks for no wait")


LONG = 60
"""Characters: more than the short question has, and fewer than the long one."""


def rule_of(do: str, by_class: bool = False) -> Arm:
    """A rule that the service is told; `by_class`: the scenario may say for which classes of traffic."""

    @asynccontextmanager
    async def arm(world: World, fault: Fault, id_: str) -> AsyncIterator[None]:
        rule: dict[str, Any] = {"do": do, **{name: value for name, value in fault.params.items() if value != ""}}
        if by_class and fault.on:
            rule["on"] = list(fault.on)
        for scope in set(fault.only) - NOT_TOLD:
            rule[scope] = getattr(world.target, scope)
        if "prompt" in fault.only:
            rule["longer_than"] = LONG
        if fault.lasts.hits is not None:
            rule["requests"] = fault.lasts.hits
        if do == "rate_limit":
            rule["per"] = fault.lasts.seconds
        await world.service.arm(id_, rule)
        try:
            yield
        finally:
            await world.service.lift(id_)

    return arm


def while_armed(rules: Callable[[Fault], dict[str, Any]]) -> Arm:
    """A rule that the service holds everybody to for as long as the fault lasts."""

    @asynccontextmanager
    async def arm(world: World, fault: Fault, _id: str) -> AsyncIterator[None]:
        wanted = rules(fault)
        await world.service.set_rules(wanted)
        try:
            yield
        finally:
            await world.service.set_rules(dict.fromkeys(wanted))

    return arm


def answered_with(status: int) -> Seen:
    return lambda _fault, history, after, until: witness.via_upstream(history, after, until, status)


def retry_after(params: Mapping[str, Any]) -> float:
    """The seconds that a refusal asks to wait, whatever its status is; 0 for a date, or none."""
    told = str(params.get("retry_after", ""))
    return float(told) if told.isdigit() else 0.0


LONGEST_BODY = 4096
"""Bytes of a reply that Envoy gives by itself."""


def fits_a_reply(params: Mapping[str, Any]) -> str:
    """Why Envoy can't say that by itself, or empty."""
    size = len(str(params["body"]).encode())
    return f"a body has at most {LONGEST_BODY} bytes, this one has {size}" if size > LONGEST_BODY else ""
