"""What the harness asks of a page for itself."""

from __future__ import annotations

import asyncio

import pytest
from playwright.async_api import async_playwright

from harness.browser.asking import comes_true
from harness.browser.engines import SANDBOX
from harness.tools.provision import provide

pytestmark = pytest.mark.live

STRICT = """<meta http-equiv="Content-Security-Policy" content="default-src 'none'"><title>before</title>"""
CALLED = "(name) => document.title === name"


def test_it_is_waited_also_in_a_page_that_forbids_to_evaluate() -> None:
    async def wait() -> tuple[bool, bool]:
        program = provide(["headless_shell"], say=lambda _text: None).need("headless_shell").path
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=program, args=list(SANDBOX))
            page = await browser.new_page()
            await page.set_content(STRICT)
            never = await comes_true(page, CALLED, 0.2, "after")
            waiting = asyncio.create_task(comes_true(page, CALLED, 10, "after"))
            await page.evaluate("() => { document.title = 'after'; }")
            return never, await waiting

    assert asyncio.run(wait()) == (False, True)
