"""Writes the history: one line per event, at once, so that what was seen outlives whatever happens next."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

from harness.values.history import Event, History
from harness.values.secrets import Secrets

SECRET_KEYS = frozenset({"session", "cookie", "password", "token", "authorization", "api_key", "set-cookie"})


class Recorder:
    """Appends the events of one arm after another to one file; workers may share it, for a line is one write.

    `world` is set by the clock: seconds on the harness's clock since the arm began. No event has what `secrets` knows.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        self._events: list[Event] = []
        self.arm = ""
        self.world = 0.0
        self.secrets = Secrets()

    def begin(self, arm: str) -> None:
        """From here on events belong to this arm."""
        self.arm, self.world, self._events = arm, 0.0, []

    def note(self, source: str, kind: str, at: float | None = None, **data: Any) -> Event:
        """Record that something happened now, or at the wall-clock time `at` when somebody else saw it earlier."""
        shown = {key: value for key, value in data.items() if key not in SECRET_KEYS}
        event = Event(time.time() if at is None else at, self.world, self.arm, source, kind, shown)
        line = event.to_json().encode(errors="replace")
        clean = self.secrets.without(line)
        if clean != line:
            event, line = Event.from_json(clean.decode()), clean
        self._events.append(event)
        os.write(self._fd, line + b"\n")
        return event

    def happened(self, source: str, kinds: frozenset[str], since: float) -> bool:
        """Whether anything of these kinds was recorded in this arm since then."""
        return any(e.at >= since and e.source == source and e.kind in kinds for e in self._events)

    @property
    def history(self) -> History:
        """The present arm's events."""
        return History.of(self._events)

    def close(self) -> None:
        os.close(self._fd)
