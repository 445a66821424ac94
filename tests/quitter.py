"""A plugin for runs under test: who is amid an arm ends its whole process, as pytest-timeout's thread does."""

from __future__ import annotations

import os
from typing import Any

from harness.stack.recorder import Recorder


def pytest_configure() -> None:
    note = Recorder.note

    def noting(self: Recorder, source: str, kind: str, at: float | None = None, **data: Any) -> Any:
        event = note(self, source, kind, at, **data)
        if (source, kind) == ("run", "step"):
            os._exit(1)
        return event

    Recorder.note = noting  # type: ignore[method-assign]
