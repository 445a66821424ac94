"""The browsers of a worker: launched when first needed, kept for all its arms, noticed when they die."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, BrowserContext, Error, Playwright, async_playwright

from harness.tools.provision import Tools
from harness.values.errors import EnvironmentFault

SANDBOX = ("--no-sandbox",) if hasattr(os, "getuid") and os.getuid() == 0 else ()
QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
)


class Engines:
    """Chromium (its headless shell unless `headed`) and Firefox, by name."""

    def __init__(self, tools: Tools, folder: Path, env: Mapping[str, str], headed: bool = False) -> None:
        self._tools, self._folder, self._env, self._headed = tools, folder, env, headed
        self._playwright: Playwright | None = None
        self._browsers: dict[str, Browser] = {}

    async def start(self, first: str) -> None:
        """Start Playwright's driver and a first browser. What they leave on disk lies in the run's folder."""
        before = os.environ.copy()
        os.environ.update({**self._env, "TMPDIR": str(self._folder)})
        try:
            self._playwright = await async_playwright().start()
        finally:
            os.environ.clear()
            os.environ.update(before)
        await self.get(first)

    async def get(self, engine: str) -> Browser:
        """The running browser of that engine. Raises `EnvironmentFault` when it can't be started."""
        browser = self._browsers.get(engine)
        if browser is None or not browser.is_connected():
            try:
                browser = await self._launch(engine)
            except Error as error:
                raise EnvironmentFault(f"{engine} can't be started: {error.message.splitlines()[0]}") from None
            self._browsers[engine] = browser
        return browser

    async def _launch(self, engine: str) -> Browser:
        assert self._playwright
        program, how = self._how(engine, full=False)
        kind = self._playwright.firefox if engine == "firefox" else self._playwright.chromium
        return await kind.launch(executable_path=program, headless=not self._headed, **how)

    def _how(self, engine: str, full: bool) -> tuple[str, dict[str, Any]]:
        """The program and its options; `full`: a Chromium that can have extensions."""
        if engine == "firefox":
            found = self._tools.need("firefox")
            return str(found.path), {"channel": None if found.is_playwrights else "moz-firefox"}
        found = self._tools.need("chromium" if self._headed or full else "headless_shell")
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
        try:
            return await kind.launch_persistent_context(
                profile, executable_path=program, headless=not self._headed, **how, **context
            )
        except Error as error:
            raise EnvironmentFault(f"{engine} can't be started: {error.message.splitlines()[0]}") from None

    @property
    def devices(self) -> Mapping[str, Any]:
        """Playwright's device profiles, by name; what the headless shell can't be told is left out."""
        assert self._playwright
        return {
            name: {key: value for key, value in device.items() if key != "default_browser_type"}
            for name, device in self._playwright.devices.items()
        }

    def dead(self) -> str:
        """Which browser died, if any."""
        lost = [engine for engine, browser in self._browsers.items() if not browser.is_connected()]
        return f"{lost[0]} (the browser) ended" if lost else ""

    async def stop(self) -> None:
        for browser in self._browsers.values():
            if browser.is_connected():
                await browser.close()
        if self._playwright:
            await self._playwright.stop()
