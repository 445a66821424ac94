"""Whether a person has room for what they do: to read the conversation, to write, to make it larger, to copy it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.judging.case import Case, quoted
from harness.judging.spoken import closely
from harness.values.result import Finding

LINES = 3
"""So many lines of a conversation that is longer are to be on the screen at once."""


def room(case: Case) -> Finding | None:
    """An error leaves room for the conversation and the composer, and nothing takes a reader's own means away."""
    noticed = list(closely(case))
    if not noticed:
        return None
    before: Mapping[str, Any] = {}
    for phase, seen in noticed:
        if wrong := _cramped(before, seen) or _taken(seen):
            return Finding("room", False, f"{wrong} ({phase})")
        before = before or seen
    return Finding("room", True, "there is room to read and to write")


def _cramped(before: Mapping[str, Any], seen: Mapping[str, Any]) -> str:
    """What has too little room, in words. `before`: what was noticed in the steady state."""
    left = seen.get("room")
    if left and left["more"] and left["height"] < LINES * left["line"]:
        lines = left["height"] // max(1, left["line"])
        return f"expected room for {LINES} lines of the conversation, there is some for {lines}"
    if seen.get("composer_away") and not before.get("composer_away"):
        return "expected the composer on the screen, it is off it"
    if seen.get("sideways") and not before.get("sideways"):
        return "expected the page to be as wide as the window, one has to scroll sideways"
    return ""


def _taken(seen: Mapping[str, Any]) -> str:
    """What a reader can't do any more, in words."""
    if seen.get("zoom"):
        return "expected that a person may zoom, the page forbids it"
    for one in seen.get("marred", ()):
        return f"expected {quoted(one['text'])} as a text that one can read and use, but {one['why']}"
    if over := seen.get("overprinted"):
        one, other = map(quoted, over)
        return f"expected {one} and {other} to stand apart, they are printed over each other"
    return "expected a password to be hidden while it is typed, it is shown" if seen.get("clear") else ""
