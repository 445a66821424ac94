"""How a part of a page is pressed, by mouse or by keyboard, and what kept a person from it."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator

from playwright.async_api import Error, Locator, Page, Route

REACHING = 2.5
"""Real seconds after which a part of the page that can't be pressed or filled is one that the client keeps away."""

LONG_WORD = 20
"""Letters from which on a word is too long to be typed key by key."""

TAKEN = "(found, part) => window.__chatfaultVisible.taken(part, found)"


async def place_of(page: Page, part: str, locator: str) -> Locator:
    """The part of the page that a person takes, as the looks do: of several the last, or the one in reach."""
    shown, at = page.locator(f"{locator} >> visible=true"), -1
    with contextlib.suppress(Error):  # the page is just going away
        at = await shown.evaluate_all(TAKEN, part)
    return shown.nth(at)


async def press(place: Locator) -> None:
    """Press it, if the client lets it be pressed in time."""
    await place.click(timeout=REACHING * 1000)


@contextlib.asynccontextmanager
async def under_way(page: Page) -> AsyncIterator[asyncio.Event]:
    """Hold what the page sends for as long as this lasts, so that nothing of it can have failed or been answered.

    Yields what is set once something is held. Reading isn't held.
    """
    held, over = asyncio.Event(), asyncio.Event()

    async def hold(route: Route) -> None:
        if route.request.method == "POST":
            held.set()
            await over.wait()
        with contextlib.suppress(Error):  # the page has let go of it
            await route.continue_()

    await page.route("**/*", hold)
    try:
        yield held
    finally:
        over.set()
        with contextlib.suppress(Error):
            await page.unroute_all(behavior="wait")


async def press_enter(place: Locator) -> None:
    """Press it by keyboard, if the mouse could do so as well."""
    await place.click(trial=True, timeout=REACHING * 1000)
    await place.press("Enter", timeout=REACHING * 1000)


async def type_in(place: Locator, text: str) -> None:
    """Write it into a box, the last word key by key: some pages hear of what is written by the keys only."""
    _, space, word = text.rpartition(" ")
    by_keys = f"{space}{word}" if space and len(word) < LONG_WORD else text[-1:]
    await place.fill(text[: len(text) - len(by_keys)], timeout=REACHING * 1000)
    await place.press_sequentially(by_keys, timeout=REACHING * 1000)


def hindrance(log: str) -> str:
    """Why Playwright could not press or fill something, in one clause."""
    covered = re.search(r"<(\w+)[^>]*?(?:id=\"([\w-]+)\")?[^>]*>.*?intercepts pointer events", log)
    if covered:
        return f"{covered[1]}{'#' + covered[2] if covered[2] else ''} lies over it"
    reasons = ("not visible", "not enabled", "not editable", "not stable", "outside of the viewport")
    return next((f"it is {reason}" for reason in reasons if f"is {reason}" in log), "it takes no press and no text")
