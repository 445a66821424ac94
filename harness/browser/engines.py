"""The browsers of a worker: launched when first needed, kept for all its arms, noticed when they die."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from playwright.async_api import Browser, BrowserContext, Error, Playwright, async_playwright
from playwright.async_api import TimeoutError as TooLate

from harness.browser import driver
from harness.tools.machine import broken
from harness.tools.provision import CURES, Tools
from harness.values.errors import BrokenMachine, EnvironmentFault
from harness.values.text import shown

SANDBOX = ("--no-sandbox",) if hasattr(os, "getuid") and os.getuid() == 0 else ()
QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
)
STARTING = 30.0
"""Real seconds within which a browser, or what drives it, has started."""
CLOSING = 5.0
"""Real seconds within which it has closed."""
WORN = {"firefox": 40}
"""Windows after which a browser is started anew once all are closed. Firefox 140 takes longer with each that it ever
had: twice as long for an arm after 200 of them, with 1.3 GB in use."""
T = TypeVar("T")
TITLES = {"chromium": "Chromium", "firefox": "Firefox"}


class Engines:
    """Chromium (its headless shell unless `headed`) and Firefox, by name."""

    def __init__(self, tools: Tools, folder: Path, env: Mapping[str, str], headed: bool = False) -> None:
        self._tools, self._folder, self._env, self._headed = tools, folder, env, headed
        self._playwright: Playwright | None = None
        self._browsers: dict[str, Browser] = {}
        self._served: Counter[str] = Counter()
        """For how many windows each of them was asked since it was started."""

    async def start(self, first: str) -> None:
        """Start Playwright's driver and a first browser. What they leave on disk lies in the run's folder."""
        await self.drive()
        await self.get(first)

    async def drive(self) -> None:
        """Start Playwright's driver. Raises `BrokenMachine`."""
        before = os.environ.copy()
        os.environ.update({**self._env, "TMPDIR": str(self._folder), **self._home()})
        try:
            self._playwright = await asyncio.wait_for(async_playwright().start(), STARTING)
        except Exception as error:  # the driver's end comes as a bare Exception
            raise await driver.unusable(error) from None
        finally:
            os.environ.clear()
            os.environ.update(before)

    def _home(self) -> dict[str, str]:
        """Where the home can't be written, Firefox waits for ever: then its home is the run's folder."""
        return {} if os.access(Path.home(), os.W_OK) else {"HOME": str(self._folder)}

    async def get(self, engine: str) -> Browser:
        """The running browser of that engine. Raises `BrokenMachine` when it can't be started."""
        browser = self._browsers.get(engine)
        if browser and self._served[engine] >= WORN.get(engine, self._served[engine] + 1) and not browser.contexts:
            await self._put_away(engine)
            browser = None
        if browser is None or not browser.is_connected():
            browser = await self._started(engine, False, lambda: self._launch(engine))
            self._browsers[engine] = browser
            self._served[engine] = 0
        self._served[engine] += 1
        return browser

    async def _put_away(self, engine: str) -> None:
        """Close a browser, whose end nobody is to take for a mishap."""
        with contextlib.suppress(Error, TimeoutError):
            async with asyncio.timeout(CLOSING):
                await self._browsers.pop(engine).close()

    async def _started(self, engine: str, full: bool, launch: Callable[[], Awaitable[T]]) -> T:
        """A browser, or why this machine can't start one: it is tried twice, for one may have been killed meanwhile."""
        for last in (False, True):
            try:
                return await launch()
            except Error as error:
                if self._driver_ended():
                    raise EnvironmentFault(self._driver_ended()) from None
                if last or isinstance(error, TooLate):
                    raise self._unusable(engine, full, error) from None
        raise AssertionError

    def _unusable(self, engine: str, full: bool, error: Error) -> BrokenMachine:
        """Why a browser can't be started, with its own last words."""
        name = self._tool(engine, full)
        first, *log = error.message.splitlines() or [""]
        own = [line.partition("[err]")[2].strip() for line in log if "[err]" in line][-2:]
        words = "; ".join(shown(one, 200) for one in [first.partition(": ")[2] or first, *own])
        known = broken(Exception(words))
        return BrokenMachine(
            f"{TITLES[engine]} can't be started: {f'{known.what}: ' if known else ''}{words}",
            where=str(self._tools.need(name).path),
            cure=known.cure if known else f"`chatfault doctor` tries it by itself; {CURES[name]}",
        )

    async def _launch(self, engine: str) -> Browser:
        assert self._playwright
        program, how = self._how(engine, full=False)
        kind = self._playwright.firefox if engine == "firefox" else self._playwright.chromium
        return await kind.launch(executable_path=program, headless=not self._headed, timeout=STARTING * 1000, **how)

    def _tool(self, engine: str, full: bool) -> str:
        """The tool that is this engine; `full`: a Chromium that can have extensions."""
        return "firefox" if engine == "firefox" else "chromium" if self._headed or full else "headless_shell"

    def _how(self, engine: str, full: bool) -> tuple[str, dict[str, Any]]:
        """The program and its options; `full`: a Chromium that can have extensions."""
        found = self._tools.need(self._tool(engine, full))
        if engine == "firefox":
            return str(found.path), {"channel": None if found.is_playwrights else "moz-firefox"}
        return str(found.path), {"args": [*SANDBOX, *QUIET]}

    async def with_profile(
        self, engine: str, profile: Path, extensions: Sequence[Path] | None, **context: Any
    ) -> BrowserContext:
        """A browser of its own whose profile lies in that folder, and outlives it.

        `extensions`: those that are installed in it (possibly none yet); None for a browser that can have none.
        """
        assert self._playwright
        program, how = self._how(engine, full=extensions is not None)
        if extensions is not None:
            how["args"] += ["--headless=new", "--enable-unsafe-extension-debugging"]
            how["ignore_default_args"] = ["--disable-extensions"]
            if extensions:
                how["args"].append(f"--load-extension={','.join(map(str, extensions))}")
        kind = self._playwright.firefox if engine == "firefox" else self._playwright.chromium
        return await self._started(
            engine,
            extensions is not None,
            lambda: kind.launch_persistent_context(
                profile,
                executable_path=program,
                headless=not self._headed,
                timeout=STARTING * 1000,
                **how,
                **context,
            ),
        )

    @property
    def devices(self) -> Mapping[str, Any]:
        """Playwright's device profiles, by name; what the headless shell can't be told is left out."""
        assert self._playwright
        return {
            name: {key: value for key, value in device.items() if key != "default_browser_type"}
            for name, device in self._playwright.devices.items()
        }

    def _driver_ended(self) -> str:
        return driver.ended(self._playwright) if self._playwright else ""

    def dead(self) -> str:
        """Which browser ended, or what drives them, in a sentence's words; empty when all is well."""
        lost = [engine for engine, browser in self._browsers.items() if not browser.is_connected()]
        return self._driver_ended() or (f"{TITLES[lost[0]]} (the browser) ended" if lost else "")

    async def stop(self) -> None:
        """Close them all. What doesn't close in time is left to whoever ends the run's processes."""
        if not self._playwright:
            return
        with contextlib.suppress(Exception):  # what is gone already says so in many ways, the driver's end as bare one
            async with asyncio.timeout(CLOSING):
                for browser in self._browsers.values():
                    if browser.is_connected():
                        await browser.close()
        with contextlib.suppress(Exception):
            await asyncio.wait_for(self._playwright.stop(), CLOSING)
