"""Remedies of the network: another one, or no VPN."""

from __future__ import annotations

from dataclasses import replace

from harness.model import Situation
from harness.remedies.base import Hands, Remedy, renewed


def other_network(network: str) -> str:
    return "wifi" if network == "mobile" else "mobile"


async def _switch_network(person: Hands, _: float) -> None:
    await person.join(other_network(person.situation.network))


async def _vpn_off(person: Hands, _: float) -> None:
    await person.vpn("")


async def _vpn_region(person: Hands, _: float) -> None:
    await person.vpn(other_exit(person.situation.vpn))


async def _restart_router(person: Hands, _: float) -> None:
    await person.restart_router()


def other_exit(vpn: str) -> str:
    return "b" if vpn == "a" else "a"


def _other_region(situation: Situation) -> Situation:
    return replace(renewed("connection")(situation), vpn=other_exit(situation.vpn))


def _elsewhere(situation: Situation) -> Situation:
    return replace(renewed("connection")(situation), network=other_network(situation.network))


def _direct(situation: Situation) -> Situation:
    return replace(renewed("connection")(situation), vpn="")


NETWORK: dict[str, Remedy] = {
    "switch_network": Remedy(
        ids=("R11",),
        says="switch to another network (Wi-Fi to mobile data)",
        act=_switch_network,
        changes=_elsewhere,
    ),
    "vpn_region": Remedy(
        ids=("R4",),
        says="change the VPN's region",
        act=_vpn_region,
        changes=_other_region,
        needs={"vpn": "a"},
    ),
    "restart_router": Remedy(
        ids=("R12",),
        says="restart the router, which takes two minutes and ends every connection",
        act=_restart_router,
        changes=renewed("connection"),
        takes=120.0,
    ),
    "vpn_off": Remedy(
        ids=("R3",),
        says="turn the VPN off",
        act=_vpn_off,
        changes=_direct,
        needs={"vpn": "a"},
    ),
}
