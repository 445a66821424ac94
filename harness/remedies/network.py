"""Remedies of the network and the device: another network, no VPN, an exception in the security software."""

from __future__ import annotations

from dataclasses import replace

from harness.remedies import witness
from harness.remedies.base import Remedy, renewed
from harness.values.situation import Situation


def _other_region(situation: Situation) -> Situation:
    return replace(renewed("connection")(situation), vpn="b" if situation.vpn == "a" else "a")


def _elsewhere(situation: Situation) -> Situation:
    return replace(renewed("connection")(situation), network="wifi" if situation.network == "mobile" else "mobile")


def _direct(situation: Situation) -> Situation:
    return replace(renewed("connection")(situation), vpn="")


NETWORK: dict[str, Remedy] = {
    "switch_network": Remedy(
        ids=("R11",),
        says="switch to another network (Wi-Fi to mobile data)",
        act=lambda person, _: person.switch_network(),
        witness=witness.OTHER_NETWORK,
        changes=_elsewhere,
        ends_open=True,
    ),
    "vpn_region": Remedy(
        ids=("R4",),
        says="change the VPN's region",
        act=lambda person, _: person.vpn_region(),
        witness=witness.OTHER_EXIT,
        changes=_other_region,
        ends_open=True,
        needs={"vpn": "a"},
    ),
    "restart_router": Remedy(
        ids=("R12",),
        says="restart the router, which takes two minutes, ends every connection and brings another address",
        act=lambda person, _: person.restart_router(),
        witness=witness.NEW_ADDRESS,
        changes=renewed("connection", "lease"),
        ends_open=True,
        takes=120.0,
    ),
    "vpn_off": Remedy(
        ids=("R3",),
        says="turn the VPN off",
        act=lambda person, _: person.vpn_off(),
        witness=witness.VPN_LEFT,
        changes=_direct,
        ends_open=True,
        needs={"vpn": "a"},
    ),
    "close_background": Remedy(
        ids=("R30",),
        says="close the other programs that use up the bandwidth",
        act=lambda person, _: person.close_background(),
        witness=witness.PROGRAMS_ENDED,
        changes=renewed("background"),
    ),
    "security_exception": Remedy(
        ids=("R10",),
        says="add the chat's host to the security software's exceptions",
        act=lambda person, _: person.make_exception(),
        witness=witness.TRUSTED,
        changes=renewed("exception"),
        needs={"security": "on"},
    ),
    "security_off": Remedy(
        ids=("R10",),
        says="switch the security software off for a moment, and on again afterwards",
        act=lambda person, _: person.security_off(),
        witness=witness.SECURITY_LEFT,
        changes=renewed("exception", "connection"),
        ends_open=True,
        needs={"security": "on"},
        afterwards=lambda person: person.security_on_again(),
    ),
}
