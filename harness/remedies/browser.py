"""Remedies of the browser: site data cleared, a private window, another browser, extensions, settings, an update."""

from __future__ import annotations

from dataclasses import replace

from harness.remedies import witness
from harness.remedies.base import LOGIN, OPEN, Remedy, renewed
from harness.values.situation import Situation


def _in_private(situation: Situation) -> Situation:
    return replace(renewed("site_data", "extensions", "session", "connection")(situation), installed=0)


def _in_another(situation: Situation) -> Situation:
    fresh = renewed("site_data", "extensions", "session", "connection")(situation)
    engine = "firefox" if situation.engine == "chromium" else "chromium"
    return replace(fresh, engine=engine, release="", proxy="", installed=0)


def on_a_phone(situation: Situation) -> Situation:
    fresh = renewed("device", "site_data", "extensions", "session", "connection")(situation)
    return replace(fresh, engine="chromium", release="", proxy="", installed=0, security="")


def _updated(situation: Situation) -> Situation:
    return replace(renewed("connection")(situation), release="")


def _without_proxy(situation: Situation) -> Situation:
    return replace(renewed("connection")(situation), proxy="")


BROWSER: dict[str, Remedy] = {
    "clear_site_data": Remedy(
        ids=("R2",),
        says="clear cache, cookies and storage, and log in again",
        act=lambda person, _: person.clear_site_data(),
        witness=witness.CLEARED,
        changes=renewed("site_data", "session", "connection"),
        opens=True,
        uses=OPEN | LOGIN,
    ),
    "private_window": Remedy(
        ids=("R7",),
        says="open the chat in a private window and log in",
        act=lambda person, _: person.private_window(),
        witness=witness.PRIVATE,
        changes=_in_private,
        opens=True,
        uses=OPEN | LOGIN,
    ),
    "phone": Remedy(
        ids=("R9",),
        says="open the chat on a phone and log in",
        act=lambda person, _: person.phone(),
        witness=witness.PHONE,
        changes=on_a_phone,
        opens=True,
        uses=OPEN | LOGIN,
    ),
    "restart_browser": Remedy(
        ids=("R13",),
        says="restart the browser; cookies and storage are kept",
        act=lambda person, _: person.restart_browser(),
        witness=witness.RESTARTED,
        changes=renewed("connection"),
        opens=True,
        keeps_profile=True,
        uses=OPEN,
    ),
    "other_browser": Remedy(
        ids=("R8",),
        says="open the chat in another browser and log in",
        act=lambda person, _: person.other_browser(),
        witness=witness.OTHER_ENGINE,
        changes=_in_another,
        opens=True,
        uses=OPEN | LOGIN,
    ),
    "update_browser": Remedy(
        ids=("R31",),
        says="bring the browser up to date (here: the same engine under the name of its present version, which is all "
        "that a service can read of a browser's age; no old engine runs)",
        capability="releases",
        act=lambda person, _: person.update_browser(),
        witness=witness.UPDATED,
        changes=_updated,
        needs={"release": "old"},
        opens=True,
        keeps_profile=True,
        uses=OPEN,
    ),
    "correct_proxy": Remedy(
        ids=("R4",),
        says="correct the proxy settings",
        act=lambda person, _: person.correct_proxy(),
        witness=witness.DIRECT,
        changes=_without_proxy,
        needs={"proxy": "company"},
        opens=True,
        keeps_profile=True,
        uses=OPEN,
    ),
    "extension_off": Remedy(
        ids=("R5",),
        says="switch the blocker off and load the page anew; on again afterwards",
        act=lambda person, _: person.extension_off(),
        witness=witness.EXTENSION,
        changes=renewed("extensions", "connection"),
        needs={"installed": 1},
        opens=True,
        uses=OPEN,
        afterwards=lambda person: person.extension_on_again(),
    ),
    "bisect_extensions": Remedy(
        ids=("R6",),
        says="switch all extensions off, and on again one by one, to find the guilty one",
        act=lambda person, _: person.bisect_extensions(),
        witness=witness.EXTENSION,
        changes=renewed("extensions", "connection"),
        needs={"installed": 1},
        opens=True,
        uses=OPEN,
    ),
}
