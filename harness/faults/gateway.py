"""Faults of the gateway: replies of its own, refused upgrades. They are routes of a real Envoy, switched by RDS."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from harness.faults import witness
from harness.faults.base import ENDLESS, TIME, Arm, Kind, Param, World
from harness.faults.link import NONE
from harness.history import Event, History
from harness.model import Fault, Moment


def _rule(do: str) -> Arm:
    @asynccontextmanager
    async def arm(world: World, fault: Fault, id_: str) -> AsyncIterator[None]:
        rule: dict[str, Any] = {"do": do, "on": list(fault.on), **fault.params}
        if fault.at != "gateway":
            rule["road"] = fault.at
        elif set(fault.only) & {"address", "network"}:
            rule["road"] = world.target.road
        await world.gateway.arm(id_, rule)
        try:
            yield
        finally:
            await world.gateway.lift(id_)

    return arm


def _own_reply(fault: Fault, history: History, after: float, until: float) -> Event | None:
    return witness.answered_by_gateway(history, after, until, int(fault.params["status"]), "direct_response")


def _refused_upgrade(_fault: Fault, history: History, after: float, until: float) -> Event | None:
    return witness.access(
        history,
        after,
        until,
        lambda e: e.data.get("status") == 403 and str(e.data.get("path", "")).startswith("/api/stream"),
    )


def _status_fits(params: Mapping[str, Any]) -> str:
    return "" if int(params["status"]) != 503 or params["body"] else "a 503 needs a body: a browser shows nothing else"


REFUSE_UPGRADE = Kind(
    says="a WebSocket is refused with 403, everything else passes",
    arm=_rule("refuse_upgrade"),
    seen=_refused_upgrade,
    lifetimes=(TIME, ENDLESS),
    moments=(Moment.OPEN,),
    reads=True,
)

GATEWAY: dict[str, Kind] = {
    "none": NONE,
    "status": Kind(
        says="the gateway answers by itself with `status`",
        arm=_rule("status"),
        seen=_own_reply,
        params={
            "status": Param(required=True, low=400, high=599),
            "body": Param("text", "The service is down for maintenance."),
            "retry_after": Param("text", ""),
        },
        lifetimes=(TIME, ENDLESS),
        scopes=("address", "network"),
        classes=True,
        check=_status_fits,
    ),
    "refuse_upgrade": REFUSE_UPGRADE,
}
