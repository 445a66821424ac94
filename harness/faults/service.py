"""Faults of the service and of an account: what a service really does when it is broken or has had enough."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from harness.faults import witness
from harness.faults.base import COUNT, ENDLESS, TIME, Arm, Kind, Param, Seen, World
from harness.faults.link import NONE
from harness.history import Event, History
from harness.model import Fault, Moment


def _rule(do: str) -> Arm:
    @asynccontextmanager
    async def arm(world: World, fault: Fault, id_: str) -> AsyncIterator[None]:
        rule: dict[str, Any] = {"do": do, **{name: value for name, value in fault.params.items() if value != ""}}
        if fault.on:
            rule["on"] = list(fault.on)
        for scope in fault.only:
            if scope == "standing":
                continue
            rule[scope] = getattr(world.target, scope)
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


def _while(rules: Callable[[Fault], dict[str, Any]]) -> Arm:
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


@asynccontextmanager
async def _shared(world: World, fault: Fault, _id: str) -> AsyncIterator[None]:
    """Other people come by the same road, and the service allows so many accounts per address."""
    await world.service.come_by(world.target.road, int(fault.params["accounts"]))
    async with _while(lambda one: {"accounts_per_address": one.params["accounts"]})(world, fault, _id):
        yield


@asynccontextmanager
async def _two_places(world: World, fault: Fault, _id: str) -> AsyncIterator[None]:
    """Somebody else uses the account from the office, and the service allows it one place."""
    await world.service.come_by("office", 1, world.target.account)
    async with _while(lambda _: {"addresses_per_account": 1})(world, fault, _id):
        yield


@asynccontextmanager
async def _overload(world: World, fault: Fault, _id: str) -> AsyncIterator[None]:
    """As many answers under way as the service has places for."""
    places = int(fault.params["places"])
    async with _while(lambda _: {"concurrent_answers": places})(world, fault, _id):
        await world.service.load(places)
        try:
            yield
        finally:
            await world.service.load(0)


@asynccontextmanager
async def _ended(world: World, _fault: Fault, _id: str) -> AsyncIterator[None]:
    await world.service.end_sessions(world.target.account)
    yield


@asynccontextmanager
async def _crash(world: World, _fault: Fault, _id: str) -> AsyncIterator[None]:
    await world.service.crash()
    try:
        yield
    finally:
        await world.service.restart()


def _status(fault: Fault, history: History, after: float, until: float) -> Event | None:
    return witness.via_upstream(history, after, until, int(fault.params["status"]))


def _answered_with(status: int) -> Seen:
    return lambda _fault, history, after, until: witness.via_upstream(history, after, until, status)


def _limited(_fault: Fault, history: History, after: float, until: float) -> Event | None:
    return witness.via_upstream(history, after, until, 429)


def _garbled(_fault: Fault, history: History, after: float, until: float) -> Event | None:
    return witness.flagged(history, after, until, "UPE")


def _dropped(_fault: Fault, history: History, after: float, until: float) -> Event | None:
    return witness.flagged(history, after, until, "UC", "UPE", "UF")


def _late(fault: Fault, history: History, after: float, until: float) -> Event | None:
    slow = witness.slow_service(history, after, until, 900 * float(fault.params["seconds"]))
    return slow or witness.flagged(history, after, until, "UT", "DC")


def _silent(_fault: Fault, history: History, after: float, until: float) -> Event | None:
    return witness.flagged(history, after, until, "UT", "DC", "SI")


def _closed(fault: Fault, history: History, after: float, until: float) -> Event | None:
    return witness.closed_with(history, after, until, int(fault.params["code"]))


def _stalled(_fault: Fault, history: History, after: float, until: float) -> Event | None:
    return witness.stalled(history, after, until)


SCOPES = ("account", "session", "address", "conversation")
LIVES = (TIME, COUNT, ENDLESS)
STREAM_ONLY = (Moment.MID_ANSWER,)

SERVICE: dict[str, Kind] = {
    "none": NONE,
    "status": Kind(
        says="the service answers with `status`",
        arm=_rule("status"),
        seen=_status,
        params={
            "status": Param(required=True, low=400, high=599),
            "body": Param("text", ""),
            "retry_after": Param("text", ""),
        },
        lifetimes=LIVES,
        scopes=SCOPES,
        moments=(Moment.OPEN, Moment.SEND),
        classes=True,
    ),
    "garbage": Kind(
        says="the service answers with bytes that are no HTTP reply",
        arm=_rule("garbage"),
        seen=_garbled,
        lifetimes=LIVES,
        scopes=SCOPES,
        moments=(Moment.OPEN, Moment.SEND),
        classes=True,
    ),
    "drop": Kind(
        says="the service closes the connection without a reply",
        arm=_rule("drop"),
        seen=_dropped,
        lifetimes=LIVES,
        scopes=SCOPES,
        moments=(Moment.OPEN, Moment.SEND),
        classes=True,
    ),
    "truncate": Kind(
        says="the service sends half of the reply and closes",
        arm=_rule("truncate"),
        seen=_dropped,
        kept=lambda fault: True,
        lifetimes=LIVES,
        scopes=SCOPES,
        moments=(Moment.OPEN, Moment.SEND),
        classes=True,
    ),
    "delay": Kind(
        says="the service answers `seconds` seconds later",
        arm=_rule("delay"),
        seen=_late,
        params={"seconds": Param("float", required=True, low=0.01, high=60)},
        breaks=lambda fault, timeout: float(fault.params["seconds"]) >= timeout,
        lifetimes=LIVES,
        scopes=SCOPES,
        moments=(Moment.OPEN, Moment.SEND),
        classes=True,
        real_time=lambda fault: f"the delay of {fault.params['seconds']} s at the service runs on real time",
    ),
    "hang": Kind(
        says="the service never answers",
        arm=_rule("hang"),
        seen=_silent,
        lifetimes=(TIME, ENDLESS),
        scopes=SCOPES,
        moments=(Moment.OPEN, Moment.SEND),
        classes=True,
    ),
    "crash": Kind(
        says="the service's process is killed; it is started again when the fault ends",
        arm=_crash,
        seen=_dropped,
        lifetimes=(TIME, ENDLESS),
    ),
    "longest_prompt": Kind(
        says="the service can't answer a prompt of more than `characters`",
        arm=_while(lambda fault: {"longest_prompt": fault.params["characters"]}),
        seen=_answered_with(422),
        params={"characters": Param(default=60, low=40, high=120, says="between the short question and the long one")},
        lifetimes=(TIME, ENDLESS),
        only=("prompt",),
        moments=(Moment.SEND,),
    ),
    "overload": Kind(
        says="other people's answers take up all of the service's places",
        arm=_overload,
        seen=_answered_with(503),
        params={"places": Param(default=4, low=1, high=50)},
        lifetimes=(TIME, ENDLESS),
        moments=(Moment.SEND,),
    ),
    "accounts_per_address": Kind(
        says="more than `accounts` accounts share the person's address, and the service takes that for an attack",
        arm=_shared,
        seen=_answered_with(403),
        params={"accounts": Param(default=3, low=1, high=10)},
        lifetimes=(TIME, ENDLESS),
        only=("address",),
        moments=(Moment.SEND,),
    ),
    "stream_close": Kind(
        says="the service closes the stream with `code` after the next piece",
        arm=_rule("stream_close"),
        seen=_closed,
        params={"code": Param(default=1011, low=1000, high=4999)},
        lifetimes=LIVES,
        scopes=SCOPES,
        moments=STREAM_ONLY,
    ),
    "stream_stall": Kind(
        says="the service sends no more pieces and doesn't close",
        arm=_rule("stream_stall"),
        seen=_stalled,
        lifetimes=(TIME, ENDLESS),
        scopes=SCOPES,
        moments=STREAM_ONLY,
        quiet=lambda fault, moment: "piece",
    ),
}

ACCOUNT: dict[str, Kind] = {
    "none": NONE,
    "lock": Kind(
        says="the account is locked until the service's staff has looked at it",
        arm=_rule("lock"),
        seen=_answered_with(403),
        lifetimes=(TIME, ENDLESS),
        only=("account", "standing"),
        moments=(Moment.SEND,),
    ),
    "two_places": Kind(
        says="somebody else uses the account from another place as well",
        arm=_two_places,
        seen=_answered_with(403),
        lifetimes=(ENDLESS,),
        only=("password",),
        moments=(Moment.SEND,),
    ),
    "session_expired": Kind(
        says="the session has ended",
        arm=_ended,
        seen=_answered_with(401),
        lifetimes=(ENDLESS,),
        only=("session",),
        moments=(Moment.SEND, Moment.OPEN),
    ),
    "rate_limit": Kind(
        says="the account may send `messages` messages in the time that the fault lasts; what it sent before counts",
        arm=_rule("rate_limit"),
        seen=_limited,
        params={
            "messages": Param(default=1, low=1),
            "retry_after": Param("choice", "seconds", choices=("seconds", "date", "none")),
        },
        lifetimes=(TIME,),
        only=("account",),
        moments=(Moment.SEND,),
    ),
}
