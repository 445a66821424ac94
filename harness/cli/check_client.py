"""Whether a profile fits its client, step by step, with a picture of each."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from playwright.async_api import Error

from harness.cli.fits import ANSWERED, ANSWERING, FAILED, OPENED, RELOADED, UNREADABLE, Step, misfits, notes, table
from harness.clients import BY_WHAT_WAS_ASKED, Client
from harness.language import profiles
from harness.person import Outfit, Person, Screen, Unavailable
from harness.person.finding import call
from harness.stack.recorder import Recorder
from harness.stack.world import World
from harness.tools.provision import provide
from harness.values.questions import QUESTION, STEADY
from harness.values.scenario import GatewaySettings
from harness.values.situation import Situation
from harness.values.text import shown

BROKEN = {"do": "status", "status": 500}
HELD = 60.0
"""Real seconds that the gateway bears an answer which is held while somebody looks, however slow the machine is."""
SOME = 4
"""Pieces of an answer after which it is held, so that what shows in its midst can be seen."""
READ = """() => {
  const texts = (root) => [root.innerText ?? [...root.children].map((one) => one.innerText ?? "").join("\\n"),
    ...[...root.querySelectorAll("*")].flatMap((one) => (one.shadowRoot ? texts(one.shadowRoot) : []))];
  return texts(document.body).join("\\n").split("\\n").map((line) => line.trim()).filter(Boolean);
}"""
"""Every line that can be read in the page, in its open shadow roots too."""


def check(profile: str, out: Path) -> int:
    """Returns 1 where something of the profile doesn't fit what the client shows."""
    chosen = profiles.client(profile)
    out.mkdir(parents=True, exist_ok=True)
    steps = asyncio.run(_checked(chosen, out))
    wrong = misfits(chosen, steps)
    print("\n".join(table(chosen, steps)))
    for note in notes(chosen, steps):
        print(note)
    for one in wrong:
        print(f"does not fit: {one}")
    print(f"{chosen.name}: {'the profile does not fit yet' if wrong else 'the profile fits'}; pictures are in {out}")
    return 1 if wrong else 0


async def _checked(chosen: Client, out: Path) -> list[Step]:
    engine = ("toxiproxy", "envoy", "headless_shell")
    (out / "history.jsonl").unlink(missing_ok=True)
    any_page = replace(chosen, locators={**chosen.locators, "composer": "html"})  # the stack is to wait for no locator
    async with World(provide(engine), Recorder(out / "history.jsonl"), client=any_page) as world:
        world.recorder.begin("check")
        start = Situation(client=chosen.stands)
        idle = HELD if chosen.by_api else 0.0
        account = await world.begin(start, GatewaySettings(idle_timeout=idle))
        person = Person(world, chosen, account, start, "en", Outfit())
        world.sits(person)
        await person.sit_down()
        try:
            return await Check(world, person, chosen, account.name, out).whole()
        finally:
            await person.leave()
            await world.lift_all()


@dataclass
class Check:
    """One check, that goes on whatever it finds."""

    world: World
    person: Person
    client: Client
    account: str
    out: Path
    steps: list[Step] = field(default_factory=list)

    async def whole(self) -> list[Step]:
        service = self.world.service
        await self._step(OPENED, self._open)
        await service.hold(self.account, SOME)
        try:
            asked = await self._step(ANSWERING, self._begin)
        finally:
            await service.release(self.account)
        if asked:
            await self._step(ANSWERED, lambda: self.person.look("steady", "ended", STEADY["en"]))
        await service.arm("check", BROKEN)
        before = await self._heard("texts")
        await self._step(FAILED, self._fail)
        await self._listen(before or [])
        await service.lift("check")
        await self._step(RELOADED, self._reload)
        return self.steps

    async def _step(self, name: str, act: Callable[[], Awaitable[Screen]]) -> bool:
        """Do it, count what is on the screen, and keep a picture. Returns whether it could be done."""
        screen, trouble = None, ""
        try:
            screen = await act()
        except Unavailable as error:
            trouble = str(error)
        except Error as error:
            trouble = shown(error.message.splitlines()[0])
        print(f"{len(self.steps) + 1}. {name}{f': {trouble}' if trouble else ''}")
        found = {place: await self._count(selector) for place, selector in self.client.locators.items()}
        visible = {place: await self._count(one, seen=True) for place, one in self.client.locators.items()}
        self.steps.append(Step(name, found, visible, screen, trouble, await self._lines(), await self._tries()))
        await self.person.page.screenshot(path=self.out / f"{len(self.steps)}-{name}.png")
        return screen is not None

    async def _heard(self, what: str, *arguments: Any) -> Any:
        """What finding.js makes of the page, or None where a page or a selector keeps it from looking."""
        try:
            return await call(self.person.page, what, *arguments)
        except Error:
            return None

    async def _listen(self, before: list[str]) -> None:
        """Put the words that came with the failure to its step, and where they stand."""
        asked = self.client.locators.get("user_message", "")
        news = await self._heard("alarm", before, QUESTION["en"], asked) or await self._heard(
            "alarm", before, QUESTION["en"], ""
        )
        if news and news["text"]:
            self.steps[-1] = replace(self.steps[-1], news=str(news["text"]), news_at=str(news["locator"] or ""))

    async def _count(self, selector: str, seen: bool = False) -> int:
        if selector.startswith(BY_WHAT_WAS_ASKED):
            return int(await self._heard("shownTimes", selector) or 0)
        try:
            return await self.person.page.locator(f"{selector} >> visible=true" if seen else selector).count()
        except Error:
            return UNREADABLE

    async def _lines(self) -> tuple[str, ...]:
        try:
            return tuple(await self.person.page.evaluate(READ))
        except Error:  # a page of the browser's own
            return ()

    async def _tries(self) -> int:
        """How often the service was asked for an answer and failed on purpose, so far."""
        await self.world.service.collect(0.0)
        asked = self.world.recorder.history.where("service", "request")
        failed = [e for e in asked if e.data.get("status") == BROKEN["status"]]
        return sum(e.data.get("class") in ("api", "messages") for e in failed)

    async def _open(self) -> Screen:
        screen = await self.person.open("steady")
        if not screen["client"]:
            failed = screen.get("navigation")
            raise Unavailable(f"the page doesn't come: {failed}" if failed else "nothing that `root` finds is there")
        return screen

    async def _begin(self) -> Screen:
        await self.person.ask(STEADY["en"])
        return await self.person.look("steady", "pieces", STEADY["en"], pieces=SOME)

    async def _fail(self) -> Screen:
        await self.person.ask(QUESTION["en"])
        return await self.person.look("symptom", "ended", QUESTION["en"])

    async def _reload(self) -> Screen:
        await self.person.reload()
        return await self.person.look("remedy", "shown")
