"""What somebody notices who looks closely at a page, or hears it, on pages of a few lines in a real browser."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

from harness.person.body import SENSES
from harness.person.evidence import BACK, BARE, CLOSELY, LISTEN, STAND

pytestmark = pytest.mark.live

PLACES = {
    "root": "main",
    "composer": "textarea",
    "send": "#send",
    "retry": "#retry",
    "message": "article",
    "message_text": ".text",
    "user_message": ".mine",
    "error": "#error",
    "error_countdown": "#left",
}
CUT = "its end is cut off"
PAGE = """<!doctype html><meta name=viewport content="width=device-width">
<style>main { width: 40rem; line-height: 24px }</style>
<main><div id=list role=log><article class=mine aria-label=You><div class=text>What is a lighthouse for?</div></article>
<article class=theirs aria-label=Assistant><div class=text>For ships. It shows the coast.</div></article></div>
<section id=error role=alert><h2>The connection was cut</h2><p>Wait a minute, then try again.</p>
<p id=left role=timer>57 s</p><button id=retry>Try again</button></section>
<textarea aria-label=Question></textarea><button id=send>Send</button></main>"""


def opened(page: Page, old: str = "", new: str = "", style: str = "") -> Page:
    """The page with one thing replaced, and with these styles."""
    assert not old or PAGE.count(old) == 1
    page.set_content((PAGE.replace(old, new) if old else PAGE) + f"<style>{style}</style>")
    page.evaluate(f"() => {{ {SENSES} }}")
    page.evaluate(LISTEN)
    return page


def noticed(page: Page, *how: str, style: str = "") -> dict[str, Any]:
    return dict(opened(page, *how, style=style).evaluate(CLOSELY, PLACES))


def test_on_a_sound_page_nothing_is_noticed(page: Page) -> None:
    seen = noticed(page)
    assert [seen[name] for name in ("marred", "silent", "misnamed", "dead")] == [[]] * 4
    assert not any(seen[name] for name in ("unheard", "composer_away", "sideways", "zoom", "loud", "clear"))
    assert seen["speakers"] == {"user": "You", "assistant": "Assistant"}


@pytest.mark.parametrize(
    ("style", "why"),
    [
        ("#error { user-select: none }", "nobody can select and copy it"),
        ("h2 { text-decoration: line-through }", "it is struck through"),
        ("h2 { direction: rtl; unicode-bidi: bidi-override }", "its letters stand the wrong way round"),
        ("h2 { direction: rtl }", "it is laid out from right to left"),
        ("#error { rotate: 90deg; width: 8rem }", "it lies on its side"),
        ("#error { text-decoration: underline; direction: ltr; rotate: -3deg }", ""),
        ("#retry { user-select: none }", ""),
        ("#error p { width: 11rem; overflow: hidden; white-space: nowrap; text-overflow: ellipsis }", CUT),
        ("#error p { width: 11rem; overflow: clip; white-space: nowrap }", CUT),
        ("#error p { width: 4rem; height: 48px; overflow: hidden }", CUT),
        ("#error { height: 90px; overflow: hidden }", CUT),
        ("#error p { width: 4rem; overflow: hidden }", ""),
        ("#error { height: 90px; overflow: auto }", ""),
        ("#error { height: 90px; overflow: hidden auto } #error p { white-space: nowrap; width: 11rem }", ""),
        ("#error { width: 11rem; overflow: hidden auto; white-space: nowrap }", CUT),
        ("#error { width: 11rem; overflow: auto; white-space: nowrap }", ""),
        ("#error { height: 90px; overflow: auto hidden }", CUT),
        ("#error p { max-width: 30rem; overflow: hidden; white-space: nowrap; text-overflow: ellipsis }", ""),
        ("#error p { position: absolute; width: 1px; height: 1px; overflow: hidden; white-space: nowrap }", ""),
    ],
)
def test_a_text_that_nobody_can_use(page: Page, style: str, why: str) -> None:
    assert {one["why"] for one in noticed(page, style=style)["marred"]} == ({why} if why else set())


@pytest.mark.parametrize(
    ("old", "new", "silent"),
    [
        ("<h2>", "<h2 aria-hidden=true>", ["The connection was cut"]),
        ("<h2>", "<h2><span aria-hidden=true>⚠</span>", []),
        ("<h2>", "<span style='position:absolute;width:1px'>The connection was cut</span><h2 aria-hidden=true>", []),
    ],
)
def test_a_sentence_that_only_those_have_who_see(page: Page, old: str, new: str, silent: list[str]) -> None:
    assert noticed(page, old, new)["silent"] == silent


@pytest.mark.parametrize(
    ("old", "new", "what", "found"),
    [
        (" role=timer", "", "loud", True),
        (" role=timer", " aria-live=off", "loud", False),
        (" role=log", "", "unheard", "it is in no live region"),
        (" role=log", " role=log aria-relevant=removals", "unheard", "its live region tells only of what goes"),
        (" role=log", " role=log aria-relevant='removals additions'", "unheard", ""),
        (" role=log", " role=log aria-atomic=true", "anew", True),
        (" role=log", " role=log aria-atomic=false", "anew", False),
        ("width=device-width", "width=device-width, user-scalable=no", "zoom", True),
        ("width=device-width", "width=device-width, maximum-scale=1.0", "zoom", True),
        ("width=device-width", "width=device-width, maximum-scale=5", "zoom", False),
        ("<p id=left", "<p><a href='#'>What to do</a></p><p id=left", "dead", ["What to do"]),
        ("<p id=left", "<p><a href='/status'>What to do</a></p><p id=left", "dead", []),
        ("<button id=send>", "<button id=send aria-label='Send message'>", "misnamed", []),
        ("<button id=send>", "<button id=send aria-label='Go'>", "misnamed", [{"seen": "Send", "heard": "Go"}]),
        ("<textarea", "<input name=password autocomplete=current-password><textarea", "clear", True),
        ("<textarea", "<input type=password name=password><textarea", "clear", False),
        ("<textarea", "<div style='width: 300vw; height: 1px'></div><textarea", "sideways", True),
        ("<textarea", "<div style='height: 300vh'></div><textarea", "composer_away", True),
    ],
)
def test_what_is_noticed(page: Page, old: str, new: str, what: str, found: object) -> None:
    assert noticed(page, old, new)[what] == found


@pytest.mark.parametrize(
    ("old", "new", "user", "assistant"),
    [
        ("aria-label=You", "aria-label=Assistant", "Assistant", "Assistant"),
        ("aria-label=You", "", "", "Assistant"),
        ("<div class=text>For", "<b>Model 3</b><div class=text>For", "You", "Assistant Model 3"),
        ("<div class=text>For", "<b aria-hidden=true>You</b><div class=text>For", "You", "Assistant"),
        ("aria-label=You", "aria-label='You: What is a lighthouse for?'", "You:", "Assistant"),
    ],
)
def test_who_is_said_to_have_written_what(page: Page, old: str, new: str, user: str, assistant: str) -> None:
    assert noticed(page, old, new)["speakers"] == {"user": user, "assistant": assistant}


def test_an_answer_that_another_part_of_the_page_tells_of_is_heard(page: Page) -> None:
    opened(page, "<div id=list role=log>", "<p role=status></p><div id=list>")
    page.evaluate("() => window.__chatfaultHeard.listen()")
    page.evaluate("() => { document.querySelector('[role=status]').textContent = 'The answer is there'; }")
    assert page.evaluate(CLOSELY, PLACES)["unheard"] == ""


@pytest.mark.parametrize(
    ("style", "height", "more"),
    [
        ("#list { height: 30px; overflow: auto }", 30, True),
        ("#list { height: 300px; overflow: auto }", 300, False),
        ("", 720, False),
    ],
)
def test_the_room_for_a_conversation(page: Page, style: str, height: int, more: bool) -> None:
    assert noticed(page, style=style)["room"] == {"height": height, "line": 24, "more": more}


def walked(page: Page) -> dict[str, Any]:
    parts = page.evaluate(STAND, ["textarea", {name: PLACES[name] for name in ("composer", "send", "retry")}])
    for _ in range(parts + 2):
        page.keyboard.press("Tab")
    return dict(page.evaluate(BACK))


@pytest.mark.parametrize(
    ("style", "bare"),
    [
        ("", 0),
        (":focus-visible { outline: 0 }", 2),
        (":focus-visible { outline: 0; background: gold }", 0),
        (":focus-visible { outline: 0; outline-color: red }", 2),
        ("main:has(#retry:focus) section { border: 2px solid } :focus { outline: 0 } #send:focus { color: red }", 0),
    ],
)
def test_where_the_keyboard_is_can_be_seen(page: Page, style: str, bare: int) -> None:
    assert walked(opened(page, style=style))["bare"] == bare


@pytest.mark.parametrize(
    ("mark", "alike"), [("", True), ("box-shadow: 0 0 0 4px red; transition: box-shadow .5s", False)]
)
def test_a_picture_settles_whether_there_is_a_mark(page: Page, mark: str, alike: bool) -> None:
    walked(opened(page, style=":focus-visible { outline: 0 }"))
    page.add_style_tag(content=f"#retry:focus {{ {mark} }}")
    number = 0 if page.evaluate(BARE, [0, True])["name"] == "Try again" else 1
    pictures = []
    for focused in (True, False):
        part = page.evaluate(BARE, [number, focused])
        pictures.append(page.screenshot(clip=part["clip"], animations="disabled"))
    assert (pictures[0] == pictures[1]) is alike


def test_a_part_that_keeps_the_keyboard(page: Page) -> None:
    keeps = "<button id=retry onkeydown=\"if (event.key === 'Tab') event.preventDefault()\">"
    walk = walked(opened(page, "<button id=retry>", keeps))
    assert walk["kept"]
    assert walk["steps"] < 4
