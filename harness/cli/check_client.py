"""Whether a profile fits its client, step by step, with a picture of each."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

from playwright.async_api import Error

from harness.clients import NEEDED, Client
from harness.judging import answer_to
from harness.language import profiles
from harness.person import Outfit, Person, Screen, Unavailable
from harness.stack.recorder import Recorder
from harness.stack.world import World
from harness.tools.provision import provide
from harness.values.questions import QUESTION, STEADY
from harness.values.scenario import GatewaySettings
from harness.values.situation import Situation
from harness.values.text import shown

BROKEN = {"do": "status", "status": 500}


def check(profile: str, out: Path) -> int:
    """Returns 1 where a needed part isn't found, or a question got no whole answer."""
    chosen = profiles.client(profile)
    out.mkdir(parents=True, exist_ok=True)
    fits = asyncio.run(_checked(chosen, out))
    print(f"{chosen.name}: {'the profile fits' if fits else 'the profile does not fit yet'}; pictures are in {out}")
    return 0 if fits else 1


async def _checked(chosen: Client, out: Path) -> bool:
    engine = ("toxiproxy", "envoy", "headless_shell")
    async with World(provide(engine), Recorder(out / "history.jsonl"), client=chosen) as world:
        world.recorder.begin("check")
        start = Situation(client=chosen.stands)
        idle = GatewaySettings().timeout if chosen.by_api else 0.0
        account = await world.begin(start, GatewaySettings(idle_timeout=idle))
        person = Person(world, chosen, account, start, "en", Outfit())
        world.sits(person)
        await person.sit_down()
        try:
            return await Check(world, person, chosen, out).whole()
        finally:
            await person.leave()
            await world.lift_all()


@dataclass
class Check:
    """One check, that goes on whatever it finds. `seen`: how often each locator was found at most, over all steps."""

    world: World
    person: Person
    client: Client
    out: Path
    seen: dict[str, int] = field(default_factory=dict)
    steps: int = 0

    async def whole(self) -> bool:
        opened = await self._step("opened", self._open)
        answered = await self._step("asked", lambda: self._ask(STEADY["en"]))
        await self.world.service.arm("check", BROKEN)
        failed = await self._step("failed", lambda: self._ask(QUESTION["en"]))
        await self.world.service.lift("check")
        reloaded = await self._step("reloaded", self._reload)
        self._tell_locators()
        whole = answer_to(answered, STEADY["en"]) if answered else None
        stays = reloaded is not None and answer_to(reloaded, STEADY["en"]) is not None
        error = " / ".join(failed["error"]["lines"]) if failed and failed["error"] else ""
        print(f"a whole answer is {'seen' if whole and whole['state'] in ('complete', '') else 'not seen'}")
        print(f"an error of the service is {f'told as “{shown(error)}”' if error else 'not told'}")
        print(f"the conversation {'outlives' if stays else 'does not outlive'} a reload")
        needed = all(self.seen.get(name) for name in NEEDED)
        return bool(opened and opened["client"] and whole and whole["state"] in ("complete", "") and needed)

    async def _step(self, name: str, act: Callable[[], Awaitable[Screen]]) -> Screen | None:
        """Do it, count what is on the screen, and keep a picture; None when it couldn't be done."""
        self.steps += 1
        screen: Screen | None = None
        try:
            screen = await act()
            print(f"{self.steps}. {name}")
        except Unavailable as error:
            print(f"{self.steps}. {name}: {error}")
        except Error as error:
            print(f"{self.steps}. {name}: {shown(error.message.splitlines()[0])}")
        for place, selector in self.client.locators.items():
            found = await self.person.page.locator(selector).count()
            self.seen[place] = max(self.seen.get(place, 0), found)
        await self.person.page.screenshot(path=self.out / f"{self.steps}-{name}.png")
        return screen

    async def _open(self) -> Screen:
        return await self.person.open("steady")

    async def _ask(self, question: str) -> Screen:
        await self.person.ask(question)
        return await self.person.look("steady", "ended", question)

    async def _reload(self) -> Screen:
        await self.person.reload()
        return await self.person.look("remedy", "shown")

    def _tell_locators(self) -> None:
        for place, found in self.seen.items():
            times = "never" if not found else "once" if found == 1 else f"{found} times"
            print(f"   {place:14} found {times:9} {shown(self.client.locators[place], 80)}")
