"""Telling: the results and the history of a run as one page to read and one file for programs."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from harness.report.data import counted, gather, read
from harness.report.page import page
from harness.values.result import Result


def write(folder: Path, results: list[Result], history_path: Path, about: Mapping[str, Any]) -> Path:
    """Write `results.json` and `index.html`; the path of the page.

    `about` is whatever a reader should know of the run; under `titles` it maps scenario ids to their titles.
    """
    folder.mkdir(parents=True, exist_ok=True)
    told = {"about": dict(about), "summary": counted(results), "arms": [result.to_json() for result in results]}
    _replace(folder / "results.json", json.dumps(told, ensure_ascii=False, indent=1, default=str) + "\n")
    index = folder / "index.html"
    _replace(index, page(gather(results, read(history_path), about)))
    return index


def _replace(path: Path, content: str) -> None:
    """All of it or nothing: a reader never meets half a file. A lone surrogate becomes the JSON escape that it was."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        draft.write_text(content, encoding="utf-8", errors="backslashreplace", newline="\n")
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)
