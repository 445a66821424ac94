"""Waiting for a client that has no marks of its own: it is done when it shows the service's whole answer, or an error.

What stands on the screen is compared with what the service has answered, whatever the client made of it on the way: it
may draw it as Markdown, smoothly, or in pieces of its own.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import aiohttp

from harness.person.confidential import WRITTEN
from harness.stack.recorder import Recorder
from harness.stack.service import Service
from harness.values.errors import EnvironmentFault

Screen = Mapping[str, Any]
BLANK: dict[str, Any] = {
    "client": False,
    "messages": [],
    "error": None,
    "draft": "",
    "document": [],
    "login": False,
    "controls": {},
    "ready": False,
    "busy": False,
}
"""The screen while the page that was asked for doesn't come."""
MOMENT = 1.0
"""Real seconds after which a box that takes nothing is one that is disabled, and a second press would send again."""
OFTEN = 0.03
"""Real seconds between two looks."""
LOOKS = 24
"""So many looks take longer than a moment where the page, or the machine, is slow to answer."""
SLOWEST = 10.0
"""Real seconds after which nothing comes of what was sent, however slow the page is."""
SELDOM = 0.12
"""Real seconds between two while the service still makes an answer: each costs the page what it draws with."""
STAYS = 1.0
"""Real seconds after which a client counts as done that is no longer busy, or as locked that takes nothing."""
STANDS = 2.5
"""Real seconds after which an error counts although the client is busy, or hasn't yet shown what it was asked."""
UNSHOWN = 1.0
"""Real seconds after which pieces that the service has sent count as not shown, and are not waited for."""
NOTHING_SHOWN = 5.0
"""As much where nothing at all of the answer is shown, which a sound client does only on a slow machine."""
COMPLETE, GENERATING, PART = "complete", "generating", "part"


class Watch:
    """One wait: it is asked with each look at the screen whether that is what is waited for."""

    def __init__(
        self,
        service: Service,
        account: str,
        until: str,
        question: str,
        pieces: int = 0,
        turns: float = 0,
        world: Callable[[], float] = lambda: 0.0,
    ) -> None:
        """`turns`: how often the question stands on the screen once it shows what was done last. An error beside fewer
        may be the one of before. `world`: the seconds that the harness's clock shows.
        """
        self._service, self._account = service, account
        self._until, self._question, self._pieces = until, " ".join(question.split()), pieces
        self._turns, self._world = turns, world
        self._since: dict[str, tuple[float, float]] = {}
        self.stood = 0.0
        """Seconds, on both clocks, for which what was waited for had been there when it counted."""
        self._was_busy = self._making = False

    @property
    def pause(self) -> float:
        """Real seconds until the next look."""
        return SELDOM if self._making and self._until == "ended" else OFTEN

    @property
    def opening(self) -> bool:
        """Whether it is a page that is waited for, and not an answer."""
        return self._until in ("opened", "shown")

    async def read(self, screen: Screen) -> Screen:
        """The screen with every answer told as whole or as a part of one, by what the service has answered."""
        answers = await self._answers()
        self._making = any(one["state"] == GENERATING for one in answers)
        whole = {_plain(one["text"]) for one in answers if one["state"] == COMPLETE}
        messages = [{**one, "text": _plain(one["text"])} for one in screen["messages"]]
        for one in messages:
            if one["role"] == "assistant":
                one["state"] = COMPLETE if one["text"] in whole else PART
        return {**screen, "messages": messages}

    async def _answers(self) -> list[dict[str, Any]]:
        """What the service has answered; nothing while it can't be asked, for that may be the fault."""
        if not self._service.process.running:
            return []
        try:
            return await self._service.answers(self._account)
        except (aiohttp.ClientError, EnvironmentFault):
            return []

    async def is_it(self, screen: Screen) -> bool:
        """Whether the screen, read, is what is waited for."""
        self.stood = 0.0
        if self._until == "now":
            return True
        if self.opening:
            return bool(screen["client"]) and self._is_there(screen)
        if not screen["client"] or screen["login"]:
            return True
        if self._until == "pieces":
            return await self._has_pieces(screen)
        return self._has_ended(screen)

    def stays_away(self, screen: Screen) -> bool:
        """Whether a page has been opened on which no chat has come for a while."""
        there = bool(screen["client"]) and screen["controls"]["composer"] != "absent"
        if not self.opening or there:
            self._since.pop("away", None)
            return False
        return self._for_long("away", STANDS)

    def _is_there(self, screen: Screen) -> bool:
        """Whether the chat stands there; one that stays busy, as some do beside an error, won't come to rest."""
        if screen["controls"]["composer"] == "absent":
            return False
        if not screen.get("blocked"):
            self._since.pop("blocked", None)
        elif not self._for_long("blocked", STAYS):  # what has no size yet is being drawn
            return False
        return not screen["busy"] or self._for_long("busy")

    def _has_ended(self, screen: Screen) -> bool:
        if screen["error"]:
            known = self._asked(screen) >= self._turns and not screen["busy"]
            return known or self._for_long("error", STANDS)
        self._since.pop("error", None)
        busy = bool(screen["busy"]) or screen["controls"]["composer"] == "disabled"
        self._was_busy = self._was_busy or busy
        if screen["busy"]:
            self._since.pop("idle", None)
            return False
        answer = self._shown(screen)
        if answer is not None and answer["state"] == COMPLETE:
            return screen["controls"]["composer"] != "disabled" or self._for_long("locked")
        if screen.get("unseen"):  # an error that is in the page is being drawn, or is never seen
            return self._for_long("unseen", STANDS)
        self._since.pop("unseen", None)
        return self._was_busy and not busy and self._for_long("idle")

    async def _has_pieces(self, screen: Screen) -> bool:
        """Whether as much as the service has sent is on the screen, or won't come there."""
        if screen["error"]:
            return True
        asked = [one for one in await self._answers() if _plain(one["prompt"]) == self._question]
        if not asked or int(asked[-1]["pieces"]) < self._pieces:
            return False
        answer, sent = self._shown(screen), _plain(asked[-1]["text"])
        return (answer is not None and answer["text"].startswith(sent)) or self._for_long(
            "sent", UNSHOWN if answer else NOTHING_SHOWN
        )

    def _asked(self, screen: Screen) -> int:
        """How often the question stands on the screen."""
        return sum(one["role"] == "user" and one["text"] == self._question for one in screen["messages"])

    def _shown(self, screen: Screen) -> Screen | None:
        messages = list(screen["messages"])
        asked = [i for i, one in enumerate(messages) if one["role"] == "user" and one["text"] == self._question]
        after = messages[asked[-1] + 1 :] if asked else []
        return next((one for one in after if one["role"] == "assistant" and one["text"]), None)

    def _for_long(self, what: str, seconds: float = STAYS) -> bool:
        real, world = time.monotonic(), self._world()
        begun = self._since.setdefault(what, (real, world))
        self.stood = real - begun[0] + world - begun[1]
        return real - begun[0] >= seconds


def _plain(text: str) -> str:
    return " ".join(str(text).split())


def takes_words(screen: Screen) -> bool:
    """Whether somebody may write to a client that shows this, and send it."""
    if not screen["client"] or screen["login"] or screen["busy"] or screen["locked"]:
        return False
    blocked = {"composer", "send"} & set(screen.get("blocked", {}))
    return bool(screen["controls"]["composer"] == "enabled" and not blocked)


async def takes_text(look: Callable[[], Awaitable[Screen]]) -> bool:
    """Whether the box to write in takes anything, at once or in a moment."""
    deadline = time.monotonic() + MOMENT
    while (await look())["controls"]["composer"] == "disabled":
        if time.monotonic() > deadline:
            return False
        await asyncio.sleep(OFTEN)
    return True


async def nothing_came_of(
    question: str, recorder: Recorder, look: Callable[[], Awaitable[Screen]], broken: bool = False
) -> bool:
    """Whether what was sent stands in the box, or a part of it, and nothing came of it.

    Its scripts didn't listen to who typed, or put another box in the place of that one meanwhile. Where something is
    `broken`, what has left the page may be that, however little of it shows.
    """
    asked, begun, seen = recorder.history.last("run", "asked"), time.monotonic(), 0
    while time.monotonic() < begun + STANDS or (seen < LOOKS and time.monotonic() < begun + SLOWEST):
        screen, seen = await look(), seen + 1
        since = {"after": asked.at if asked else 0.0}
        sent = broken and recorder.history.where("browser", "sent", **since)
        asks = recorder.history.where("browser", "request", **since)
        told = any(WRITTEN in str(one.data.get("carries")) for one in asks)
        stands = screen["draft"] and question.startswith(screen["draft"]) and not screen["error"]
        if not stands or screen["busy"] or sent or told:
            return False
        await asyncio.sleep(OFTEN)
    return True
