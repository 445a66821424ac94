"""Remedies inside the page and its tab: reload, a new tab, the client's own controls, waiting."""

from __future__ import annotations

from dataclasses import replace

from harness.remedies import witness
from harness.remedies.base import ASK, OPEN, Remedy, renewed
from harness.values.situation import Moment

AFTER_OPENING = frozenset({Moment.SEND, Moment.MID_ANSWER, Moment.DOWNLOAD})

PAGE: dict[str, Remedy] = {
    "reload": Remedy(
        ids=("R1",),
        says="reload the page",
        act=lambda person, _: person.reload(),
        witness=witness.SAME_TAB,
        changes=renewed("connection"),
        asking=frozenset({Moment.OPEN}),
        opens=True,
        uses=OPEN,
    ),
    "new_tab": Remedy(
        ids=("R1",),
        says="open the chat in a new tab",
        act=lambda person, _: person.new_tab(),
        witness=witness.NEW_TAB,
        changes=renewed("connection"),
        opens=True,
        uses=OPEN,
    ),
    "retry": Remedy(
        ids=(),
        says="press Retry",
        capability="retry",
        act=lambda person, _: person.press("retry"),
        witness=witness.press("retry"),
        changes=renewed("connection"),
        asking=frozenset(Moment),
    ),
    "regenerate": Remedy(
        ids=("R17",),
        says="press Regenerate response",
        capability="regenerate",
        act=lambda person, _: person.regenerate(),
        witness=witness.press("regenerate"),
        changes=renewed("connection", "file"),
        asking=frozenset({Moment.MID_ANSWER}),
        moments=frozenset({Moment.MID_ANSWER, Moment.DOWNLOAD}),
        uses=frozenset({"answers", "stream", "generation"}),
        fresh_file=True,
    ),
    "download_again": Remedy(
        ids=("R25",),
        says="press Download again",
        capability="files",
        act=lambda person, _: person.press("download"),
        witness=witness.press("download"),
        changes=renewed("connection"),
        asking=frozenset(Moment),
        moments=frozenset({Moment.DOWNLOAD}),
    ),
    "new_chat": Remedy(
        ids=("R18",),
        says="start a new chat and ask there",
        capability="new_chat",
        act=lambda person, _: person.new_chat(),
        witness=witness.press("new_chat"),
        changes=renewed("conversation", "connection", "file"),
        moments=AFTER_OPENING,
        uses=ASK | {"history"},
        elsewhere=True,
        fresh_file=True,
    ),
    "shorten_prompt": Remedy(
        ids=("R19",),
        says="ask with a shorter prompt",
        act=lambda person, _: person.shorten_prompt(),
        witness=witness.SHORTER,
        changes=lambda situation: replace(renewed("file")(situation), prompt=""),
        needs={"prompt": "long"},
        moments=frozenset({Moment.SEND, Moment.DOWNLOAD}),
        uses=ASK,
        fresh_file=True,
    ),
    "wait": Remedy(
        ids=("R14", "R15"),
        says="wait, then try again",
        act=lambda person, seconds: person.wait(seconds),
        witness=witness.CLOCKS,
        takes_argument=True,
    ),
}
