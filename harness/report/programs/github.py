"""Annotations for GitHub: each problem on the line of the scenario that it is about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from harness.report.problems import Problem
from harness.report.programs.told import Told
from harness.values.result import Verdict
from harness.values.text import shown

LEVELS = {Verdict.FAIL: "error", Verdict.FLAKY: "warning", Verdict.INVALID: "error", Verdict.KNOWN: "notice"}
MOST = 50
"""A step shows ten of a level, a job fifty; more are noise."""
LONGEST = 800


def written(told: Told) -> str:
    return "".join(f"{line}\n" for line in commands(told.problems))


def commands(problems: Sequence[Problem]) -> Iterable[str]:
    """A workflow command for each problem, the gravest first."""
    for one in problems[:MOST]:
        at = {"file": one.place.path, "line": str(one.place.line or ""), "title": f"chatfault: {one.cause.kind}"}
        told = ",".join(f"{name}={_escaped(value, ':,')}" for name, value in at.items() if value)
        arms = len(one.arms)
        said = f"{one.cause.sentence} ({one.verdict}, {arms} arm{'s' if arms > 1 else ''}; {one.command})"
        yield f"::{LEVELS[one.verdict]} {told}::{_escaped(said)}"


def _escaped(text: str, more: str = "") -> str:
    """As GitHub reads it: what would end a command or a property is written as a percent code."""
    text = shown(text, LONGEST)
    for character in "%\r\n" + more:
        text = text.replace(character, f"%{ord(character):02X}")
    return text
