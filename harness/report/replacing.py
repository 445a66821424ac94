"""Files that are written as a whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path


def replace_file(path: Path, content: str) -> None:
    """All of it or nothing: a reader never meets half a file. A lone surrogate becomes the JSON escape that it was."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        draft.write_text(content, encoding="utf-8", errors="backslashreplace", newline="\n")
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)
