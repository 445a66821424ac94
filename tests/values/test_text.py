"""What others wrote never acts on a terminal, and no line of theirs is endless."""

from __future__ import annotations

import json

import pytest

from harness.values.text import CLIP, block, clipped, printable, shown, unopened


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("plain, 日本語, é, 🙂", "plain, 日本語, é, 🙂"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("a\x00b\x07c\x7fd", "a\\x00b\\x07c\\x7fd"),
        ("one\ntwo\ttab\r", "one\\ntwo\\ttab\\r"),
        ("\u202egnp.exe", "\\u202egnp.exe"),
        ("\ud800 alone", "\\ud800 alone"),
        ("a\u2028b\u200bc", "a\\u2028b\\u200bc"),
    ],
)
def test_what_acts_is_shown_as_an_escape(given: str, told: str) -> None:
    assert printable(given) == told
    assert json.dumps(told).encode()


def test_what_is_asked_for_is_kept() -> None:
    assert printable("one\ntwo\x1b", keep="\n") == "one\ntwo\\x1b"


def test_a_long_line_is_clipped_and_says_by_how_much() -> None:
    assert clipped("x" * CLIP) == "x" * CLIP
    assert clipped("x" * 1_000_000) == f"{'x' * CLIP}… (999500 more characters)"
    assert len(shown("\x1b" * 1_000_000)) < 5 * CLIP


def test_of_several_lines_each_is_clipped_and_none_acts() -> None:
    assert block("a\x1b[2J\n" + "b" * 600).split("\n") == ["a\\x1b[2J", "b" * 500 + "… (100 more characters)"]


@pytest.mark.parametrize(
    ("error", "bare"),
    [
        ("Page.goto: net::ERR_CONNECTION_REFUSED at http://127.0.0.1:1/c", "net::ERR_CONNECTION_REFUSED"),
        ("Page.reload: NS_ERROR_NET_RESET", "NS_ERROR_NET_RESET"),
        ("Page.goto: Protocol error (browsingContext.navigate): unknown error", "the browser gave no reason"),
        ("still_loading", "still_loading"),
    ],
)
def test_an_address_that_did_not_open_has_the_browsers_reason_alone(error: str, bare: str) -> None:
    assert unopened(error) == bare
