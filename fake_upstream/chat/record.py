"""What the service saw and did, in order: a witness that doesn't depend on any other part."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from .journal import Fields, Journal

KEPT = 200_000


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened. `seq` counts from 1 without gaps; `time` is seconds since the epoch."""

    seq: int
    time: float
    kind: str
    fields: Mapping[str, Any]

    def to_json(self) -> Fields:
        """The event as the control listener shows it: the fields beside seq, time and kind."""
        return {"seq": self.seq, "time": self.time, "kind": self.kind, **self.fields}


class Record:
    """The newest events. With a state file they outlive the process, as a log on disk would."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        # (seq, time, kind, fields) each: so many of a class of their own would be gone through again and again by the
        # collector of garbage.
        self._events: deque[tuple[int, float, str, Fields]] = deque(maxlen=KEPT)
        self._last = 0
        journal.on("event", self._apply)

    @property
    def last(self) -> int:
        """The newest event's seq; 0 before the first."""
        return self._last

    def add(self, kind: str, **fields: Any) -> None:
        """Note one event. Passwords, cookies and tokens must not be among the fields."""
        self.note(kind, fields)

    def note(self, kind: str, fields: Fields) -> None:
        """As `add`; the fields stay as they are from now on."""
        seq, now = self._last + 1, time.time()
        if self._journal.keeps:
            self._journal.commit("event", {"seq": seq, "time": now, "kind": kind, "fields": fields})
        else:
            self._add(seq, now, kind, fields)

    def after(self, seq: int) -> list[Event]:
        """The events with a greater seq, oldest first."""
        if not self._events:
            return []
        return [Event(*event) for event in islice(self._events, max(0, seq - self._events[0][0] + 1), None)]

    def forget(self) -> None:
        """Drop all events. Counting goes on, so that a reader's place stays good."""
        self._events.clear()

    def _apply(self, fields: Fields) -> None:
        self._add(fields["seq"], fields["time"], fields["kind"], fields["fields"])

    def _add(self, seq: int, now: float, kind: str, fields: Fields) -> None:
        self._last = seq
        self._events.append((seq, now, kind, fields))
