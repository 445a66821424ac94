"""Remedies about the account: log in again, change the password, ask the service's people for help."""

from __future__ import annotations

from dataclasses import replace

from harness.remedies import witness
from harness.remedies.base import LOGIN, Remedy, renewed
from harness.values.situation import Moment, Situation


def _paid(situation: Situation) -> Situation:
    return replace(situation, plan="paid")


AFTER_OPENING = frozenset({Moment.SEND, Moment.MID_ANSWER, Moment.DOWNLOAD})

ACCOUNT: dict[str, Remedy] = {
    "log_in_again": Remedy(
        ids=("R16",),
        says="log out and in again",
        capability="login",
        act=lambda person, _: person.log_in_again(),
        witness=witness.press("login_submit"),
        changes=renewed("session", "connection"),
        uses=LOGIN,
        leaves_page=True,
        moments=AFTER_OPENING,
    ),
    "change_password": Remedy(
        ids=("R24",),
        says="change the password, which ends all other sessions",
        capability="login",
        act=lambda person, _: person.change_password(),
        witness=witness.PASSWORD,
        changes=renewed("password"),
        uses=frozenset({"me"}),
        moments=AFTER_OPENING,
    ),
    "support": Remedy(
        ids=("R22",),
        says="contact support with the error's details, and give its people time",
        capability="support",
        act=lambda person, _: person.ask_support(),
        witness=witness.TICKET,
        changes=renewed("standing"),
        takes=4 * 3600.0,
        moments=AFTER_OPENING,
    ),
    "paid_plan": Remedy(
        ids=("R29",),
        says="take a paid plan, which has priority under load",
        capability="plans",
        act=lambda person, _: person.upgrade_plan(),
        witness=witness.PAID,
        changes=_paid,
        uses=frozenset({"me"}),
        moments=AFTER_OPENING,
    ),
    "files_on": Remedy(
        ids=("R25",),
        says="look in the settings whether the tool that makes files is on, and switch it on",
        capability="files",
        act=lambda person, _: person.switch_files_on(),
        witness=witness.press("setting_files", "settings"),
        changes=renewed("tool"),
        uses=frozenset({"me"}),
        moments=frozenset({Moment.DOWNLOAD}),
    ),
    "close_sessions": Remedy(
        ids=("R15",),
        says="close the chat wherever else it is open, and leave a minute before the next message",
        capability="login",
        act=lambda person, _: person.close_sessions(),
        witness=witness.SESSIONS_ENDED,
        changes=renewed("others"),
        takes=60.0,
        moments=AFTER_OPENING,
    ),
}
