"""What was found on a page is known of each page that has no part which it hadn't."""

from __future__ import annotations

import pytest

from harness.browser.audits import Audits

FADED = {"rule": "color-contrast", "says": "Too pale", "where": "p", "parts": ["p"]}
UNTITLED = {"rule": "document-title", "says": "No title", "where": "html", "parts": []}


@pytest.fixture
def known() -> Audits:
    made = Audits()
    made.learn("light", ["main", "p"], "one", [FADED])
    made.learn("light", ["main", "b"], "two", [])
    return made


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        (["main", "p"], ("one", [FADED])),
        (["main", "b"], ("two", [])),
        (["p", "b"], ("two", [FADED])),
        (["main", "i"], None),
        ([], None),
    ],
)
def test_a_page_without_a_new_part_is_known(known: Audits, parts: list[str], told: object) -> None:
    assert known.of("light", parts) == told


def test_a_page_that_looks_otherwise_is_new(known: Audits) -> None:
    assert known.of("dark", ["main", "p"]) is None


def test_what_is_wrong_with_a_page_as_a_whole_is_wrong_with_every_such_page(known: Audits) -> None:
    known.learn("light", ["i"], "three", [UNTITLED])
    assert known.of("light", ["b"]) == ("two", [UNTITLED])
