"""Remedies about the account: log in again, change the password, ask the service's people for help."""

from __future__ import annotations

from harness.model import Moment
from harness.remedies.base import LOGIN, Hands, Remedy, renewed


async def _log_in_again(person: Hands, _: float) -> None:
    await person.log_in_again()


async def _change_password(person: Hands, _: float) -> None:
    await person.change_password()


async def _support(person: Hands, _: float) -> None:
    await person.ask_support()


AFTER_OPENING = frozenset({Moment.SEND, Moment.MID_ANSWER})

ACCOUNT: dict[str, Remedy] = {
    "log_in_again": Remedy(
        ids=("R16",),
        says="log out and in again",
        act=_log_in_again,
        changes=renewed("session", "connection"),
        uses=LOGIN,
        moments=AFTER_OPENING,
    ),
    "change_password": Remedy(
        ids=("R24",),
        says="change the password, which ends all other sessions",
        act=_change_password,
        changes=renewed("password"),
        uses=frozenset({"me"}),
        moments=AFTER_OPENING,
    ),
    "support": Remedy(
        ids=("R22",),
        says="contact support with the error's details, and give its people time",
        act=_support,
        changes=renewed("standing"),
        takes=4 * 3600.0,
        moments=AFTER_OPENING,
    ),
}
