"""Where Tab leads to from the box to write in, in a browser that has parts of its own around the page."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
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
MANY_BEFORE = "".join(f'<a href="#{number}">{number}</a>' for number in range(4)) + LAST
TRAP = '<textarea></textarea><a href="#a" onkeydown="event.preventDefault()">one</a><a href="#b">two</a>'


async def _walked(recorder: Recorder, *pages: str) -> list[tuple[list[str], bool]]:
    """What each of the pages led to, and whether it led no further."""
    found = provide(["firefox"], say=lambda _text: None).need("firefox")
    channel = None if found.is_playwrights else "moz-firefox"
    async with async_playwright() as playwright:
        browser = await playwright.firefox.launch(executable_path=str(found.path), channel=channel)
        for what in pages:
            page = await browser.new_page()
            file = recorder.path.with_name("page.html")
            file.write_text(what)
            await page.goto(file.as_uri())  # a browser has more parts of its own beside a page that has an address
            await page.evaluate(f"() => {{ {SENSES} }}")
            await walk(page, recorder, {"composer": "textarea", "send": "", "retry": ""})
        await browser.close()
    return [(walked.data["been"], walked.data["stuck"]) for walked in recorder.history.where("screen", "walk")]


@pytest.fixture
def recorder(tmp_path: Path) -> Iterator[Recorder]:
    recorder = Recorder(tmp_path / "history.jsonl")
    yield recorder
    recorder.close()


def test_tab_leads_from_the_last_part_of_a_page_into_the_browser_s_own(recorder: Recorder) -> None:
    (last, _), (keeps, _) = asyncio.run(_walked(recorder, LAST, KEEPS))
    assert (last, keeps) == (["browser"], [])


def test_who_comes_back_from_the_browser_s_own_parts_was_kept_by_nothing(recorder: Recorder) -> None:
    there_and_back, trap = asyncio.run(_walked(recorder, MANY_BEFORE, TRAP))
    assert there_and_back[0][0] == "browser"
    assert not there_and_back[1]
    assert trap == (["elsewhere"], True)
