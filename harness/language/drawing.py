"""How an error is drawn: its place, the line (what acts in it made visible, a long one cut), a caret, and the cure."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import Protocol

from harness.values.text import printable, shown

WIDEST = 110
BEFORE = 60
"""Characters of a long line that are shown, and how many of them before the place."""


class Placed(Protocol):
    """What is drawn: 1-based line and column, how many characters are meant, the whole line."""

    @property
    def path(self) -> str: ...
    @property
    def line(self) -> int: ...
    @property
    def column(self) -> int: ...
    @property
    def width(self) -> int: ...
    @property
    def says(self) -> str: ...
    @property
    def cure(self) -> str: ...
    @property
    def text(self) -> str: ...


def plain(part: str, _what: str) -> str:
    return part


def drawn(problem: Placed, painted: Callable[[str, str], str] = plain) -> list[str]:
    """The lines that tell a problem. `painted` gives a part its colour: `where`, `what`, `caret` or `cure`."""
    gutter = " " * len(str(problem.line))
    before, meant, after = _cut(problem)
    place = f"{printable(problem.path)}:{problem.line}:{problem.column}:"
    lines = [f"{painted(place, 'where')} {painted(shown(problem.says), 'what')}"]
    lines.append(f"  {problem.line} | {before}{meant}{after}".rstrip())
    caret = "^" * max(1, columns(meant))
    lines.append(f"  {gutter} | {' ' * columns(before)}{painted(caret, 'caret')}")
    if problem.cure:
        lines.append(f"  {gutter} = {painted(shown(problem.cure), 'cure')}")
    return lines


def _cut(problem: Placed) -> tuple[str, str, str]:
    """What stands before, at and after the place, fit to be printed; of a long line the part around it."""
    text, at = problem.text, problem.column - 1
    begin = max(0, at - BEFORE) if len(text) > WIDEST else 0
    end = begin + WIDEST
    stop = min(at + problem.width, end)
    before = ("…" if begin else "") + printable(text[begin:at])
    return before, printable(text[at:stop]), printable(text[stop:end]) + ("…" if len(text) > end else "")


def columns(text: str) -> int:
    """How many columns of a terminal a text takes: wide letters two, those that sit on another none."""
    wide = sum(unicodedata.east_asian_width(one) in "WF" for one in text)
    return len(text) + wide - sum(bool(unicodedata.combining(one)) for one in text)
