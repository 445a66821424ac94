"""What a page moves by its style alone, which follows the time of the machine and not the clock of its scripts."""

from __future__ import annotations

import asyncio
import contextlib

from playwright.async_api import Error, Page

from harness.browser.asking import ask

SEEN = 1.0
"""Seconds from which somebody sees that it has gone on."""
ANSWERING = 0.5
"""Real seconds within which a page that is there has done so."""
GO_ON = """(ms) => {
  for (const one of document.getAnimations()) {
    const end = one.effect?.getComputedTiming().endTime;
    if (one.playState !== "running" || !Number.isFinite(end)) continue;
    one.currentTime = Math.min(end, (one.currentTime ?? 0) + ms);
  }
}"""


async def go_on(page: Page, seconds: float) -> None:
    """Every animation and transition that has an end is further by so many seconds."""
    with contextlib.suppress(Error, TimeoutError):
        async with asyncio.timeout(ANSWERING):
            await ask(page, GO_ON, round(seconds * 1000))
