"""Faults of the browser: a real extension that blocks, and what the browser has kept that no longer fits."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from harness.faults import witness
from harness.faults.base import ENDLESS, TIME, Arm, Kind, Param
from harness.faults.hands import World
from harness.faults.link import NONE
from harness.faults.telling import WITH_SESSION
from harness.values.history import Event, History
from harness.values.situation import Fault, Moment

CLASSES = {"scripts": ("page",), "websocket": ("stream",), "messages": ("messages",)}
"""What an extension blocks, as the class of traffic that it touches."""


@asynccontextmanager
async def _extension(world: World, fault: Fault, _id: str) -> AsyncIterator[None]:
    """The guilty one is switched on; the others were on all the time."""
    await world.browser.switch_extension(True)
    try:
        yield
    finally:
        await world.browser.switch_extension(False)


@asynccontextmanager
async def _cookie(world: World, _fault: Fault, _id: str) -> AsyncIterator[None]:
    await world.browser.corrupt_cookie()
    yield


def _old_page(worker: bool) -> Arm:
    """The browser has kept the page of the previous release, whose calls the service no longer understands."""

    @asynccontextmanager
    async def arm(world: World, _fault: Fault, _id: str) -> AsyncIterator[None]:
        await world.service.serve_release("previous")
        try:
            await world.browser.keep_old_page(worker)
        finally:
            await world.service.serve_release("current")
        await world.service.set_rules({"oldest_release": 2})
        try:
            yield
        finally:
            await world.service.set_rules({"oldest_release": None})

    return arm


def _stopped(_fault: Fault, history: History, after: float, until: float) -> Event | None:
    """The browser says that an extension stopped a request, or a WebSocket ended that never came to the gateway."""
    failed = history.where("browser", "request_failed", after=after, before=until)
    by_client = [event for event in failed if "BLOCKED_BY_CLIENT" in str(event.data.get("error", ""))]
    opened = history.where("browser", "websocket_open", after=after, before=until)
    upgrades = [e for e in history.where("gateway", "access", after=after) if e.data.get("upgrade")]
    came = [e for e in upgrades if after <= e.at - float(e.data["ms"]) / 1000 <= until]
    stillborn = [] if opened or came else history.where("browser", "websocket_closed", after=after, before=until)
    return witness.first([*by_client, *(witness.noted(event, stillborn=True) for event in stillborn)])


def _refused(*statuses: int) -> Any:
    def seen(_fault: Fault, history: History, after: float, until: float) -> Event | None:
        return witness.first(witness.via_upstream(history, after, until, status) for status in statuses)

    return seen


def _touches(params: Mapping[str, Any]) -> tuple[str, ...]:
    return CLASSES[str(params["blocks"])]


BROWSER: dict[str, Kind] = {
    "none": NONE,
    "extension": Kind(
        says="one of `extensions` installed extensions blocks the page's scripts, its WebSocket or its messages",
        arm=_extension,
        seen=_stopped,
        params={
            "blocks": Param("choice", "scripts", choices=tuple(CLASSES), says="what it blocks"),
            "extensions": Param(default=1, low=1, high=8, says="how many are installed, the guilty one included"),
        },
        lifetimes=(TIME, ENDLESS),
        only=("extensions",),
        moments=(Moment.OPEN, Moment.SEND),
        touches=_touches,
    ),
    "corrupt_cookie": Kind(
        met_at="account",
        says="the browser sends a session cookie that no longer makes sense",
        arm=_cookie,
        seen=_refused(401),
        lifetimes=(ENDLESS,),
        only=("session",),
        moments=(Moment.OPEN, Moment.SEND, Moment.DOWNLOAD),
        traffic=WITH_SESSION,
    ),
    "stale_script": Kind(
        met_at="account",
        says="the browser's cache has kept a script of the page's previous release",
        arm=_old_page(worker=False),
        seen=_refused(500),
        lifetimes=(ENDLESS,),
        only=("site_data",),
        moments=(Moment.OPEN,),
    ),
    "stale_worker": Kind(
        met_at="account",
        says="a service worker of the page's previous release goes on answering with what it has kept",
        arm=_old_page(worker=True),
        seen=_refused(500),
        lifetimes=(ENDLESS,),
        only=("site_data",),
        moments=(Moment.OPEN,),
    ),
}
