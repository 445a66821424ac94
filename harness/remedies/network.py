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
    "vpn_off": Remedy(
        ids=("R3",),
        says="turn the VPN off",
        act=_vpn_off,
        changes=_direct,
        needs={"vpn": "a"},
    ),
}
