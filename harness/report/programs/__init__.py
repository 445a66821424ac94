"""The files that programs read: results.json, JUnit's XML, CTRF's JSON, and a summary in Markdown."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from harness.report.programs import ctrf, github, junit, results, summary
from harness.report.programs.told import Told

PROGRAMS: Mapping[str, Callable[[Told], str]] = {
    "results.json": results.written,
    "junit.xml": junit.written,
    "ctrf.json": ctrf.written,
    "summary.md": summary.written,
    "annotations.txt": github.written,
}

__all__ = ["PROGRAMS", "Told"]
