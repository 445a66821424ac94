"""Remedies of the network and the device: another network, no VPN, an exception in the security software."""

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


async def _close_background(person: Hands, _: float) -> None:
    await person.close_background()


async def _make_exception(person: Hands, _: float) -> None:
    await person.make_exception()


async def _security_off(person: Hands, _: float) -> None:
    await person.security_off()


async def _security_on_again(person: Hands) -> None:
    await person.security_on_again()


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
        says="restart the router, which takes two minutes, ends every connection and brings another address",
        act=_restart_router,
        changes=renewed("connection", "lease"),
        takes=120.0,
    ),
    "vpn_off": Remedy(
        ids=("R3",),
        says="turn the VPN off",
        act=_vpn_off,
        changes=_direct,
        needs={"vpn": "a"},
    ),
    "close_background": Remedy(
        ids=("R30",),
        says="close the other programs that use up the bandwidth",
        act=_close_background,
        changes=renewed("background"),
    ),
    "security_exception": Remedy(
        ids=("R10",),
        has="security software",
        says="add the chat's host to the security software's exceptions",
        act=_make_exception,
        changes=renewed("exception"),
    ),
    "security_off": Remedy(
        ids=("R10",),
        has="security software",
        says="switch the security software off for a moment, and on again afterwards",
        act=_security_off,
        changes=renewed("exception", "connection"),
        afterwards=_security_on_again,
    ),
}
