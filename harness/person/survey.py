"""What others say of where a person stands, asked of themselves right before a remedy and right after."""

from __future__ import annotations

import contextlib
from typing import Any

from playwright.async_api import Error

from harness.browser.asking import ask
from harness.person.body import Body
from harness.remedies.base import Remedy
from harness.stack.world import World

CLOCK = "() => /^(https?:|about:)/.test(location.protocol) ? Date.now() : null"
"""The page's clock in milliseconds; a document of the browser's own (an error page) has not got the world's."""


class Survey:
    """Asks whom a remedy's row names, and writes down what they say."""

    def __init__(self, world: World, person: Body) -> None:
        self._world, self._person = world, person
        self._cookies: dict[str, str] = {}

    async def ask(self, remedy: Remedy, when: str) -> None:
        """`when`: `before` the remedy, or `after` it."""
        asks = remedy.witness.asks
        if "road" in asks:
            await self._note("link", "road", when, passes=await self._world.passes())
        if "gateway" in asks:
            await self._note("gateway", "routes", when, **await self._world.gateway.in_force())
        if "browser" in asks:
            await self._note("browser", "kept", when, **await self._kept(when))

    async def _note(self, source: str, kind: str, when: str, **data: Any) -> None:
        self._world.recorder.note(source, kind, None, when=when, **data)

    async def _kept(self, when: str) -> dict[str, Any]:
        """Whether the browser has the cookies that it had (None: it had none), and what its clock says."""
        page, had = self._person.page, self._cookies
        jar = await page.context.cookies()
        self._cookies = {str(one.get("name")): str(one.get("value")) for one in jar}
        clock = None
        with contextlib.suppress(Error):
            clock = await ask(page, CLOCK)
        same = self._cookies == had if had and when == "after" else None
        return {"same_cookies": same, "clock": clock}
