"""Two texts side by side, with what differs marked letter by letter."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher

LONGEST = 1200
"""Characters of each side that are compared; beyond them a reader compares no letters."""
LIKE = 0.4
"""From this ratio on two texts are told as one that was changed, below it as two."""


LINES = " / "
"""What stands between the lines of a screen where a check tells them as one text."""


@dataclass(frozen=True)
class Piece:
    text: str
    differs: bool


def sides(expected: str, shown: str) -> tuple[list[Piece], list[Piece]]:
    """Both texts in pieces. Of several lines that were shown, the one most like what was expected is compared."""
    lines = shown[:LONGEST].split(LINES)
    if len(lines) == 1 or LINES in expected:
        return _compared(expected, shown)
    at = max(range(len(lines)), key=lambda at: (_likeness(expected[:LONGEST], lines[at]), -at))
    left, right = _compared(expected, lines[at])
    before, after = LINES.join(lines[:at]), LINES.join(lines[at + 1 :])
    whole = [Piece(before + LINES, False)] if before else []
    return left, [*whole, *right, *([Piece(LINES + after, False)] if after else [])]


def _likeness(expected: str, line: str) -> float:
    matcher = SequenceMatcher(None, expected, line, autojunk=False)
    ratio = matcher.ratio() if matcher.quick_ratio() >= LIKE else 0.0
    return ratio if ratio >= LIKE else 0.0


def _compared(expected: str, shown: str) -> tuple[list[Piece], list[Piece]]:
    """Texts that have little in common differ as a whole."""
    one, other = expected[:LONGEST], shown[:LONGEST]
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    if _likeness(one, other) < LIKE:
        return _whole(one), _whole(other)
    left: list[Piece] = []
    right: list[Piece] = []
    for kind, a, b, c, d in matcher.get_opcodes():
        left.append(Piece(one[a:b], kind != "equal"))
        right.append(Piece(other[c:d], kind != "equal"))
    return _joined(left), _joined(right)


def _whole(text: str) -> list[Piece]:
    return [Piece(text, True)] if text else []


def _joined(pieces: Iterable[Piece]) -> list[Piece]:
    """Pieces of one kind that follow each other as one; a single equal letter between two differences is no island."""
    some = [one for one in pieces if one.text]
    joined: list[Piece] = []
    for at, piece in enumerate(some):
        island = len(piece.text) < 2 and 0 < at < len(some) - 1
        differs = piece.differs or island
        if joined and joined[-1].differs is differs:
            joined[-1] = Piece(joined[-1].text + piece.text, differs)
        else:
            joined.append(Piece(piece.text, differs))
    return joined
