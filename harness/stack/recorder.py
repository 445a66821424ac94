"""Writes the history: one line per event, at once, so that what was seen outlives whatever happens next."""

from __future__ import annotations

import bisect
import errno
import os
import time
from pathlib import Path
from typing import Any

from harness.values.history import Event, History
from harness.values.secrets import Secrets

SECRET_KEYS = frozenset({"session", "cookie", "password", "token", "authorization", "api_key", "set-cookie"})


class Recorder:
    """Appends the events of one arm after another to one file; workers may share it, for a line is one write.

    `world` is set by the clock: seconds on the harness's clock since the arm began. What somebody else saw earlier gets
    the time that this clock showed then, so that both clocks of a history only go on.
    `failed` is the first error of writing; from then on nothing more is written. No event has what `secrets` knows.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        self._fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        self._events: list[Event] = []
        self.arm = ""
        self.failed: OSError | None = None
        self.secrets = Secrets()
        self._moved: list[tuple[float, float]] = [(0.0, 0.0)]

    @property
    def world(self) -> float:
        return self._moved[-1][1]

    @world.setter
    def world(self, seconds: float) -> None:
        if seconds != self.world:
            self._moved.append((time.time(), seconds))

    def begin(self, arm: str) -> None:
        """From here on events belong to this arm."""
        self.arm, self._moved, self._events = arm, [(0.0, 0.0)], []
        self.secrets.forget()

    def _world_at(self, at: float) -> float:
        """What the harness's clock showed at this wall-clock time."""
        return self._moved[max(0, bisect.bisect_right(self._moved, at, key=lambda moved: moved[0]) - 1)][1]

    def note(self, source: str, kind: str, at: float | None = None, **data: Any) -> Event:
        """Record that something happened now, or at the wall-clock time `at` when somebody else saw it earlier."""
        shown = {key: value for key, value in data.items() if key not in SECRET_KEYS}
        at = time.time() if at is None else at
        event = Event(at, self._world_at(at), self.arm, source, kind, shown)
        line = event.to_json().encode(errors="replace")
        clean = self.secrets.without(line)
        if clean != line:
            event, line = Event.from_json(clean.decode()), clean
        self._events.append(event)
        self._write(line + b"\n")
        return event

    def _write(self, line: bytes) -> None:
        """Append a line. That it can't be written is not raised here, amid whatever is seen, but kept in `failed`."""
        if self.failed:
            return
        try:
            if os.write(self._fd, line) != len(line):
                self.failed = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self.path))
        except OSError as error:
            self.failed = OSError(error.errno, error.strerror, str(self.path))

    def happened(self, source: str, kinds: frozenset[str], since: float) -> bool:
        """Whether anything of these kinds was recorded in this arm since then."""
        return any(e.at >= since and e.source == source and e.kind in kinds for e in self._events)

    @property
    def history(self) -> History:
        """The present arm's events."""
        return History.of(self._events)

    def close(self) -> None:
        os.close(self._fd)
