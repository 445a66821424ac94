"""Remedies of the browser: site data cleared, a private window, another browser, extensions, settings, an update."""

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


async def _update_browser(person: Hands, _: float) -> None:
    await person.update_browser()


async def _correct_proxy(person: Hands, _: float) -> None:
    await person.correct_proxy()


async def _extension_off(person: Hands, _: float) -> None:
    await person.extension_off()


async def _extension_on_again(person: Hands) -> None:
    await person.extension_on_again()


async def _bisect_extensions(person: Hands, _: float) -> None:
    await person.bisect_extensions()


def other_engine(engine: str) -> str:
    return "firefox" if engine == "chromium" else "chromium"


def _in_another(situation: Situation) -> Situation:
    fresh = renewed("site_data", "extensions", "session", "connection")(situation)
    return replace(fresh, engine=other_engine(situation.engine), release="", proxy="")


def on_a_phone(situation: Situation) -> Situation:
    fresh = renewed("device", "site_data", "extensions", "session", "connection")(situation)
    return replace(fresh, engine="chromium", release="", proxy="")


def _updated(situation: Situation) -> Situation:
    return replace(renewed("connection")(situation), release="")


def _without_proxy(situation: Situation) -> Situation:
    return replace(renewed("connection")(situation), proxy="")


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
        changes=on_a_phone,
        opens=True,
        uses=OPEN | LOGIN,
    ),
    "restart_browser": Remedy(
        ids=("R13",),
        says="restart the browser; cookies and storage are kept",
        act=_restart_browser,
        changes=renewed("connection"),
        opens=True,
        keeps_profile=True,
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
    "update_browser": Remedy(
        ids=("R31",),
        says="bring the browser up to date",
        act=_update_browser,
        changes=_updated,
        needs={"release": "old"},
        opens=True,
        keeps_profile=True,
        uses=OPEN,
    ),
    "correct_proxy": Remedy(
        ids=("R4",),
        says="correct the proxy settings",
        act=_correct_proxy,
        changes=_without_proxy,
        needs={"proxy": "company"},
        opens=True,
        keeps_profile=True,
        uses=OPEN,
    ),
    "extension_off": Remedy(
        ids=("R5",),
        has="extensions",
        says="switch the blocker off and load the page anew; on again afterwards",
        act=_extension_off,
        changes=renewed("extensions", "connection"),
        opens=True,
        uses=OPEN,
        afterwards=_extension_on_again,
    ),
    "bisect_extensions": Remedy(
        ids=("R6",),
        has="extensions",
        says="switch all extensions off, and on again one by one, to find the guilty one",
        act=_bisect_extensions,
        changes=renewed("extensions", "connection"),
        opens=True,
        uses=OPEN,
    ),
}
