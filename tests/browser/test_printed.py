"""Which texts are printed one over the other, on pages of a few lines in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from harness.person.body import SENSES

pytestmark = pytest.mark.live

PAGE = """<!doctype html>
<style>p, dialog { position: absolute; left: 20px; top: 20px; margin: 0; padding: 0; border: 0 }</style>
<main><p>The connection was cut</p></main><dialog>Log in again</dialog>"""
LOOK = "() => window.__chatfaultVisible.look(() => window.__chatfaultPrinted.overprinted())"
OPENS = "document.querySelector('dialog').showModal()"
CLEAR = "dialog { background: transparent } dialog::backdrop { background: rgb(0 0 0 / 20%) }"
SCREENED = "dialog { background: transparent } dialog::backdrop { background: white }"
BLURRED = "dialog { background: transparent } dialog::backdrop { backdrop-filter: blur(9px) }"


def printed(page: Page, script: str, style: str) -> list[str] | None:
    page.set_content(f"{PAGE}<style>{style}</style><script>{script}</script>")
    page.evaluate(f"() => {{ {SENSES} }}")
    found: list[str] | None = page.evaluate(LOOK)
    return found


@pytest.mark.parametrize("script", ["document.querySelector('dialog').show()", OPENS])
def test_what_hides_the_words_behind_it_is_printed_over_none(page: Page, script: str) -> None:
    assert printed(page, script, "dialog { background: white }") is None


@pytest.mark.parametrize("style", [SCREENED, BLURRED])
def test_what_a_box_keeps_behind_it_is_printed_over_none(page: Page, style: str) -> None:
    assert printed(page, OPENS, style) is None


def test_a_box_that_lets_the_words_behind_it_be_seen_is_printed_over_them(page: Page) -> None:
    assert printed(page, OPENS, CLEAR) == ["The connection was cut", "Log in again"]


HEARD = "position: absolute; width: 1px; height: 1px; overflow: hidden;"
BESIDE = '<h2><span style="{}">An error: </span>Internal Server Error</h2>'
BOX = '<div style="width: 60px; overflow: {}; white-space: nowrap">The connection was cut</div>'


@pytest.mark.parametrize(
    ("body", "over"),
    [
        (BESIDE.format(HEARD), False),
        (BESIDE.format(f"{HEARD} clip: rect(0 0 0 0); white-space: nowrap"), False),
        (BESIDE.format("position: absolute; width: 1px; white-space: nowrap; clip-path: inset(50%)"), False),
        (BESIDE.format("position: absolute; width: 1px; white-space: nowrap"), True),
        (f'<div style="display: flex">{BOX.format("visible")}<p style="margin: 0">Try again</p></div>', True),
        (f'<div style="display: flex">{BOX.format("hidden")}<p style="margin: 0">Try again</p></div>', False),
    ],
)
def test_what_reaches_beyond_its_box_is_printed_over_what_is_there_unless_it_is_cut_off(
    page: Page, body: str, over: bool
) -> None:
    page.set_content(body)
    page.evaluate(f"() => {{ {SENSES} }}")
    assert bool(page.evaluate(LOOK)) is over
