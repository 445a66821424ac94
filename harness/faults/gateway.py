"""Faults of the gateway: replies of its own, refused upgrades. They are routes of a real Envoy, switched by RDS."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from harness.faults import witness
from harness.faults.base import ENDLESS, TIME, Arm, Kind, Param
from harness.faults.hands import World
from harness.faults.link import NONE
from harness.faults.telling import RETRY_AFTER, fits_a_reply, retry_after
from harness.values.history import Event, History
from harness.values.situation import Fault, Moment

NARROW = 4
"""The places of the gateway's circuit breaker while it is overloaded; one more request may wait."""


def _rule(do: str, *places: str, at: str = "gateway") -> Arm:
    """A rule of the gateway; `places` are the listeners at which it holds, all of them when there is none.

    `at`: `edge`, where it stands before a client's own server instead of before the service.
    """

    @asynccontextmanager
    async def arm(world: World, fault: Fault, id_: str) -> AsyncIterator[None]:
        rule: dict[str, Any] = {"do": do, "on": list(fault.on), "places": list(places), "at": at, **fault.params}
        if set(fault.only) & {"address", "network"}:
            rule["places"] = [world.target.road]
            rule["address"] = "address" in fault.only
        if "entrance" in fault.only:
            rule["entrance"] = "web"
        await world.gateway.arm(id_, rule)
        try:
            yield
        finally:
            await world.gateway.lift(id_)

    return arm


@asynccontextmanager
async def _overload(world: World, fault: Fault, id_: str) -> AsyncIterator[None]:
    """Other people's requests take every place that the gateway's circuit breaker allows."""
    async with _rule("overload")(world, fault, id_):
        for _ in range(NARROW):
            await world.crowd.ask(1)
        await world.crowd.ask(0, waiting=1)
        await world.gateway.full()
        try:
            yield
        finally:
            await world.crowd.stop("asking")


def _own_reply(fault: Fault, history: History, after: float, until: float) -> Event | None:
    return witness.answered_by_gateway(history, after, until, int(fault.params["status"]), "direct_response")


def _refused_upgrade(_fault: Fault, history: History, after: float, until: float) -> Event | None:
    return witness.access(
        history,
        after,
        until,
        lambda e: (
            e.data.get("status") == 403
            and (str(e.data.get("path", "")).startswith("/api/stream") or e.data.get("method") == "CONNECT")
        ),
    )


def _throttled(_fault: Fault, history: History, after: float, until: float) -> Event | None:
    return witness.answered_by_gateway(history, after, until, 429, "local_rate_limited")


def _led_astray(_fault: Fault, history: History, after: float, until: float) -> Event | None:
    return witness.flagged(history, after, until, "UF")


def _full(_fault: Fault, history: History, after: float, until: float) -> Event | None:
    return witness.flagged(history, after, until, "UO")


def _status_fits(params: Mapping[str, Any]) -> str:
    status = int(params["status"])
    if 200 < status < 400:
        return "a status that is no error is 200: what leads elsewhere would lead to the same place again"
    if status == 503 and not params["body"]:
        return "a 503 needs a body: a browser shows nothing else"
    return fits_a_reply(params)


def _from_now_on(*places: str) -> Arm:
    """A WebSocket is refused, and what was let through before is cut off."""
    refused = _rule("refuse_upgrade", *places)

    @asynccontextmanager
    async def arm(world: World, fault: Fault, id_: str) -> AsyncIterator[None]:
        async with refused(world, fault, id_):
            await world.links.cut(fault.at)
            yield

    return arm


def _refused_or_cut(fault: Fault, history: History, after: float, until: float) -> Event | None:
    """Who asks for no other WebSocket meets only the end of the one that was open."""
    refused = _refused_upgrade(fault, history, after, until)
    return refused or witness.browser_failure(history, after, until, fault.at)


def _refuse_upgrade(*places: str, reads: bool = False) -> Kind:
    return Kind(
        says="a WebSocket is refused with 403, and one that is open is cut off; everything else passes",
        arm=_from_now_on(*places),
        seen=_refused_or_cut,
        lifetimes=(TIME, ENDLESS),
        moments=(Moment.OPEN, Moment.SEND, Moment.MID_ANSWER),
        traffic=("stream", "live"),
        reads=reads,
        ends_open=True,
    )


FIREWALL = _refuse_upgrade("office_firewall", "office", reads=True)
"""What an office's firewall does with the traffic that it can read."""
PROXY = _refuse_upgrade("proxy")
"""What a proxy does that knows plain requests only."""
OF_THE_GATEWAY = Kind(
    says="a WebSocket is refused with 403, everything else passes",
    arm=_rule("refuse_upgrade"),
    seen=_refused_upgrade,
    lifetimes=(TIME, ENDLESS),
    moments=(Moment.OPEN,),
    traffic=("stream",),
)
"""A gateway ends nothing that it has let through once."""

GATEWAY: dict[str, Kind] = {
    "none": NONE,
    "status": Kind(
        says="the gateway answers by itself with `status`",
        arm=_rule("status"),
        seen=_own_reply,
        params={
            "status": Param(required=True, low=200, high=599, says="200, or an error from 400 on"),
            "body": Param("text", "The service is down for maintenance.", says="what the reply says"),
            "retry_after": RETRY_AFTER,
        },
        tells_to_wait=retry_after,
        lifetimes=(TIME, ENDLESS),
        moments=(Moment.OPEN, Moment.SEND, Moment.DOWNLOAD),
        scopes=("address", "network", "entrance"),
        classes=True,
        check=_status_fits,
    ),
    "refuse_upgrade": OF_THE_GATEWAY,
    "misroute": Kind(
        says="the gateway is misconfigured and leads to where nobody listens",
        arm=_rule("misroute"),
        seen=_led_astray,
        lifetimes=(TIME, ENDLESS),
        moments=(Moment.OPEN, Moment.SEND, Moment.DOWNLOAD),
        scopes=("address", "network"),
    ),
    "throttle": Kind(
        says="the gateway takes no more messages, from anybody",
        arm=_rule("throttle"),
        seen=_throttled,
        params={"retry_after": RETRY_AFTER},
        tells_to_wait=retry_after,
        lifetimes=(TIME, ENDLESS),
        moments=(Moment.SEND,),
        traffic=("messages",),
    ),
    "overload": Kind(
        says="other people's answers take every place that the gateway's circuit breaker allows",
        arm=_overload,
        seen=_full,
        lifetimes=(TIME, ENDLESS),
        moments=(Moment.SEND,),
        traffic=("messages", "api"),
    ),
}

EDGE: dict[str, Kind] = {
    "none": NONE,
    "status": Kind(
        says="the edge in front of the client's server answers by itself with `status`",
        arm=_rule("status", at="edge"),
        seen=_own_reply,
        params=GATEWAY["status"].params,
        lifetimes=(TIME, ENDLESS),
        moments=(Moment.OPEN, Moment.SEND),
        check=_status_fits,
    ),
    "misroute": Kind(
        says="the edge is misconfigured and leads to where nobody listens",
        arm=_rule("misroute", at="edge"),
        seen=_led_astray,
        lifetimes=(TIME, ENDLESS),
        moments=(Moment.OPEN, Moment.SEND),
    ),
}
"""What the edge can do, which stands before a client's server as the gateway before the service."""
