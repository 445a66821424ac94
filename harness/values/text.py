"""Texts of others (a page, a YAML file, an upstream) made fit to be printed: nothing in them acts, none is endless."""

from __future__ import annotations

import re
import unicodedata

CLIP = 500
"""Characters of somebody else's line that a terminal or a log bears."""
ACTING = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
"""Unicode's categories of what acts instead of being seen: control bytes, marks of direction, lone surrogates."""
JOINERS = "\u200c\u200d"
"""Scripts and emoji are written with these; they show nothing and move nothing."""


def printable(text: str, keep: str = "") -> str:
    """The text with everything that acts instead of being seen as an escape: ESC as `\\x1b`, a mark of direction as
    `\\u202e`. What `keep` holds (such as a line's end) stays as it is."""
    if text.isprintable():
        return text
    kept = {*keep, *JOINERS}
    return "".join(one if one in kept or unicodedata.category(one) not in ACTING else _escaped(one) for one in text)


def _escaped(one: str) -> str:
    return one.encode("unicode_escape").decode() if one != "\x7f" else "\\x7f"


def clipped(text: str, limit: int = CLIP) -> str:
    """At most `limit` characters, and how many more there are."""
    more = len(text) - limit
    return text if more <= 0 else f"{text[:limit]}… ({more} more characters)"


def shown(text: str, limit: int = CLIP) -> str:
    """A line of somebody else's, fit for a terminal, a log and a report."""
    return printable(clipped(text, limit))


def unopened(error: str) -> str:
    """Why an address did not open, of what the driver says of it: without its call, the address and its protocol."""
    bare = re.sub(r"^Page\.\w+: | at https?://.*$", "", error)
    return "the browser gave no reason" if bare.startswith("Protocol error") else bare


def block(text: str, limit: int = CLIP) -> str:
    """Several lines, of which each is fit for a terminal, a log and a report."""
    return "\n".join(shown(line, limit) for line in text.split("\n"))
