"""Where Tab leads to from the box to write in, in a browser that has parts of its own around the page."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from playwright.async_api import async_playwright

from harness.person.body import SENSES
from harness.person.evidence import walk
from harness.stack.recorder import Recorder
from harness.tools.provision import provide

pytestmark = pytest.mark.live

LAST = "<textarea></textarea>"
KEEPS = '<textarea onkeydown="event.preventDefault()"></textarea>'


async def _walked(recorder: Recorder) -> list[list[str]]:
    """What each of the pages led to."""
    found = provide(["firefox"], say=lambda _text: None).need("firefox")
    channel = None if found.is_playwrights else "moz-firefox"
    async with async_playwright() as playwright:
        browser = await playwright.firefox.launch(executable_path=str(found.path), channel=channel)
        for what in (LAST, KEEPS):
            page = await browser.new_page()
            await page.set_content(what)
            await page.evaluate(f"() => {{ {SENSES} }}")
            await walk(page, recorder, {"composer": "textarea", "send": "", "retry": ""})
        await browser.close()
    return [walked.data["been"] for walked in recorder.history.where("screen", "walk")]


def test_tab_leads_from_the_last_part_of_a_page_into_the_browser_s_own(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "history.jsonl")
    try:
        assert asyncio.run(_walked(recorder)) == [["browser"], []]
    finally:
        recorder.close()
