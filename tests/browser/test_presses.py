"""What a page tells of a press on one of its controls, in a real browser."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Page

from harness.person.body import PRESSES, SENSES

pytestmark = pytest.mark.live

PAGE = """<!doctype html><main><div style="height: 20rem"><p id=error><button id=retry>Try again</button></p></div>
<button id=send>Send</button><textarea></textarea></main>"""
GOES_AWAY = 'addEventListener("pointerdown", () => { document.querySelector("#error").hidden = true; });'
MOVES = 'addEventListener("pointerdown", () => { document.querySelector("#error").style.marginTop = "9rem"; });'


def told(page: Page, script: str = "", part: str = "#retry") -> list[str]:
    page.set_content(PAGE)
    page.evaluate(f"() => {{ {SENSES} }}")
    page.evaluate(
        "() => { window.told = []; window.__chatfaultTell = (kind, {control}) => window.told.push([kind, control]); }"
    )
    page.evaluate(f"() => ({PRESSES.strip()})({json.dumps({'retry': '#retry', 'send': '#send'})})")
    page.evaluate(f"() => {{ {script} }}")
    page.click(part)
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
    return [" ".join(one) for one in page.evaluate("window.told")]


@pytest.mark.parametrize(
    ("script", "part", "what"),
    [
        ("", "#retry", ["clicked retry"]),
        ("", "textarea", []),
        (GOES_AWAY, "#retry", ["touched retry"]),
        (MOVES, "#retry", ["touched retry"]),
        (GOES_AWAY, "#send", ["clicked send"]),
    ],
)
def test_what_is_told_of_a_press(page: Page, script: str, part: str, what: list[str]) -> None:
    assert told(page, script, part) == what
