"""Remedies inside the page and its tab: reload, a new tab, the client's own controls, waiting."""

from __future__ import annotations

from dataclasses import replace

from harness.model import Moment
from harness.remedies.base import ASK, OPEN, Hands, Remedy, renewed


async def _reload(person: Hands, _: float) -> None:
    await person.reload()


async def _new_tab(person: Hands, _: float) -> None:
    await person.new_tab()


async def _retry(person: Hands, _: float) -> None:
    await person.press("retry")


async def _regenerate(person: Hands, _: float) -> None:
    await person.regenerate()


async def _new_chat(person: Hands, _: float) -> None:
    await person.new_chat()


async def _wait(person: Hands, seconds: float) -> None:
    await person.wait(seconds)


async def _shorten(person: Hands, _: float) -> None:
    await person.shorten_prompt()


async def _download_again(person: Hands, _: float) -> None:
    await person.press("download")


AFTER_OPENING = frozenset({Moment.SEND, Moment.MID_ANSWER, Moment.DOWNLOAD})

PAGE: dict[str, Remedy] = {
    "reload": Remedy(
        ids=("R1",),
        says="reload the page",
        act=_reload,
        changes=renewed("connection"),
        asking=frozenset({Moment.OPEN}),
        opens=True,
        uses=OPEN,
    ),
    "new_tab": Remedy(
        ids=("R1",),
        says="open the chat in a new tab",
        act=_new_tab,
        changes=renewed("connection"),
        opens=True,
        uses=OPEN,
    ),
    "retry": Remedy(
        ids=(),
        says="press Retry",
        act=_retry,
        changes=renewed("connection"),
        asking=frozenset(Moment),
    ),
    "regenerate": Remedy(
        ids=("R17",),
        says="press Regenerate response",
        act=_regenerate,
        changes=renewed("connection", "file"),
        asking=frozenset({Moment.MID_ANSWER}),
        moments=frozenset({Moment.MID_ANSWER, Moment.DOWNLOAD}),
        uses=frozenset({"answers", "stream", "generation"}),
        fresh_file=True,
    ),
    "download_again": Remedy(
        ids=("R25",),
        says="press Download again",
        act=_download_again,
        changes=renewed("connection"),
        asking=frozenset(Moment),
        moments=frozenset({Moment.DOWNLOAD}),
    ),
    "new_chat": Remedy(
        ids=("R18",),
        says="start a new chat and ask there",
        act=_new_chat,
        changes=renewed("conversation", "connection", "file"),
        moments=AFTER_OPENING,
        uses=ASK | {"history"},
        elsewhere=True,
        fresh_file=True,
    ),
    "shorten_prompt": Remedy(
        ids=("R19",),
        says="ask with a shorter prompt",
        act=_shorten,
        changes=lambda situation: replace(renewed("file")(situation), prompt=""),
        needs={"prompt": "long"},
        moments=frozenset({Moment.SEND, Moment.DOWNLOAD}),
        uses=ASK,
        fresh_file=True,
    ),
    "wait": Remedy(
        ids=("R14", "R15"),
        says="wait, then try again",
        act=_wait,
        takes_argument=True,
    ),
}
