"""Finding out where a chat client has its parts: by what its page is made of, and by what appears when one asks."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.async_api import Error, Page

from harness.browser import extensions
from harness.clients import ASKED
from harness.stack.service import Account, Service
from harness.values.questions import FOR_A_FILE, QUESTION, STEADY

FOLDER = Path(extensions.__file__).parent
SCRIPTS = {
    "__chatfaultVisible": (FOLDER / "visible.js").read_text(encoding="utf-8"),
    "__chatfaultFinding": (FOLDER / "finding.js").read_text(encoding="utf-8"),
}
"""By what a page has once it has them."""
ENSURED = "() => {" + "\n".join(f"if (!window.{name}) {{ {script} }}" for name, script in SCRIPTS.items()) + "}"
FIRST, SECOND, FAILING = STEADY["en"], QUESTION["en"], FOR_A_FILE["en"]
BROKEN = {"do": "status", "status": 500}
OFTEN = 0.1
REACHED = 5.0
"""Real seconds within which a question that was sent has reached the service."""
ANSWERED = 20.0
"""Real seconds within which its answer is on the screen, or why there is none."""
CALM = 1.0
"""Real seconds without another text after which nothing more is expected."""
SLOWLY = 0.1
"""Real seconds between two pieces of an answer during which the page is looked at."""
MARKS = 3
"""Marks of being busy that are tried, until one goes with the end of the answer."""
BUTTONS = {
    "stop": r"\bstop\b|停止",
    "retry": r"\bretry\b|try again|再試行|もう一度",
    "regenerate": r"regenerate|re-?generate|再生成",
    "new_chat": r"new (chat|conversation|thread|session)|start over|clear|reset|新しい(チャット|会話)",
}
"""What the controls are called that a client may have, as patterns."""
Ask = Callable[[str], Awaitable[str]]


@dataclass
class Found:
    """What a page turned out to have. `notes`: what could not be found, or is to be looked at, a sentence each."""

    locators: dict[str, str] = field(default_factory=dict)
    sends: str = "click"
    history: bool = False
    error: str = ""
    own_prompts: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


async def call(page: Page, what: str, *arguments: Any) -> Any:
    """A function of finding.js; the page may have been left for another meanwhile."""
    await page.evaluate(ENSURED)
    return await page.evaluate("([what, some]) => window.__chatfaultFinding[what](...some)", [what, list(arguments)])


class Finder:
    """One look at one client. `given`: the locators that somebody knows; `ask`: who is asked for a needed one."""

    def __init__(self, page: Page, service: Service, account: Account, given: Mapping[str, str], ask: Ask) -> None:
        self._page, self._service, self._account, self._given, self._ask = page, service, account, given, ask
        self.found = Found(dict(given))
        self._roots: list[str] = []
        """Ways to find a part of the page that the box is in, the smallest first; at every step some fall away."""
        self._boxes: list[str] = []
        """Ways to find the box, the best first; at every step some fall away."""

    async def whole(self) -> Found:
        """Every step. What one does not find doesn't keep the next from being done, where that is possible."""
        if not await self._composer():
            return self.found
        self._roots = await self._call("places", self.found.locators["composer"])
        if not await self._asked_first():
            return self.found
        await self._keep_roots()
        await self._asked_slowly()
        whole = await self._parts()
        await self._fails()
        await self._keep_roots()
        await self._idle_controls()
        await self._reload()
        await self._keep_roots()
        best = [one for one in self._roots if one in whole] or self._roots or [self.found.locators["composer"]]
        await self._take("root", best[0])
        return self.found

    async def _call(self, what: str, *arguments: Any) -> Any:
        return await call(self._page, what, *arguments)

    async def _until(self, seconds: float, holds: Callable[[], Awaitable[bool]]) -> bool:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            with contextlib.suppress(Error):
                if await holds():
                    return True
            await asyncio.sleep(OFTEN)
        return False

    # -- the box and the way to send

    async def _composer(self) -> bool:
        async def there() -> bool:
            self._boxes = await self._call("composers")
            return await self._take("composer", next(iter(self._boxes), None))

        if "composer" not in self._given and not await self._until(REACHED, there):
            return await self._take("composer", await self._ask("composer"))
        return True

    async def _keep_boxes(self) -> None:
        """Find the box by something else where it no longer is what it was by: a placeholder is gone with a text."""
        self._boxes = [one for one in self._boxes if await self._call("shownTimes", one) == 1] or self._boxes
        if self._boxes:
            self.found.locators["composer"] = self._boxes[0]

    async def _take(self, name: str, locator: str | None) -> bool:
        """Keep a locator under that name, unless somebody gave one."""
        if locator:
            self.found.locators.setdefault(name, locator)
        return name in self.found.locators

    async def _write(self, question: str) -> bool:
        try:
            await self._page.locator(self.found.locators["composer"]).first.fill(question, timeout=REACHED * 1000)
        except Error as error:
            self.found.notes.append(f"the composer takes no text: {error.message.splitlines()[0]}")
            return False
        await self._keep_boxes()
        return True

    async def _asked_first(self) -> bool:
        """Send a question by the control that looks like it, else by Enter, and see by which it reached the service."""
        if not await self._write(FIRST):
            return False
        await self._take("send", await self._call("send", self.found.locators["composer"]))
        for way in ("click", "Enter") if "send" in self.found.locators else ("Enter",):
            self.found.sends = way
            if await self._sent(FIRST):
                if way == "Enter" and "send" not in self._given:
                    self.found.locators.pop("send", None)
                return await self._answered(FIRST)
        self.found.notes.append(
            "a question that was sent did not reach the fake service: does the client call the API where it is told "
            "to, with the key that it is given?"
        )
        return False

    async def _press(self) -> None:
        with contextlib.suppress(Error):
            if self.found.sends == "click":
                await self._page.locator(self.found.locators["send"]).first.click(timeout=REACHED * 1000)
            else:
                await self._page.locator(self.found.locators["composer"]).first.press("Enter", timeout=REACHED * 1000)

    async def _sent(self, question: str) -> bool:
        async def reached() -> bool:
            return await self._answer(question) is not None

        await self._press()
        return await self._until(REACHED, reached)

    async def _answer(self, question: str) -> Mapping[str, Any] | None:
        """What the service has answered to that question, which a client may have wrapped into words of its own."""
        answers = await self._service.answers(self._account.name)
        return next((one for one in reversed(answers) if question in str(one["prompt"])), None)

    async def _answered(self, question: str) -> bool:
        """Wait until the whole answer is on the screen."""

        async def shown() -> bool:
            answer = await self._answer(question)
            whole = answer is not None and answer["state"] == "complete"
            return whole and bool(await self._call("stands", str(answer["text"] if answer else "")))

        if await self._until(ANSWERED, shown):
            return True
        self.found.notes.append("the service answered, and its answer did not come onto the screen whole")
        return False

    # -- what appears

    async def _asked_slowly(self) -> None:
        """Ask again, with an answer that takes its time, and see what is there only while it comes."""
        before, marks = list(await self._call("busy", [])), Counter[str]()
        await self._service.slow_down(self._account.name, SLOWLY)
        answering = asyncio.create_task(self._ask_second())
        while not answering.done():
            with contextlib.suppress(Error):
                stop = (await self._call("button", BUTTONS["stop"]))["locator"]
                await self._take("stop", stop)
                marks.update([*await self._call("busy", before), *([stop] if stop else [])])
                await self._keep_roots()
            await asyncio.sleep(OFTEN)
        await answering
        await self._service.slow_down(self._account.name, 0)
        if "stop" not in self._given and "stop" in self.found.locators:
            await self._gone("stop")
        if "stop" in self.found.locators:
            await self._take("busy", self.found.locators["stop"])
        # What stands there the longest tells of the whole answer, and not of its first word.
        for way, _times in marks.most_common(MARKS):
            if "busy" not in self.found.locators:
                await self._take("busy", way)
                await self._gone("busy")

    async def _gone(self, name: str) -> None:
        """Forget what is still there although the answer has ended."""

        async def away() -> bool:
            return not await self._call("shownTimes", self.found.locators[name])

        if not await self._until(CALM, away):
            del self.found.locators[name]

    async def _ask_second(self) -> None:
        if await self._write(SECOND) and await self._sent(SECOND):
            await self._answered(SECOND)
        else:
            self.found.notes.append("a second question could not be asked")

    async def _parts(self) -> list[str]:
        """The messages of both roles, by the texts that stand in them; returns what the box and all of them are in."""
        answers = [await self._answer(question) for question in (FIRST, SECOND)]
        texts = [str(one["text"]) for one in answers if one]
        parts = await self._call("parts", self.found.locators["composer"], [FIRST, SECOND][: len(texts)], texts)
        await self._take("user_message", parts["user"])
        if parts["user"] and parts["assistant"]:
            each = dict.fromkeys((parts["user"], parts["assistant"]))
            await self._take("message", ", ".join(one for one in each if one != ASKED))
        for name in ("message", "user_message"):
            if name not in self.found.locators:
                await self._take(name, await self._ask(name))
        own = [str(one["prompt"]) for one in await self._service.answers(self._account.name)]
        self.found.own_prompts = [one for one in own if not any(asked in one for asked in (FIRST, SECOND))]
        return list(parts["whole"])

    async def _keep_roots(self) -> None:
        """Leave out what doesn't stand there once in this state of the page."""
        with contextlib.suppress(Error):
            self._roots = [one for one in self._roots if await self._call("shownTimes", one) == 1]

    async def _fails(self) -> None:
        """Have the service answer with 500, and see what the client says, and which controls come with it."""
        before = await self._call("texts")
        await self._service.arm("new", BROKEN)
        try:
            if not await self._write(FAILING):
                return
            await self._press()
            said = await self._settled(before)
        finally:
            await self._service.lift("new")
        self.found.error = str(said["text"])
        if not said["locator"]:
            self.found.notes.append("error: a status of 500 was told by nothing that can be found again")
        elif await self._take("error", said["locator"]) and not said["loud"]:
            self.found.notes.append(f"error: {said['locator']} was new after a 500; nothing marks it as an error")
        for name in ("retry", "regenerate"):
            await self._take(name, (await self._call("button", BUTTONS[name]))["locator"])

    async def _settled(self, before: list[str]) -> Mapping[str, Any]:
        """What is new on the screen, once it stays the same for a moment."""
        said: Mapping[str, Any] = {"locator": None, "text": "", "loud": False}
        since, end = time.monotonic(), time.monotonic() + ANSWERED
        while time.monotonic() < end:
            user = self.found.locators.get("user_message", "")
            now = await self._call("alarm", before, FAILING, user)
            if now != said:
                said, since = now, time.monotonic()
            calm = time.monotonic() - since
            if said["text"] and calm >= (CALM if said["loud"] else 5 * CALM):
                break
            await asyncio.sleep(OFTEN)
        return said

    async def _idle_controls(self) -> None:
        for name in ("new_chat", "regenerate"):
            await self._take(name, (await self._call("button", BUTTONS[name]))["locator"])

    async def _reload(self) -> None:
        """Whether the conversation outlives a reload."""

        async def stands() -> bool:
            return bool(await self._call("stands", FIRST))

        try:
            await self._page.reload(wait_until="load", timeout=ANSWERED * 1000)
        except Error as error:
            self.found.notes.append(f"a reload failed: {error.message.splitlines()[0]}")
            return
        self.found.history = await self._until(3 * CALM, stands)
