"""Which pages are laid out by the window's width, so that they are looked at in a narrow one."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from harness.person.body import SENSES
from harness.person.otherwise import MADE_FOR_IT

pytestmark = pytest.mark.live


@pytest.mark.parametrize(
    ("head", "made"),
    [
        ("<meta name=viewport content='width=device-width'>", True),
        ("<style>@media (max-width: 50em) { p { margin: 0 } }</style>", True),
        ("<style>@supports (display: grid) { @media (width < 600px) { p { margin: 0 } } }</style>", True),
        ("<style>@media (prefers-color-scheme: dark) { p { color: white } }</style>", False),
        ("<meta name=viewport content='initial-scale=1'><style>p { width: 900px }</style>", False),
    ],
)
def test_a_page_is_made_for_a_narrow_window_where_it_says_so_or_asks_for_its_width(
    page: Page, head: str, made: bool
) -> None:
    page.set_content(f"{head}<p>The connection was cut</p>")
    page.evaluate(f"() => {{ {SENSES} }}")
    assert page.evaluate(MADE_FOR_IT) is made
