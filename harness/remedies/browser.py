"""Remedies of the browser: site data cleared, a private window, another browser."""

from __future__ import annotations

from dataclasses import replace

from harness.model import Situation
from harness.remedies.base import LOGIN, OPEN, Hands, Remedy, renewed


async def _clear_site_data(person: Hands, _: float) -> None:
    await person.clear_site_data()


async def _private_window(person: Hands, _: float) -> None:
    await person.private_window()


async def _phone(person: Hands, _: float) -> None:
    await person.phone()


async def _restart_browser(person: Hands, _: float) -> None:
    await person.restart_browser()


async def _other_browser(person: Hands, _: float) -> None:
    await person.other_browser()


def other_engine(engine: str) -> str:
    return "firefox" if engine == "chromium" else "chromium"


def _in_another(situation: Situation) -> Situation:
    fresh = renewed("site_data", "extensions", "session", "connection")(situation)
    return replace(fresh, engine=other_engine(situation.engine))


BROWSER: dict[str, Remedy] = {
    "clear_site_data": Remedy(
        ids=("R2",),
        says="clear cache, cookies and storage, and log in again",
        act=_clear_site_data,
        changes=renewed("site_data", "session", "connection"),
        opens=True,
        uses=OPEN | LOGIN,
    ),
    "private_window": Remedy(
        ids=("R7",),
        says="open the chat in a private window and log in",
        act=_private_window,
        changes=renewed("site_data", "extensions", "session", "connection"),
        opens=True,
        uses=OPEN | LOGIN,
    ),
    "phone": Remedy(
        ids=("R9",),
        says="open the chat on a phone and log in",
        act=_phone,
        changes=renewed("device", "site_data", "extensions", "session", "connection"),
        opens=True,
        uses=OPEN | LOGIN,
    ),
    "restart_browser": Remedy(
        ids=("R13",),
        says="restart the browser; cookies and storage are kept",
        act=_restart_browser,
        changes=renewed("connection"),
        opens=True,
        uses=OPEN,
    ),
    "other_browser": Remedy(
        ids=("R8",),
        says="open the chat in another browser and log in",
        act=_other_browser,
        changes=_in_another,
        opens=True,
        uses=OPEN | LOGIN,
    ),
}
