"""Faults of an account: what a service does with a person of whom it has had enough, or no longer knows."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from harness.faults import witness
from harness.faults.base import ENDLESS, TIME, Kind, Param
from harness.faults.hands import World
from harness.faults.link import NONE
from harness.faults.telling import FILES, REQUESTS, WITH_SESSION, answered_with, rule_of, while_armed
from harness.values.history import Event, History
from harness.values.situation import Fault, Moment

NO_SESSION = 4401
"""The close code of a stream whose session has ended."""
LEAVE = 60.0
"""Seconds that whoever has too many sessions open is told to wait."""


@asynccontextmanager
async def _two_places(world: World, fault: Fault, _id: str) -> AsyncIterator[None]:
    """Somebody else uses the account from the office, and the service allows it one place."""
    await world.crowd.come_by("office", 1, world.target.account)
    async with while_armed(lambda _: {"addresses_per_account": 1})(world, fault, _id):
        yield


@asynccontextmanager
async def _too_many_sessions(world: World, fault: Fault, _id: str) -> AsyncIterator[None]:
    """The person's own chat is open elsewhere as well, more often than the service allows."""
    allowed = int(fault.params["allowed"])
    await world.crowd.stay_connected(allowed + 1, world.target.account)
    async with while_armed(lambda _: {"sessions_per_account": allowed})(world, fault, _id):
        try:
            yield
        finally:
            await world.crowd.stop("connected")


@asynccontextmanager
async def _burst(world: World, fault: Fault, id_: str) -> AsyncIterator[None]:
    burst = {"requests": 1, "per": fault.lasts.seconds}
    async with while_armed(lambda _: {"burst": burst})(world, fault, id_):
        yield


@asynccontextmanager
async def _tool_off(world: World, _fault: Fault, _id: str) -> AsyncIterator[None]:
    await world.service.switch_files(world.target.account, False)
    yield


@asynccontextmanager
async def _ended(world: World, _fault: Fault, _id: str) -> AsyncIterator[None]:
    await world.service.end_sessions(world.target.account)
    yield


def _logged_out(fault: Fault, history: History, after: float, until: float) -> Event | None:
    """A request was answered with 401, or the stream was closed with the code for it."""
    closed = witness.closed_with(history, after, until, NO_SESSION)
    return witness.first([answered_with(401)(fault, history, after, until), closed])


ACCOUNT: dict[str, Kind] = {
    "none": NONE,
    "lock": Kind(
        says="the account is locked until the service's staff has looked at it",
        arm=rule_of("lock"),
        seen=answered_with(403),
        lifetimes=(TIME, ENDLESS),
        only=("account", "standing"),
        moments=(Moment.SEND,),
        traffic=("messages",),
    ),
    "files_off": Kind(
        says="the tool that makes files is switched off in the account's settings",
        arm=_tool_off,
        seen=answered_with(403),
        lifetimes=(ENDLESS,),
        only=("tool",),
        moments=FILES,
        traffic=("files",),
    ),
    "too_many_sessions": Kind(
        says="the account's chat is open more than `allowed` times at once",
        arm=_too_many_sessions,
        seen=answered_with(429),
        params={"allowed": Param(default=2, low=1, high=10, says="how often at once")},
        tells_to_wait=lambda params: LEAVE,
        lifetimes=(TIME, ENDLESS),
        only=("others", "password"),
        moments=(Moment.SEND,),
        traffic=("messages",),
    ),
    "burst": Kind(
        says="messages come faster than a person writes, which is taken for a bot until so much time has gone by",
        arm=_burst,
        seen=answered_with(403),
        lifetimes=(TIME,),
        only=("account",),
        moments=(Moment.SEND,),
        traffic=("messages",),
    ),
    "two_places": Kind(
        says="somebody else uses the account from another place as well",
        arm=_two_places,
        seen=answered_with(403),
        lifetimes=(ENDLESS,),
        only=("password",),
        moments=(Moment.SEND,),
        traffic=("messages",),
    ),
    "session_expired": Kind(
        says="the session has ended",
        arm=_ended,
        seen=_logged_out,
        lifetimes=(ENDLESS,),
        only=("session",),
        moments=(*REQUESTS, Moment.MID_ANSWER),
        traffic=(*WITH_SESSION, "pieces"),
    ),
    "rate_limit": Kind(
        says="the account may send `messages` messages in the time that the fault lasts; what it sent before counts",
        arm=rule_of("rate_limit"),
        seen=answered_with(429),
        params={
            "messages": Param(default=1, low=1, says="how many messages are allowed"),
            "retry_after": Param(
                "wait",
                "seconds",
                choices=("seconds", "date", "none"),
                says="how the reply tells the time that is left",
            ),
        },
        lifetimes=(TIME,),
        only=("account",),
        moments=(Moment.SEND,),
        traffic=("messages", "api"),
    ),
}
