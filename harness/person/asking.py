"""How a person asks: what they write into the composer, and with which hand they send it."""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable, Sequence

from playwright.async_api import Error

from harness.person.body import Body, InTheWay, Unavailable
from harness.person.confidential import WRITTEN
from harness.person.pressing import REACHING, place_of, press, type_in
from harness.person.watching import nothing_came_of, takes_text, takes_words

ADDING = 15.0
"""Real seconds within which somebody has written some words key by key, also on a slow machine."""


class Asking(Body):
    """Somebody who writes and sends."""

    async def ask(self, question: str, hand: str = "mouse", times: int = 1) -> None:
        """Write the question, unless it stands there already, and send it. Raises `Unavailable` if it can't be.

        `hand`: with the `mouse`, or with the `keyboard`. `times`: how often it is pressed, as some do out of habit.
        """
        screen = await self._on_screen()
        if screen["draft"] != question:
            if not self._client.marks_itself and not await takes_text(self._now):
                raise Unavailable("the box to write in is disabled")
            await self.write(question)
            screen = await self._now()
            if screen["draft"] != question and not self._client.marks_itself:  # the box was put anew meanwhile
                await self.write(question)
                screen = await self._now()
        taps = self.situation.device and "send" in self._client.locators  # on a phone Enter may begin a new line
        hand = "keyboard" if self._client.sends == "Enter" and not taps else hand
        if self._client.sends == "click" and screen["controls"]["send"] != "enabled":
            if hand == "keyboard" and screen["controls"]["composer"] == "enabled" and not screen["locked"]:
                self._recorder.note("run", "held_back", control="send")
                with contextlib.suppress(InTheWay):  # who stays at the keyboard presses it nevertheless
                    await self._send("keyboard")
                    await self._now()  # by when what that has sent is noted
            raise Unavailable("the send button is disabled")
        stand = sum(one["role"] == "user" and one["text"] == question for one in screen["messages"])
        self._turns = float(stand + 1)
        self.windows.confidential.values[WRITTEN] = question
        where = self.page.url.rsplit("/", 1)[-1]
        self._recorder.note("run", "asked", question=question, conversation=where, hand=hand)
        await self._send(hand, times)
        if self._client.marks_itself:
            return
        if await nothing_came_of(question, self._recorder, self._now, self._world.broken):
            await self.write(question)
            self._recorder.note("run", "sent_again")
            await self._send(hand)

    async def _send(self, hand: str, times: int = 1) -> None:
        if hand == "keyboard":
            await self._do("composer", lambda one: one.press("Enter", timeout=REACHING * 1000))
            for _ in range(times - 1):
                await self.page.keyboard.press("Enter")
        elif times > 1:
            await self._do_twice("send", press)
        else:
            await self._do("send", press)

    async def write(self, text: str) -> None:
        """Write something into the composer, and leave it there."""
        self.windows.confidential.values[WRITTEN] = text
        if self._client.marks_itself:
            await self._do("composer", lambda one: one.fill(text, timeout=REACHING * 1000))
        else:
            await self._do("composer", lambda one: type_in(one, text))

    async def type(self, text: str) -> None:
        """Write something into the composer key by key, so that the page hears of each, and leave it there."""
        self.windows.confidential.values[WRITTEN] = text
        await self._do("composer", lambda one: one.fill("", timeout=REACHING * 1000))
        await self._do("composer", lambda one: one.press_sequentially(text, timeout=REACHING * 1000))

    async def add(self, words: Sequence[str], pause: Callable[[], Awaitable[object]], leave: bool) -> None:
        """Write on at the end of what stands in the composer, key by key, and note what became of it.

        `words`: its parts; after the first one thinks for a while (`pause`), and goes on with the hands where they are.
        `leave`: whether it stays there. What was told (`told`) is looked at as soon as the first are written (`still`).
        """
        before, first, rest = await self._now(), words[0], "".join(words[1:])
        if not before["error"] or not takes_words(before):
            raise Unavailable("no error stands beside the box to write in, or it takes nothing")
        place = await place_of(self.page, "composer", self._client.locators["composer"])
        self._recorder.note("run", "adds", text=first + rest)
        try:
            await place.press("ControlOrMeta+End", timeout=REACHING * 1000)
            await place.press_sequentially(first, timeout=ADDING * 1000)
            begun = await self._now()
            await pause()
            await self.page.keyboard.type(rest)
        except Error as error:  # the page went away under one's hands
            raise Unavailable("what was written could not be written to its end") from error
        after = await self._now()
        shown = {"client": after["client"], "url": after["url"], "draft": after["draft"]}
        told = {"told": before["error"]["lines"], "still": begun["error"] is not None or bool(begun["unseen"])}
        self._recorder.note("screen", "added", before=before["draft"], text=first + rest, **shown, **told)
        if leave:
            return
        wrote = self.windows.confidential.values.get(WRITTEN, "")
        await self.write(before["draft"])
        self.windows.confidential.values[WRITTEN] = wrote
        await self.look("later")
