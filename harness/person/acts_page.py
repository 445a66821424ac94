"""What a person does in the page, its tab and its browser."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from playwright.async_api import Error, Page

from harness.browser.asking import comes_true
from harness.person.asking import Asking
from harness.person.body import OPENING, PATIENCE, NothingToDo, Unavailable
from harness.values.errors import EnvironmentFault
from harness.values.situation import Situation

ANOTHER_ENGINE = {"chromium": "firefox", "firefox": "chromium"}

FORGET = """async (loaded) => {
  localStorage.clear();
  sessionStorage.clear();
  for (const name of await caches.keys()) await caches.delete(name);
  for (const worker of await navigator.serviceWorker.getRegistrations()) await worker.unregister();
  await Promise.all(loaded.map((url) => fetch(url, { cache: "reload" }).catch(() => null)));
}"""


class PageActs(Asking):
    """The remedies of `harness.remedies.page` and `.browser`, done for real."""

    async def reload(self) -> None:
        if self._blank:
            await self.open("remedy")
        else:
            await self._navigate("remedy", "reload", self.page.reload)

    async def ask_again(
        self, question: str, phase: str, opening: bool, hand: str = "mouse", anew: bool = False
    ) -> None:
        """Repeat what failed: open the address again, or in the page as it stands take it up again, or send again.

        `opening`: it is the opening that failed. `hand`: with what is sent again, as in `ask`. `anew`: it is
        written once more where the composer doesn't have it, whatever the page offers.
        """
        screen = await self._now()
        if not screen["client"] or (opening and screen["error"]):
            screen = await self.open(phase)
            if not screen["client"] or screen["error"]:
                return
        stands = any(one["role"] == "user" and one["text"] == question for one in screen["messages"])
        accepted = stands and screen["draft"] != question and not anew
        for control in ("retry", "regenerate"):
            if accepted and screen["controls"][control] == "enabled":
                await self.press(control, hand)
                return
        await self.ask(question, hand)

    async def new_tab(self) -> None:
        self.page = await self.page.context.new_page()
        await self.open("remedy")

    async def new_chat(self) -> None:
        await self.press("new_chat")
        await self.look("remedy", "shown")

    async def regenerate(self) -> None:
        await self.press("regenerate")

    async def shorten_prompt(self) -> None:
        """Decide to ask something shorter; it is asked in the recovery."""
        if not self.situation.prompt:
            raise NothingToDo("the question is short")
        self.situation = replace(self.situation, prompt="")

    async def clear_site_data(self) -> None:
        """Cookies, storage, cache and service worker; a stock Firefox fetches anew what it can't be told to forget."""
        self._logs_in = True
        context = self.page.context
        await context.clear_cookies()
        if self.situation.engine == "chromium":
            devtools = await context.new_cdp_session(self.page)
            everything = {"origin": self._origin, "storageTypes": "all"}
            await devtools.send("Storage.clearDataForOrigin", everything)
            await devtools.send("Network.clearBrowserCache")
        else:
            with contextlib.suppress(Error, TimeoutError):
                async with asyncio.timeout(OPENING):  # what is fetched may never come
                    mine = sorted(one for one in self.windows.loaded if one.startswith(f"{self._origin}/"))
                    await self.page.evaluate(FORGET, mine)
        await self.open("remedy")

    async def private_window(self) -> None:
        await self._elsewhere(self.situation)

    async def other_browser(self) -> None:
        engine = ANOTHER_ENGINE[self.situation.engine]
        await self._elsewhere(replace(self.situation, engine=engine, release="", proxy=""))

    async def phone(self) -> None:
        """The same chat on a phone, which has a link of its own to the network."""
        await self._elsewhere(self._with_a_phone, self._phone)

    @property
    def _with_a_phone(self) -> Situation:
        device = self.situation.device + 1
        return replace(self.situation, engine="chromium", release="", proxy="", device=device, security="")

    @property
    def _phone(self) -> Mapping[str, Any]:
        return dict(self._world.engines.devices["Pixel 7"])

    async def _elsewhere(self, situation: Situation, device: Mapping[str, Any] | None = None) -> None:
        """Open the chat with a profile of its own, and log in."""
        self._logs_in = True
        context = await self.windows.another(situation, device)
        self.page = await context.new_page()
        self.situation = replace(situation, installed=0)
        await self.open("remedy")

    async def restart_browser(self) -> None:
        """Close the browser and start it anew with the same profile."""
        context = await self.windows.again(self.situation)
        self.page = await context.new_page()
        await self.open("remedy")

    async def update_browser(self) -> None:
        """The same profile in the version that is current."""
        if not self.situation.release:
            raise NothingToDo("the browser is up to date")
        self.situation = replace(self.situation, release="")
        await self.restart_browser()

    async def correct_proxy(self) -> None:
        """Tell the browser to use no proxy, which takes effect with the next window of the same profile."""
        if not self.situation.proxy:
            raise NothingToDo("there is no proxy")
        self.situation = replace(self.situation, proxy="")
        await self.restart_browser()

    # -- extensions

    async def extension_off(self) -> None:
        """Switch what looks like a blocker off (all, if none does), and load the page anew."""
        installed = self._extensions
        for name in [self.windows.guilty] if self.windows.guilty in installed else list(installed):
            await self._switch(name, False)
        await self.reload()

    async def extension_on_again(self) -> None:
        for name, state in self.windows.installed.items():
            if state == "off":
                await self._switch(name, True)

    async def bisect_extensions(self) -> None:
        """Switch all extensions off; if that helps, on again one by one: with which the page fails, that stays off."""
        suspects, found = list(self._extensions), ""
        for name in suspects:
            await self._switch(name, False)
        helps = await self._works_after_reload()
        for name in suspects:
            await self._switch(name, True)
            if helps and not await self._works_after_reload():
                found = name
                await self._switch(name, False)
        await self.reload()
        self._recorder.note("run", "bisected", found=found, among=suspects, guilty=self.windows.guilty)

    @property
    def _extensions(self) -> Mapping[str, str]:
        if not self.situation.installed:
            raise NothingToDo("this browser has no extensions")
        return self.windows.installed

    async def _works_after_reload(self) -> bool:
        await self.reload()
        screen = await self._now()
        return bool(screen["client"] and not screen["error"] and screen["controls"]["composer"] != "absent")

    async def _switch(self, name: str, on: bool) -> None:
        """Press the switch of an extension on the browser's own page for them, and go back to the chat's tab."""
        if (self.windows.installed[name] == "on") is on:
            return
        page = await self._extensions_page()
        switch = page.locator("extensions-item").filter(has_text=name).locator("#enableToggle")
        await switch.click()
        state = "() => new Promise(done => chrome.developerPrivate.getExtensionsInfo({}, done))"
        infos: list[dict[str, str]] = await page.evaluate(state)
        now = next(info["state"] for info in infos if info["name"] == name)
        self._recorder.note("browser", "extension", name=name, state=now)
        if (now == "ENABLED") is not on:
            raise Unavailable(f"the extension {name} is {now.lower()}")
        self.windows.installed[name] = "on" if on else "off"
        self._recorder.note("run", "extension", name=name, on=on)
        await self.page.bring_to_front()

    async def _extensions_page(self) -> Page:
        for page in self.page.context.pages:
            if page.url.startswith("chrome://extensions"):
                await page.bring_to_front()
                return page
        page = await self.page.context.new_page()
        await page.goto("chrome://extensions/")
        return page

    # -- what a fault does to it (harness.faults.hands.BrowserHands)

    async def switch_extension(self, on: bool) -> None:
        if on:
            await self.windows.install_guilty(self.page.context)

    async def corrupt_cookie(self) -> None:
        """The session cookie is one that never was."""
        broken = {"name": "session", "value": "\x7bbroken%00", "url": self._origin, "httpOnly": True}
        await self.page.context.add_cookies([broken])  # type: ignore[list-item]

    async def keep_old_page(self, worker: bool) -> None:
        """Visit the page while it has its previous release; what the browser keeps of that it has from then on."""
        context = self.page.context
        await self.page.goto(self._address, wait_until="load")
        if worker:
            register = (
                "async () => { await navigator.serviceWorker.register('/sw.js'); await navigator.serviceWorker.ready; }"
            )
            await self.page.evaluate(register)
            controlled = "() => navigator.serviceWorker.controller !== null"
            if not await comes_true(self.page, controlled, PATIENCE):
                raise EnvironmentFault(f"the page's service worker did not take it over within {PATIENCE:g} s")
            if self.situation.engine == "chromium":
                devtools = await context.new_cdp_session(self.page)
                await devtools.send("Network.clearBrowserCache")
        self._recorder.note("browser", "visited", release="previous", worker=worker)
