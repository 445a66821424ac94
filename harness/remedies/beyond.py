"""Remedies beyond the chat's page: its app, its API, its status page, another provider; and the two diagnoses."""

from __future__ import annotations

from dataclasses import replace

from harness.remedies import witness
from harness.remedies.base import ASK, LOGIN, OPEN, Remedy, renewed
from harness.remedies.browser import on_a_phone
from harness.values.situation import Entrance, Moment, Situation


def _in_the_app(situation: Situation) -> Situation:
    return replace(on_a_phone(situation), entrance=Entrance.APP)


def _elsewhere(situation: Situation) -> Situation:
    fresh = renewed("site_data", "session", "account", "conversation", "connection", "file")(situation)
    return replace(fresh, entrance=Entrance.OTHER)


def _by_api(situation: Situation) -> Situation:
    fresh = renewed("extensions", "site_data", "session", "conversation", "connection")(situation)
    return replace(fresh, entrance=Entrance.API, release="", proxy="")


ASKING = frozenset({Moment.OPEN, Moment.SEND, Moment.MID_ANSWER})

BEYOND: dict[str, Remedy] = {
    "mobile_app": Remedy(
        ids=("R20",),
        says="open the chat in its app on a phone, and log in",
        capability="app",
        act=lambda person, _: person.mobile_app(),
        witness=witness.IN_THE_APP,
        changes=_in_the_app,
        opens=True,
        uses=OPEN | LOGIN,
    ),
    "status_page": Remedy(
        ids=("R21",),
        says="look at the status page; while it shows an incident, wait",
        act=lambda person, _: person.status_page(),
        witness=witness.OTHER_SITE,
        informed=True,
    ),
    "other_service": Remedy(
        ids=("R23",),
        says="go on with another provider",
        capability="provider",
        act=lambda person, _: person.other_service(),
        witness=witness.OTHER_PROVIDER,
        changes=_elsewhere,
        opens=True,
        uses=OPEN | LOGIN | ASK,
        elsewhere=True,
        fresh_file=True,
    ),
    "api": Remedy(
        ids=("R26",),
        says="call the API instead of the page",
        act=lambda person, _: person.use_api(),
        witness=witness.BY_API,
        changes=_by_api,
        uses=frozenset({"api", "generation"}),
        leaves_page=True,
        moments=ASKING,
        elsewhere=True,
    ),
    "check_network": Remedy(
        ids=("R27",),
        says="check whether other sites open, on other networks too, and whether WebSockets pass",
        act=lambda person, _: person.check_network(),
        witness=witness.OTHER_SITE,
        changes=renewed("connection"),
        diagnosis=True,
        recovers_nothing="it goes back to the network it came from, and what it finds takes another remedy to act on; "
        "the connections that it ends on the way end when one asks again as well",
    ),
    "developer_tools": Remedy(
        ids=("R28",),
        says="look into the developer tools",
        act=lambda person, _: person.developer_tools(),
        witness=witness.PANEL,
        diagnosis=True,
        recovers_nothing="it only reads; what it finds takes another remedy to act on",
    ),
}
