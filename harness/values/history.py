"""The history of a run: one append-only list of events on one clock, and the questions one may ask of it.

Everything that a verdict rests on is in here. An event is plain data, so a history read back from disk is as good as
the one that was just recorded.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

ACTING = re.compile("[\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
"""What a terminal obeys and JSON does not escape by itself: control bytes, ends of lines, marks of direction."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened.

    `at` is wall-clock time in seconds (every process of a run is on one machine, so there is one clock), `world` the
    harness's clock in seconds since the arm began, `source` who saw it (`run`, `fault`, `browser`, `screen`, `link`,
    `gateway`, `service`), `kind` what it was, and `data` its particulars.
    """

    at: float
    world: float
    arm: str
    source: str
    kind: str
    data: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self) -> str:
        line = json.dumps(
            {
                "at": round(self.at, 6),
                "world": round(self.world, 3),
                "arm": self.arm,
                "source": self.source,
                "kind": self.kind,
                **({"data": dict(self.data)} if self.data else {}),
            },
            ensure_ascii=False,
            default=str,
        )
        return ACTING.sub(lambda one: f"\\u{ord(one[0]):04x}", line)

    @classmethod
    def from_json(cls, line: str) -> Event:
        """Read one line of `history.jsonl`. Raises `ValueError` or `KeyError` when it isn't one."""
        raw = json.loads(line)
        return cls(raw["at"], raw["world"], raw["arm"], raw["source"], raw["kind"], raw.get("data", {}))


@dataclass(frozen=True)
class History:
    """Events of one arm, in the order of their time."""

    events: tuple[Event, ...]

    @classmethod
    def of(cls, events: Iterable[Event]) -> History:
        return cls(tuple(sorted(events, key=lambda event: event.at)))

    def __iter__(self) -> Iterator[Event]:
        return iter(self.events)

    def where(self, source: str, *kinds: str, after: float = 0.0, before: float = float("inf")) -> list[Event]:
        """Events of one source, of any of these kinds (all, when none is named), within [after, before]."""
        return [
            event
            for event in self.events
            if event.source == source and (not kinds or event.kind in kinds) and after <= event.at <= before
        ]

    def first(self, source: str, *kinds: str, **within: float) -> Event | None:
        return next(iter(self.where(source, *kinds, **within)), None)

    def last(self, source: str, *kinds: str, **within: float) -> Event | None:
        found = self.where(source, *kinds, **within)
        return found[-1] if found else None

    def without(self, after: float, before: float) -> History:
        """The same but for what happened within (after, before)."""
        return History(tuple(event for event in self.events if not after < event.at < before))

    def step(self, name: str) -> Event | None:
        """The moment at which a step of the arm began."""
        return next((event for event in self.where("run", "step") if event.data.get("name") == name), None)

    def screen(self, phase: str) -> Mapping[str, Any] | None:
        """What the person saw at the end of a phase: the last snapshot taken in it."""
        shots = [event for event in self.where("screen", "snapshot") if event.data.get("phase") == phase]
        return shots[-1].data if shots else None
