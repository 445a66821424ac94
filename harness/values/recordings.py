"""What runs recorded, read back from disk: the events, each arm's own history, and the verdicts that were given."""

from __future__ import annotations

import contextlib
from pathlib import Path

from harness.values.errors import AuthorError
from harness.values.history import Event, History
from harness.values.result import Result


def recorded(path: Path) -> list[Event]:
    """The events of a history file; a last line that was cut off by a kill is left out.

    Raises `AuthorError` for any other line that is no event.
    """
    lines = path.read_bytes().split(b"\n")
    events = []
    for number, line in enumerate(lines, 1):
        try:
            if line:
                events.append(Event.from_json(line.decode(errors="replace")))
        except (ValueError, KeyError, TypeError):
            if number < len(lines):
                raise AuthorError("this line is no event", where=f"{path}:{number}") from None
    return events


def verdicts(events: list[Event]) -> list[Result]:
    """The results that a run wrote into its history."""
    return [Result.from_json(e.data["result"]) for e in events if e.source == "run" and e.kind == "verdict"]


def results_in(path: Path) -> list[Result]:
    """The results in a history file, without reading the events between them; none where there is no such file.

    A line that is none (cut off by a kill) is left out.
    """
    found = []
    if path.exists():
        with path.open("rb") as lines:
            for line in lines:
                if b'"kind": "verdict"' in line:
                    with contextlib.suppress(ValueError, KeyError, TypeError):
                        found += verdicts([Event.from_json(line.decode(errors="replace"))])
    return found


def histories(events: list[Event]) -> dict[str, History]:
    """Each arm's own history, by the name it was recorded under."""
    by_arm: dict[str, list[Event]] = {}
    for event in events:
        if event.arm:
            by_arm.setdefault(event.arm, []).append(event)
    return {arm: History.of(ones) for arm, ones in by_arm.items()}
