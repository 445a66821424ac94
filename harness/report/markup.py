"""HTML from values. Whatever is not `Html` already is escaped, so that nothing a page or a file said is ever markup."""

from __future__ import annotations

import re
from html import escape

CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
OPEN_ENDED = frozenset({"td", "th", "tr", "li", "dt", "dd"})
"""Elements whose end tag HTML lets one leave out; a large report has a hundred thousand of them."""


class Html(str):
    """Text that is markup."""

    __slots__ = ()


Child = Html | str | int | float


def text(value: object) -> Html:
    """A value as the text of an element or an attribute."""
    return value if isinstance(value, Html) else Html(escape(CONTROL.sub("\ufffd", str(value))))


def el(name: str, *children: Child, **attributes: object) -> Html:
    """An element. `class_` is the attribute `class`, `data_label` is `data-label`; None and False leave one out."""
    said = "".join(_attribute(key, value) for key, value in attributes.items())
    end = "" if name in OPEN_ENDED else f"</{name}>"
    return Html(f"<{name}{said}>{join(*children)}{end}")


def join(*children: Child) -> Html:
    return Html("".join(map(text, children)))


def clip(long: str, length: int) -> str:
    return long if len(long) <= length else long[: length - 1].rstrip() + "…"


def _attribute(key: str, value: object) -> str:
    if value is None or value is False:
        return ""
    name = key.rstrip("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{text(value)}"'
