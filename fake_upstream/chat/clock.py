"""The service's clock: real monotonic time plus whatever it was advanced by."""

from __future__ import annotations

import time


class Clock:
    """Seconds since the service's first start. A held clock moves only when it is advanced."""

    def __init__(self, *, held: bool = False) -> None:
        self._held = held
        self._offset = 0.0
        self._origin = time.monotonic()

    def now(self) -> float:
        """Seconds on this clock; never goes back."""
        elapsed = 0.0 if self._held else time.monotonic() - self._origin
        return self._offset + elapsed

    def advance(self, seconds: float) -> float:
        """Move the clock forward by `seconds` (>= 0) and return the new time."""
        if seconds < 0:
            raise ValueError("a clock can't be moved back")
        self._offset += seconds
        return self.now()

    def resume(self, last: float, away: float) -> None:
        """Go on from `last`, the time when an earlier process stopped; `away` real seconds went by since."""
        self._origin = time.monotonic()
        self._offset = last + (0.0 if self._held else max(0.0, away))
