"""`results.json`: everything that was found, in a form with a version and a schema (`harness/results.schema.json`)."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

from harness.report.past import Changes
from harness.report.problems import Problem
from harness.report.programs.told import Told

VERSION = 1


def schema() -> dict[str, Any]:
    """The schema of the file."""
    told: dict[str, Any] = json.loads((files("harness") / "results.schema.json").read_text(encoding="utf-8"))
    return told


def written(told: Told) -> str:
    report = told.report
    content = {
        "version": VERSION,
        "schema": schema()["$id"],
        "about": dict(report.about),
        "summary": report.counts,
        "changes": [_change(one) for one in told.changes],
        "problems": [_problem(one) for one in told.problems],
        "arms": [arm.result.to_json() for arm in report.arms],
    }
    return json.dumps(content, ensure_ascii=False, indent=1, default=str) + "\n"


def _change(one: Changes) -> dict[str, Any]:
    names = ("broken", "mended", "other", "still", "fresh", "gone")
    return {"beside": one.beside, **{name: list(getattr(one, name)) for name in names}}


def _problem(one: Problem) -> dict[str, Any]:
    return {
        "verdict": one.verdict.value,
        "check": one.cause.check,
        "kind": one.cause.kind,
        "sentence": one.cause.sentence,
        "expected": one.cause.expected,
        "shown": one.cause.shown,
        "path": one.place.path,
        "line": one.place.line,
        "command": one.command,
        "arms": [arm.slug for arm in one.arms],
    }
