"""Faults of the device: security software that looks into the traffic before it leaves, as a filter of a real Envoy."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from harness.faults import witness
from harness.faults.base import ENDLESS, TIME, Kind, Param
from harness.faults.hands import World
from harness.faults.link import NONE
from harness.values.history import Event, History
from harness.values.situation import Fault, Moment

CLASSES = {"scripts": ("page",), "websocket": ("stream",), "everything": ()}
"""What is blocked, as the classes of traffic that it touches; none means all."""


@asynccontextmanager
async def _block(world: World, fault: Fault, id_: str) -> AsyncIterator[None]:
    """Who meets it has the software from the start; from here on it blocks."""
    await world.gateway.arm(id_, {"do": "block", "places": ["device"], **fault.params})
    try:
        yield
    finally:
        await world.gateway.lift(id_)


def _blocked(_fault: Fault, history: History, after: float, until: float) -> Event | None:
    return witness.access(
        history, after, until, lambda e: e.data.get("road") == "security" and e.data.get("status") == 403
    )


def _touches(params: Mapping[str, Any]) -> tuple[str, ...]:
    return CLASSES[str(params["what"])]


DEVICE: dict[str, Kind] = {
    "none": NONE,
    "block": Kind(
        says="security software on the device blocks the page's scripts, its WebSocket, or everything",
        arm=_block,
        seen=_blocked,
        params={"what": Param("choice", "scripts", choices=tuple(CLASSES), says="what it blocks")},
        lifetimes=(TIME, ENDLESS),
        only=("exception",),
        moments=(Moment.OPEN,),
        touches=_touches,
    ),
}
