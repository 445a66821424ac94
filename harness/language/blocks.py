"""A YAML file's top-level keys, one put in another's place: everything else stays as somebody wrote it."""

from __future__ import annotations

import re
from typing import Any

import yaml

TOP = re.compile(r"^[A-Za-z_][\w-]*\s*:", re.MULTILINE)


class _Dumper(yaml.SafeDumper):
    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def with_block(text: str, key: str, value: Any) -> str:
    """The text with that key's value instead of the one it has, or at its end; without the key where it is empty.

    Comments within the key's old value go with it; all others stay.
    """
    begin, end = _place(text, key)
    before, after = text[:begin], text[end:]
    if not value:
        return before + after
    made = yaml.dump({key: value}, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=110)
    if before and not before.endswith("\n"):
        before += "\n"
    return before + made + after


def _place(text: str, key: str) -> tuple[int, int]:
    """Where the key's line begins and its value ends; twice the end where there is none."""
    starts = list(TOP.finditer(text))
    for number, match in enumerate(starts):
        if match[0].rstrip().removesuffix(":").rstrip() == key:
            end = starts[number + 1].start() if number + 1 < len(starts) else len(text)
            return match.start(), _without_comments(text, match.start(), end)
    return len(text), len(text)


def _without_comments(text: str, begin: int, end: int) -> int:
    """The end of a block, before comments and empty lines that stand above the next key."""
    lines = text[begin:end].splitlines(keepends=True)
    while len(lines) > 1 and (not lines[-1].strip() or lines[-1].startswith("#")):
        end -= len(lines.pop())
    return end
