"""Faults of a network beyond what any link can: it is crowded, or a portal stands in everybody's way."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from harness.faults import witness
from harness.faults.base import ENDLESS, TIME, Kind, Param
from harness.faults.hands import World
from harness.faults.link import LINK, on_real_time
from harness.faults.telling import fits_a_reply
from harness.values.history import Event, History
from harness.values.situation import Fault, Moment

WELCOME = "<html><title>Welcome</title><h1>Welcome</h1><p>Accept the terms to go online.</p></html>"
REDIRECT, REQUIRED = "302", "511"


@asynccontextmanager
async def _crowded(world: World, fault: Fault, _id: str) -> AsyncIterator[None]:
    """Everything on this network shares one narrow connection, and other programs fill it."""
    await world.need_elsewhere()
    rate = {"rate": int(fault.params["rate"])}
    toxic = await world.links.add_toxic("shared_link", "bandwidth", "downstream", rate)
    try:
        await world.crowd.download(fault.at, int(fault.params["programs"]))
        yield
    finally:
        await world.crowd.stop("downloading")
        await world.links.remove_toxic("shared_link", toxic)


@asynccontextmanager
async def _portal(world: World, fault: Fault, id_: str) -> AsyncIterator[None]:
    """Who was online is so no longer: what is open ends, and whatever is asked from now on the portal answers."""
    rule = {"do": "portal", "places": [fault.at], "port": world.links.port(fault.at), **fault.params}
    await world.gateway.arm(id_, rule)
    await world.links.cut(fault.at)
    try:
        yield
    finally:
        await world.gateway.lift(id_)


def _answered_by_portal(fault: Fault, history: History, after: float, until: float) -> Event | None:
    """Its own log; who asks for nothing more meets only the end of what was open."""
    status = int(fault.params["status"])
    logged = witness.access(
        history, after, until, lambda e: e.data.get("route") == "portal" and e.data.get("status") == status
    )
    return logged or witness.cut_link(fault, history, after, until)


NETWORK: dict[str, Kind] = {
    **LINK,
    "crowded": Kind(
        says="`programs` other programs fill the network's `rate`, so that nothing of the chat comes in time",
        arm=_crowded,
        seen=witness.silent_link,
        params={
            "rate": Param(default=30, low=10, high=30, says="what the network carries", unit="KB/s"),
            "programs": Param(default=2, low=2, high=6, says="how many of them"),
        },
        lifetimes=(TIME, ENDLESS),
        only=("background",),
        moments=(Moment.SEND,),
        kept=lambda fault: True,
        quiet=lambda fault, moment: "reply",
        real_time=on_real_time("rate", "programs"),
    ),
    "portal": Kind(
        says="a captive portal answers whatever is asked, by itself, as it can where nothing is encrypted",
        arm=_portal,
        seen=_answered_by_portal,
        params={
            "status": Param(
                "choice",
                REDIRECT,
                choices=("200", REDIRECT, REQUIRED),
                says="its page at once, a way to its page, or that one must log in to the network",
            ),
            "body": Param("text", WELCOME, says="its page", default_says="a page that welcomes people"),
        },
        lifetimes=(TIME, ENDLESS),
        reads=True,
        ends_open=True,
        check=fits_a_reply,
    ),
}
"""What a network can do beyond what any link can."""
