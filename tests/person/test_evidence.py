"""What is kept of a screen beyond its words, on pages of a few lines in a real browser."""

from __future__ import annotations

import asyncio
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, async_playwright

from harness.browser import traces
from harness.browser.audits import Audits
from harness.browser.engines import SANDBOX
from harness.person import evidence
from harness.person.auditing import audit
from harness.person.body import SENSES
from harness.stack.recorder import Recorder
from harness.tools.provision import provide

pytestmark = pytest.mark.live

CARD = (
    "<html lang=en><title>Chat</title><style>#card {{ width: 400px; {style} }}</style>{more}<div id=card>{text}</div>"
)
WITHOUT_A_NAME = '<img src="data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==">'


async def _closely(page: Page, recorder: Recorder) -> None:
    taken = await evidence.picture(page, recorder, "symptom")
    screen = {"error": {"lines": ["The connection was cut"]}, "messages": []}
    await evidence.closely(page, recorder, {"error": "#card"}, screen, taken, Audits())


def seen(folder: Path, html: str, shadow: str = "") -> tuple[dict[str, Any], list[str]]:
    """What is noted of a page, by its kind, and which calls the browser's trace has."""

    async def look() -> tuple[dict[str, Any], list[str]]:
        program = provide(["headless_shell"], say=lambda _text: None).need("headless_shell").path
        recorder = Recorder(folder / "history.jsonl")
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=program, args=list(SANDBOX))
            context = await browser.new_context()
            await traces.start(context, whole=True)
            page = await context.new_page()
            await page.set_content(html)
            if shadow:
                await page.evaluate("(html) => { card.attachShadow({ mode: 'open' }).innerHTML = html; }", shadow)
            await page.evaluate(f"() => {{ {SENSES} }}")
            await _closely(page, recorder)
            await page.locator("#card").click()
            await context.tracing.stop(path=folder / "trace.zip")
        with zipfile.ZipFile(folder / "trace.zip") as kept:
            told = [json.loads(line) for line in kept.read("trace.trace").splitlines()]
        noted = {event.kind: dict(event.data) for event in recorder.history.where("screen")}
        return noted, [one["method"] for one in told if one["type"] == "before"]

    return asyncio.run(look())


def test_a_picture_tells_whether_the_error_stands_out_where_it_stands(tmp_path: Path) -> None:
    told, _ = seen(tmp_path, CARD.format(style="color: #000;", more="", text="The connection was cut"))
    unseen, _ = seen(tmp_path, CARD.format(style="color: #fff;", more="<h1>Chat</h1>", text="The connection was cut"))
    assert told["pixels"]["share"] > 0.01
    assert unseen["pixels"]["share"] == 0


def test_axe_says_what_keeps_people_out(tmp_path: Path) -> None:
    noted, _ = seen(tmp_path, CARD.format(style="", more=WITHOUT_A_NAME, text="The connection was cut"))
    assert [one["rule"] for one in noted["audit"]["found"]] == ["image-alt"]


def test_axe_says_where_in_a_shadow_root_it_is(tmp_path: Path) -> None:
    noted, _ = seen(tmp_path, CARD.format(style="", more="", text=""), f"The connection was cut {WITHOUT_A_NAME}")
    assert [one["where"] for one in noted["audit"]["found"]] == ["['#card', 'img']"]


def test_what_is_looked_at_stands_in_no_trace_and_what_a_person_does_stands_there(tmp_path: Path) -> None:
    _, calls = seen(tmp_path, CARD.format(style="", more="", text="The connection was cut"))
    assert "click" in calls
    assert calls.count("evaluateExpression") == 1
    assert set(calls) <= {"newPage", "setContent", "evaluateExpression", "click"}


@pytest.mark.parametrize(
    ("then", "anew"),
    [
        ("<i>The service</i> took 31 s", False),
        ("<i></i>", True),
        (f"<i>The connection</i> was cut {WITHOUT_A_NAME}", True),
        ("<style>body {color: #888}</style><i>The connection</i> was cut", True),
        ("<p>The connection was cut</p>", True),
        ("<i>The connection</i> was cut <i>once</i>", False),
        ("was cut", False),
    ],
    ids=[
        "in other words",
        "without words",
        "with an image",
        "in another colour",
        "in other parts",
        "in more of them",
        "in fewer",
    ],
)
def test_axe_looks_once_at_screens_that_are_made_alike(tmp_path: Path, then: str, anew: bool) -> None:
    async def look() -> list[dict[str, Any]]:
        program = provide(["headless_shell"], say=lambda _text: None).need("headless_shell").path
        recorder, known = Recorder(tmp_path / "history.jsonl"), Audits()
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=program, args=list(SANDBOX))
            page = await browser.new_page()
            for text in ("<i>The connection</i> was cut", then):
                await page.set_content(CARD.format(style="", more="", text=text).replace("html lang=en", "html"))
                await page.evaluate(f"() => {{ if (!window.__chatfaultVisible) {{ {SENSES} }} }}")
                await audit(page, recorder, known)
        return [dict(event.data) for event in recorder.history.where("screen", "audit")]

    first, second = asyncio.run(look())
    assert "alike" not in first
    assert ("alike" not in second) is anew
    assert ("image-alt" in str(second["found"])) is (WITHOUT_A_NAME in then)
    assert all("html-has-lang" in str(one["found"]) for one in (first, second))
