"""Which files of a folder are scenarios and runbooks, and why the others are left out."""

from __future__ import annotations

import re
from pathlib import Path

SUFFIXES = frozenset({".yaml", ".yml"})
MARK = re.compile(r"^[\"']?(title|documents|moment|faults|expect|runbook|recovers)[\"']?\s*:", re.MULTILINE)
"""A key that only a scenario or a runbook has at its top."""


def is_yaml(path: Path) -> bool:
    return path.suffix.lower() in SUFFIXES


def yaml_files(folder: Path) -> list[Path]:
    """Every YAML file below a folder, whatever its suffix's spelling, in the order of their names."""
    return sorted(path for path in folder.rglob("*") if is_yaml(path) and path.is_file())


def left_out(path: Path) -> str:
    """Why a file of a folder is no scenario, or empty."""
    text = path.read_text(encoding="utf-8", errors="replace")
    return "" if MARK.search(text) else "it has none of a scenario's keys (title, moment, faults …)"
