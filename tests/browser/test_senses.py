"""What a person sees, hears and reaches of a page, on pages of a few lines in a real browser."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Page

from harness.person.body import SCREEN, SENSES
from harness.person.pressing import TAKEN

pytestmark = pytest.mark.live

LOOK = """() => {
  const part = document.querySelector("#part");
  const { text, inView, blinks } = window.__chatfaultVisible;
  return window.__chatfaultVisible.look(() => ({ ...text(part), inView: inView(part), blinks: blinks(part) }));
}"""
SHADOW = """() => {
  const inside = document.querySelector("#part").attachShadow({ mode: "open" });
  inside.innerHTML = '<style>p { %s }</style><p role="alert">The connection was cut</p><button>Try again</button>';
}"""


def look(page: Page, style: str = "", around: str = "") -> dict[str, Any]:
    """What is seen of a part with these styles. `around`: the styles of all else."""
    page.set_content(f"<style>{around} #part {{ {style} }}</style><div id=part role=alert>The connection was cut</div>")
    page.evaluate(f"() => {{ {SENSES} }}")
    return dict(page.evaluate(LOOK))


def in_a_shadow(page: Page, style: str = "", around: str = "") -> dict[str, Any]:
    page.set_content(f"<style>{around}</style><div id=part></div>")
    page.evaluate(SHADOW % style)
    page.evaluate(f"() => {{ {SENSES} }}")
    return dict(page.evaluate(LOOK))


def test_a_text_in_a_shadow_root_is_seen(page: Page) -> None:
    seen = in_a_shadow(page)
    assert seen["lines"] == ["The connection was cut", "Try again"]
    assert seen["inView"]


@pytest.mark.parametrize(
    ("style", "why"),
    [
        ("opacity: 0.05", "it is transparent"),
        ("color: white", "it has the colour of its ground"),
        ("position: fixed; left: -900px", "it is off the screen"),
        ("transform: scaleX(-1)", "it is mirrored"),
        ("-webkit-text-security: disc", "its letters are masked"),
        ("-webkit-text-stroke: 5px", "its letters are drawn so thick that they are blots"),
    ],
)
def test_a_text_in_a_shadow_root_is_hidden_by_its_own_styles(page: Page, style: str, why: str) -> None:
    seen = in_a_shadow(page, style)
    assert [one["why"] for one in seen["unseen"]] == [why]
    assert seen["lines"] == ["Try again"]


NESTED = """() => {
  let place = document.querySelector("#part");
  for (const _ of "abc") place = place.attachShadow({ mode: "open" }).appendChild(document.createElement("div"));
  place.textContent = "The connection was cut";
}"""


@pytest.mark.parametrize("hides", [False, True])
def test_a_text_is_seen_through_shadow_roots_within_one_another(page: Page, hides: bool) -> None:
    veil = "body::after { content: ''; position: fixed; inset: 0; background: #ddd; }"
    page.set_content(f"<style>{veil if hides else ''}</style><div id=part></div>")
    page.evaluate(NESTED)
    page.evaluate(f"() => {{ {SENSES} }}")
    seen = page.evaluate(LOOK)
    assert [one["why"] for one in seen["unseen"]] == ["body lies over it"] * hides
    assert seen["lines"] == ["The connection was cut"] * (not hides)


def test_a_text_in_a_shadow_root_is_hidden_by_what_lies_over_the_page(page: Page) -> None:
    veil = "body::after { content: ''; position: fixed; inset: 0; background: #ddd; }"
    assert [one["why"] for one in in_a_shadow(page, around=veil)["unseen"]] == ["body lies over it"] * 2


@pytest.mark.parametrize(
    ("style", "why"),
    [
        ("font-size: 9px", "its letters are too small to read"),
        ("font-size: 18px; transform: scale(.4)", "its letters are too small to read"),
        ("rotate: 180deg", "it is upside down"),
        ("scale: -1 1", "it is mirrored"),
        ("transform: scaleX(-1) rotateY(180deg)", ""),
        ("transform: rotate(-8deg)", ""),
        ("transform: rotate(-90deg)", "it lies on its side"),
        ("writing-mode: vertical-rl", "it lies on its side"),
        ("writing-mode: sideways-lr", "it lies on its side"),
        ("writing-mode: vertical-lr; transform: rotate(-90deg)", ""),
        ("writing-mode: vertical-rl; text-orientation: upright", "it stands letter below letter"),
        ("font-size: 10px", ""),
    ],
)
def test_a_text_is_read_in_its_size_and_the_right_way_round(page: Page, style: str, why: str) -> None:
    assert [one["why"] for one in look(page, style)["unseen"]] == [why] * bool(why)


BOX = """<div style="width: 60px; height: 60px; white-space: nowrap; overflow: {}">
  <div id=part>The connection was cut</div><p>Try again</p><p>Or wait</p></div>"""
CLIPS = "visible; clip-path: inset(0)"


@pytest.mark.parametrize(
    ("overflow", "why"),
    [
        ("hidden auto", "it is clipped away"),
        ("auto", ""),
        ("auto hidden", ""),
        ("visible", ""),
        (CLIPS, "it is clipped away"),
    ],
)
def test_a_box_is_scrolled_the_way_that_it_scrolls(page: Page, overflow: str, why: str) -> None:
    page.set_content(BOX.format(overflow))
    page.evaluate(f"() => {{ {SENSES} }}")
    assert [one["why"] for one in page.evaluate(LOOK)["unseen"]] == [why] * bool(why)


@pytest.mark.parametrize(
    ("says", "style", "why"),
    [
        ("接続が途中で切断されました。再試行してください", "writing-mode: vertical-rl", ""),
        ("接続が途中で切断されました。再試行してください", "writing-mode: vertical-rl; text-orientation: upright", ""),
        ("接続が途中で切断されました。再試行してください", "writing-mode: sideways-rl", "it lies on its side"),
        ("接続が途中で切断されました。再試行してください", "rotate: 90deg", "it lies on its side"),
        ("Send feedback", "writing-mode: vertical-rl", ""),
    ],
)
def test_a_script_that_is_written_downwards_and_a_label_at_the_side_are_read(
    page: Page, says: str, style: str, why: str
) -> None:
    page.set_content(f'<div id=part><p style="{style}; margin: 60px">{says}</p></div>')
    page.evaluate(f"() => {{ {SENSES} }}")
    assert [one["why"] for one in page.evaluate(LOOK)["unseen"]] == [why] * bool(why)


@pytest.mark.parametrize(
    ("style", "there"), [("", True), ("margin-top: 130vh", False), ("position: fixed; top: 9px", True)]
)
def test_a_text_is_in_view_or_one_scrolls_to_it(page: Page, style: str, there: bool) -> None:
    seen = look(page, style)
    assert seen["lines"] == ["The connection was cut"]
    assert seen["inView"] is there


@pytest.mark.parametrize(
    ("frames", "endless"),
    [("50% { opacity: 0 }", True), ("50% { opacity: .6 }", False), ("50% { visibility: hidden }", True)],
)
def test_a_text_that_comes_and_goes_is_told_from_one_that_breathes(page: Page, frames: str, endless: bool) -> None:
    moves = f"@keyframes moves {{ {frames} }}"
    assert look(page, "animation: moves 2s infinite", moves)["blinks"] is endless


def test_a_text_that_fades_in_once_does_not_blink(page: Page) -> None:
    assert not look(page, "animation: moves 2s", "@keyframes moves { from { opacity: 0 } }")["blinks"]


COMES = """() => {
  const toast = document.querySelector("#toast");
  const hidden = toast.animate([{ opacity: 0 }, { opacity: 0 }], { duration: 50, fill: "forwards" });
  hidden.onfinish = () => (hidden.cancel(), toast.animate([{ opacity: 0 }, { opacity: 1 }], { duration: 100 }));
}"""


def test_what_comes_in_two_steps_is_looked_at_once_it_has_come(page: Page) -> None:
    page.set_content("<main><textarea></textarea><p id=toast>The connection was cut</p></main>")
    page.evaluate(f"() => {{ {SENSES} }}")
    page.evaluate(COMES)
    places = json.dumps({"root": "main", "composer": "textarea", "message": ".message", "error": "#toast"})
    screen = page.evaluate(f"({SCREEN})({places})", {"until": "now", "question": ""})
    assert screen["error"]["lines"] == ["The connection was cut"]
    assert screen["unseen"] == []


TURNS = """() => {
  for (const text of ["How do the tides work?", "By the moon.", "Sorry, this failed", "How do the tides work?"]) {
    const turn = document.querySelector("main").appendChild(document.createElement("div"));
    turn.className = "turn";
    turn.attachShadow({ mode: "open" }).innerHTML = `<p>${text.replace("this", "<b>this</b>")}</p>`;
  }
}"""


@pytest.mark.parametrize("later", [True, False])
def test_turns_are_told_apart_by_their_words_and_an_error_among_them_is_no_turn(page: Page, later: bool) -> None:
    page.set_content("<main><textarea></textarea></main>")
    page.evaluate(f"() => {{ {SENSES} }}")
    page.evaluate(TURNS)
    if later:
        page.evaluate("document.querySelector('.turn:last-child').remove()")
    asked = 'asked=["How do the tides work?"]'
    places = {
        "root": "main",
        "composer": "textarea",
        "message": ".turn",
        "user_message": asked,
        "error": "text=/^Sorry/",
    }
    screen = page.evaluate(f"({SCREEN})({json.dumps(places)})", {"until": "now", "question": ""})
    told = [(one["role"], one["text"]) for one in screen["messages"]]
    assert told[:2] == [("user", "How do the tides work?"), ("assistant", "By the moon.")]
    if later:
        assert (screen["error"]["lines"], len(told)) == (["Sorry, this failed"], 2)
    else:
        assert screen["error"] is None


TWICE = """<div id=root>
  <button class=new_chat>New chat</button>
  <p>An answer <button class=retry>Try again</button></p>
  <div style="width: 0; height: 40px; overflow: hidden">
    <button class=new_chat>New chat</button>
    <button class=retry>Try again</button>
  </div>
</div>"""


def test_of_a_page_wide_control_that_is_there_twice_the_one_in_reach_is_taken(page: Page) -> None:
    """What belongs to a message is the last of its kind, whether it can be pressed or not."""
    page.set_content(TWICE)
    page.evaluate(f"() => {{ {SENSES} }}")
    places = {"root": "#root", "new_chat": ".new_chat", "retry": ".retry"}
    screen = page.evaluate(f"({SCREEN})({json.dumps(places)})", {"until": "now", "question": ""})
    assert screen["blocked"] == {"retry": "it is clipped away"}
    assert page.locator(".new_chat").evaluate_all(TAKEN, "new_chat") == 0
    assert page.locator(".retry").evaluate_all(TAKEN, "retry") == 1


DRAWN = """<style>.writing::after { content: "●" } .empty::before { content: "" }</style>
<main><textarea></textarea><div class=turn>How?</div><div class=turn><p class="%s">So.</p></div>
<button class=send aria-label="Send it">↑</button><input type=password value="%s"></main>"""


@pytest.mark.parametrize(
    ("how", "typed", "drawn", "passwords"), [("writing", "", ['"●"'], 0), ("empty", "s3cret", [], 1), ("", "", [], 0)]
)
def test_what_the_style_draws_in_the_last_turn_and_what_stands_in_a_box_for_a_password(
    page: Page, how: str, typed: str, drawn: list[str], passwords: int
) -> None:
    page.set_content(DRAWN % (how, typed))
    page.evaluate(f"() => {{ {SENSES} }}")
    places = {"root": "main", "composer": "textarea", "message": ".turn", "user_message": "none", "send": ".send"}
    screen = page.evaluate(f"({SCREEN})({json.dumps(places)})", {"until": "now", "question": ""})
    assert (screen["drawn"], screen["passwords"]) == (drawn, passwords)
    assert screen["names"]["send"] == "Send it"


BAR = """<style>#scrolls {{ height: 200px; overflow-y: auto }} #part {{ height: 20px; line-height: 20px }}
#bar {{ background: white; height: 40px; {bar} }}</style>
<div id=scrolls><div style="height: {above}px"></div><div id=part>How do the tides work?</div>
<div style="height: 400px"></div></div><div id=bar></div>"""
UNDER = """(scrolled) => {
  document.querySelector("#scrolls").scrollTop = scrolled;
  const { text, look } = window.__chatfaultVisible;
  const why = (reach) => text(document.querySelector("#part"), [], reach).unseen.map((one) => one.why);
  return look(() => [true, false].map(why));
}"""
HEAD = "position: fixed; top: 8px; left: 0; right: 0"
SHEET = "position: fixed; inset: 0; height: auto"


@pytest.mark.parametrize(
    ("bar", "above", "scrolled", "unseen"),
    [
        (HEAD, 300, 290, []),  # one scrolls up, and it comes out below
        (HEAD, 10, 0, ["div#bar lies over it"]),  # it never comes out
        (SHEET, 300, 290, ["div#bar lies over it"]),
    ],
)
def test_what_a_bar_lies_over_and_one_scrolls_out_is_no_text_that_nobody_sees(
    page: Page, bar: str, above: int, scrolled: int, unseen: list[str]
) -> None:
    page.set_content(BAR.format(bar=bar, above=above))
    page.evaluate(f"() => {{ {SENSES} }}")
    by_scrolling, as_it_stands = page.evaluate(UNDER, scrolled)
    assert by_scrolling == unseen
    assert as_it_stands == ["div#bar lies over it"]


BUTTON = """<style>#row {{ {row} }} #part {{ {part} }} #icon {{ {icon} }}</style>
<div id=card><div id=row><button id=part><i id=icon>Try again</i></button></div></div>"""
WHY_OF_NO_USE = "() => window.__chatfaultVisible.control(document.querySelector('#part'))"


@pytest.mark.parametrize(
    ("row", "part", "icon", "why"),
    [
        ("", "", "", ""),
        ("", "", "pointer-events: none", ""),
        ("pointer-events: none", "pointer-events: auto", "", ""),
        ("pointer-events: none", "", "pointer-events: auto", ""),
        ("pointer-events: none", "", "", "it takes no press"),
        ("", "pointer-events: none", "", "it takes no press"),
    ],
)
def test_a_button_whose_style_lets_presses_through_is_of_no_use(
    page: Page, row: str, part: str, icon: str, why: str
) -> None:
    page.set_content(BUTTON.format(row=row, part=part, icon=icon))
    page.evaluate(f"() => {{ {SENSES} }}")
    assert page.evaluate(WHY_OF_NO_USE) == why
