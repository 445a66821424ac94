"""Where in its file an arm's expectation stands, and the command that runs one arm again."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import yaml

from harness.values.result import Result
from harness.values.scenario import NOTHING

EXPECTED_IN: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("message", "message_again"), ("expect", "message")),
    **{name: ("expect", name) for name in ("within", "draft", "partial", "offers", "countdown")},
    "language": ("locale",),
    "evidence": ("faults",),
    **dict.fromkeys(("stale", "known"), ("known",)),
    "other_draft": ("expect", "draft"),
}
"""Which part of a scenario a check holds the client to; of any other it is the arm's own line, or `expect`."""

WHOLE_TRACES = "--whole-traces"
"""With this option an arm's trace has what that of each scenario's first control has anyway."""
BROKEN_OFF = ("complete", "undone", "control")
"""What no line of a scenario has to do with."""


@dataclass(frozen=True)
class Place:
    """A line of a file; 0 where only the file is known."""

    path: str
    line: int = 0
    text: str = ""

    def __str__(self) -> str:
        return f"{self.path}:{self.line}" if self.line else self.path


def place(result: Result, check: str, texts: Mapping[str, str]) -> Place:
    """Where the scenario says what this check expected."""
    if check in BROKEN_OFF:
        return Place(result.path)
    text = texts.get(result.path, "")
    lines = text.splitlines()
    key = EXPECTED_IN.get(check)
    at = _line(text, *key) if key else 0
    line = at or result.line or (_line(text, "expect") if text else 0)
    return Place(result.path, line, lines[line - 1].strip() if 0 < line <= len(lines) else "")


def around(result: Result, line: int, texts: Mapping[str, str]) -> list[tuple[int, str, bool]]:
    """The scenario's lines as `(number, text, is it this one)`."""
    return [(number, text, number == line) for number, text in enumerate(texts.get(result.path, "").splitlines(), 1)]


def _line(text: str, *keys: str) -> int:
    """The line of a key, by the keys above it; of one that isn't there, that of the last that is."""
    node, line = _composed(text), 0
    for key in keys:
        if not isinstance(node, yaml.MappingNode):
            break
        found = next((pair for pair in node.value if pair[0].value == key), None)
        if found is None:
            break
        line, node = found[0].start_mark.line + 1, found[1]
    return line


@lru_cache(maxsize=256)
def _composed(text: str) -> yaml.Node | None:
    try:
        return yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError:
        return None


def command(result: Result) -> str:
    """The command that runs this arm, and its control, once more."""
    label = result.arm.removeprefix(f"{result.scenario}/")
    words = ["chatfault", "run"]
    if "[" in result.scenario or not result.path:
        chosen = [result.path] if result.path else []
        words += [*chosen, "-k", f"{result.scenario} and {label}"]
    else:
        words.append(f"{result.path}::{result.scenario}::{label}")
    slim = result.trace and result.remedy != NOTHING
    return shlex.join([*words, *result.options, *([WHOLE_TRACES] if slim else [])])
