"""What a document told as an error in passing, on a page of a few lines in a real browser."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Page

from harness.person.body import FLASHES, SENSES

pytestmark = pytest.mark.live

PAGE = "<style>.none { display: none }</style><main><p class=answer>All is</p></main>"
PASSES = """([html, act]) => new Promise((done) => {
  const made = document.createElement("div");
  made.innerHTML = html;
  const error = made.firstElementChild;
  document.querySelector("main").append(error);
  const next = () => setTimeout(() => (error.remove(), setTimeout(() => done(window.__chatfaultFlashed.texts()))));
  setTimeout(() => (new Function("error", act)(error), next()));
})"""


def passes(page: Page, html: str, act: str = "", place: str = "#error") -> list[str]:
    """What was told in passing by an element that came, to which this was done, and that went."""
    page.set_content(PAGE)
    page.evaluate(f"() => {{ {SENSES} }}")
    page.evaluate(f"({FLASHES.strip()})({json.dumps(place)})")
    return list(page.evaluate(PASSES, [html, act]))


@pytest.mark.parametrize(
    ("html", "act", "told"),
    [
        ("<p id=error>It failed</p>", "", ["It failed"]),
        ("<p id=error></p>", "", []),
        ("<p id=error hidden>It failed</p>", "", []),
        ("<p id=error hidden>It failed</p>", "error.hidden = false", ["It failed"]),
        ("<p id=error class=none>It failed</p>", "error.className = ''", ["It failed"]),
        ("<p id=error></p>", "error.textContent = 'It failed'", ["It failed"]),
        ("<p id=note>It failed</p>", "", []),
    ],
)
def test_an_error_that_was_there_for_a_moment_is_kept(page: Page, html: str, act: str, told: list[str]) -> None:
    assert passes(page, html, act) == told


def test_a_locator_by_words_is_left_alone(page: Page) -> None:
    assert passes(page, "<p>It failed</p>", place='text="It failed"') == []
