"""Faults of a client's own server: its process is killed, stands still, or is started again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from harness.faults import witness
from harness.faults.base import ENDLESS, INSTANT, TIME, Kind
from harness.faults.hands import World
from harness.faults.link import NONE
from harness.values.history import Event, History
from harness.values.situation import Fault


@asynccontextmanager
async def _crash(world: World, _fault: Fault, _id: str) -> AsyncIterator[None]:
    await world.client_server.crash()
    try:
        yield
    finally:
        await world.client_server.restart()


@asynccontextmanager
async def _hang(world: World, _fault: Fault, _id: str) -> AsyncIterator[None]:
    world.client_server.freeze()
    try:
        yield
    finally:
        world.client_server.thaw()


@asynccontextmanager
async def _restart(world: World, _fault: Fault, _id: str) -> AsyncIterator[None]:
    await world.client_server.crash()
    await world.client_server.restart()
    yield


def _gone(_fault: Fault, history: History, after: float, until: float) -> Event | None:
    """The edge lost its connection to it, or got none."""
    lost = witness.flagged(history, after, until, "UC", "UF", "UPE")
    return lost or history.first("browser", "request_failed", after=after, before=until)


def _silent(fault: Fault, history: History, after: float, until: float) -> Event | None:
    return witness.silent_link(fault, history, after, until)


CLIENT_SERVER: dict[str, Kind] = {
    "none": NONE,
    "crash": Kind(
        says="the process of the client's server is killed; it is started again when the fault ends",
        arm=_crash,
        seen=_gone,
        ends_open=True,
        lifetimes=(TIME, ENDLESS),
    ),
    "hang": Kind(
        says="the process of the client's server stands still",
        arm=_hang,
        seen=_silent,
        lifetimes=(TIME, ENDLESS),
        quiet=lambda fault, moment: "reply",
        swallows=lambda fault: True,
        holds_back=True,
    ),
    "restart": Kind(
        says="the client's server is started anew, with what it has kept",
        arm=_restart,
        seen=_gone,
        ends_open=True,
        lifetimes=(INSTANT,),
        only=("connection",),
    ),
}
