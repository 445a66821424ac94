"""What the harness asks of a page for itself: nobody in front of it does that, so that no trace has it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine
from typing import Any, TypeVar

from playwright.async_api import BrowserContext, Page

T = TypeVar("T")
OFTEN = 0.05
"""Real seconds between two questions whether something holds."""


def connection_of(thing: Page | BrowserContext) -> Any:
    """Playwright's way to its driver, which it offers to nobody in public, or None."""
    return getattr(getattr(thing, "_impl_obj", None), "_connection", None)


async def untraced(page: Page, work: Coroutine[Any, Any, T]) -> T:
    """What `work` returns or raises, which calls Playwright for the harness.

    A call that is traced copies the whole document before it and after it, which takes longer than most looks.
    Playwright leaves out of its traces what it marks as its own; it offers that to nobody in public.
    """
    connection = connection_of(page)
    if not hasattr(connection, "wrap_api_call"):
        return await work
    result: T = await connection.wrap_api_call(lambda: work, True)
    return result


async def ask(page: Page, script: str, argument: Any = None) -> Any:
    """What a function in the page says."""
    return await untraced(page, page.evaluate(script, argument))


async def comes_true(page: Page, script: str, seconds: float, argument: Any = None) -> bool:
    """Whether a function in the page comes to say true within so many real seconds.

    Playwright's own waiting evaluates the function's text in the page, which a strict content security policy forbids.
    """
    until = time.monotonic() + seconds
    while not await ask(page, script, argument):
        if time.monotonic() >= until:
            return False
        await asyncio.sleep(OFTEN)
    return True
