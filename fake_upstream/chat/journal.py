"""Every change of state is one line in an append-only file, and is made by applying that line.

A line is written with one system call before it is applied, so that a killed process has either the whole
change or none of it, and a restarted one arrives at the same state by applying the lines again.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .clock import Clock

Fields = dict[str, Any]
Apply = Callable[[Fields], None]


class JournalError(Exception):
    """The state file can't be used: another process holds it, or it holds something else."""


class Journal:
    """Without a path nothing is kept, and changes are applied all the same."""

    def __init__(self, path: Path | None, clock: Clock) -> None:
        self._clock = clock
        self._appliers: dict[str, Apply] = {}
        self._file = -1 if path is None else _open_locked(path)

    def on(self, kind: str, apply: Apply) -> None:
        """Changes of this kind are made by `apply`, now and when the file is read again."""
        self._appliers[kind] = apply

    @property
    def keeps(self) -> bool:
        """Whether there is a file."""
        return self._file >= 0

    def commit(self, kind: str, fields: Fields) -> None:
        """Write one change and make it. When writing fails (OSError), nothing has changed."""
        if self._file >= 0:
            self._write({"kind": kind, "now": self._clock.now(), "wall": time.time(), "fields": fields})
        self._appliers[kind](fields)

    def replay(self) -> None:
        """Apply what the file holds, cut off a line that was being written at the end, and set the clock."""
        if self._file < 0:
            return
        content = os.pread(self._file, os.fstat(self._file).st_size, 0)
        whole = content.rfind(b"\n") + 1
        os.ftruncate(self._file, whole)
        last: Fields | None = None
        for number, line in enumerate(content[:whole].splitlines(), 1):
            last = self._apply_line(number, line)
        if last is not None:
            self._clock.resume(last["now"], time.time() - last["wall"])

    def clear(self) -> None:
        """Forget everything."""
        if self._file >= 0:
            os.ftruncate(self._file, 0)

    def close(self) -> None:
        """Let go of the file."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def _apply_line(self, number: int, line: bytes) -> Fields:
        try:
            entry: Fields = json.loads(line)
            self._appliers[entry["kind"]](entry["fields"])
        except (ValueError, KeyError, TypeError) as error:
            raise JournalError(f"line {number} of the state file can't be applied: {error!r}") from error
        return entry

    def _write(self, entry: Fields) -> None:
        line = json.dumps(entry, separators=(",", ":")).encode() + b"\n"
        written = os.write(self._file, line)
        if written != len(line):
            os.ftruncate(self._file, os.fstat(self._file).st_size - written)
            raise OSError("the state file took only part of a line")


def _open_locked(path: Path) -> int:
    file = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(file)
        raise JournalError(f"{path} is in use by another process") from error
    return file
