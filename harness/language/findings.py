"""The errors of scenarios for people and programs: text, JSON, GitHub's annotations, SARIF."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from harness.language.drawing import drawn
from harness.language.source import Problem

COLOURS = {"where": "1", "what": "31", "caret": "1;31", "cure": "36"}
RULE = "scenario"


def painted(part: str, what: str) -> str:
    return f"\x1b[{COLOURS[what]}m{part}\x1b[0m"


def as_text(problems: Sequence[Problem], colours: bool = False) -> str:
    lines = [line for one in problems for line in (drawn(one, painted) if colours else drawn(one))]
    return "\n".join(lines)


def as_json(problems: Sequence[Problem]) -> str:
    """A list of {path, line, column, width, says, cure}; lines and columns are counted from 1."""
    found = [
        {"path": p.path, "line": p.line, "column": p.column, "width": p.width, "says": p.says, "cure": p.cure}
        for p in problems
    ]
    return json.dumps(found, ensure_ascii=False, indent=2)


def as_github(problems: Sequence[Problem]) -> str:
    def told(one: Problem) -> str:
        place = f"file={_property(one.path)},line={one.line},col={one.column},endColumn={one.column + one.width}"
        return f"::error {place}::{_data(one.says + (f' ({one.cure})' if one.cure else ''))}"

    return "\n".join(told(one) for one in problems)


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def as_sarif(problems: Sequence[Problem]) -> str:
    """SARIF 2.1.0, one run with one rule."""

    def result(one: Problem) -> dict[str, Any]:
        region = {"startLine": one.line, "startColumn": one.column, "endColumn": one.column + one.width}
        where = {"artifactLocation": {"uri": one.path}, "region": region}
        text = f"{one.says}: {one.cure}" if one.cure else one.says
        return {
            "ruleId": RULE,
            "level": "error",
            "message": {"text": text},
            "locations": [{"physicalLocation": where}],
        }

    rule = {"id": RULE, "shortDescription": {"text": "A scenario says what it can't mean"}}
    driver = {"name": "chatfault", "informationUri": "https://pypi.org/project/chatfault/", "rules": [rule]}
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": [result(p) for p in problems]}
    schema = "https://json.schemastore.org/sarif-2.1.0.json"
    return json.dumps({"$schema": schema, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=2)


FORMATS: dict[str, Callable[[Sequence[Problem]], str]] = {
    "text": as_text,
    "json": as_json,
    "github": as_github,
    "sarif": as_sarif,
}
