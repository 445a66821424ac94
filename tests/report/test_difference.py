"""The difference of two texts, letter by letter."""

from __future__ import annotations

import pytest

from harness.report.difference import Piece, sides


def marked(pieces: list[Piece]) -> str:
    return "".join(f"[{one.text}]" if one.differs else one.text for one in pieces)


@pytest.mark.parametrize(
    ("expected", "shown", "left", "right"),
    [
        ("Bad gateway error", "Bad gatevay error", "Bad gate[w]ay error", "Bad gate[v]ay error"),
        ("It was cut", "It was cut!", "It was cut", "It was cut[!]"),
        ("abc", "xyz", "[abc]", "[xyz]"),
        ("It was cut", "", "[It was cut]", ""),
        ("It was cut", "Oh no / It was cot / Try again", "It was c[u]t", "Oh no / It was c[o]t / Try again"),
        ("It was cut", "Oh no / Help", "[It was cut]", "[Oh no] / Help"),
        ("同じ", "同じ", "同じ", "同じ"),
    ],
)
def test_only_what_differs_is_marked(expected: str, shown: str, left: str, right: str) -> None:
    assert tuple(map(marked, sides(expected, shown))) == (left, right)


def test_long_texts_are_compared_at_their_beginning_only() -> None:
    left, right = sides("x" * 100_000, "y" * 100_000)
    assert (len(left[0].text), len(right[0].text)) == (1200, 1200)
