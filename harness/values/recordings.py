"""What runs recorded, read back from disk: the events, each arm's own history, and the verdicts that were given."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from harness.values.errors import AuthorError
from harness.values.history import Event, History
from harness.values.result import Result, Way, named_page

AGAIN = "~"
"""Ends the name of an arm that is run again for others to be judged against: it was interrupted itself, or another
worker has run it, and then this worker's name stands behind."""
MERGED = Event(0.0, 0.0, "", "run", "merged").to_json()
"""The line before each run's own, in a history that was merged from several."""
_AGAIN = re.compile(f"{AGAIN}[a-z0-9]*{AGAIN}?$")


def own_name(name: str) -> str:
    """An arm's name without what says that it was run again."""
    return _AGAIN.sub("", name)


def is_again(name: str) -> bool:
    return bool(_AGAIN.search(name))


def way_of(opening: Event) -> Way:
    """The way in which an arm was run, from the event that begins it; as its result has it."""
    data = opening.data
    browser, locale, client, profile = (str(data.get(name, "")) for name in ("browser", "locale", "client", "profile"))
    return browser, locale, profile or client, named_page(tuple(data.get("options", ())))


def recorded(path: Path) -> list[Event]:
    """The events of a history file; what a kill or a full disk has cut off is left out.

    Raises `AuthorError` for any other line that is no event.
    """
    lines = path.read_bytes().split(b"\n")
    events = []
    for number, line in enumerate(lines, 1):
        if event := _event(line) or _event(line[line.rfind(b'{"at": ') :]):
            events.append(event)
        elif line and number < len(lines):
            raise AuthorError("this line is no event", where=f"{path}:{number}") from None
    return events


def runs_of(events: list[Event]) -> list[list[Event]]:
    """The events of each run; of merged ones, whose arms may have the same names, every run's own."""
    runs: list[list[Event]] = [[]]
    for event in events:
        if (event.source, event.kind) == ("run", "merged"):
            runs.append([])
        else:
            runs[-1].append(event)
    return [run for run in runs if run]


def _event(line: bytes) -> Event | None:
    try:
        return Event.from_json(line.decode(errors="replace"))
    except (ValueError, KeyError, TypeError):
        return None


def verdicts(events: list[Event]) -> list[Result]:
    """The results that a run wrote into its history, one for each arm and repeat.

    A worker that takes over from one that ended runs a control of the same name again: where both agree, or the
    environment broke the first one off, the last counts.
    """
    found: dict[tuple[str, int], list[Result]] = {}
    for event in events:
        if event.source == "run" and event.kind == "verdict" and not is_again(event.arm):
            result = Result.from_json(event.data["result"])
            before = found.setdefault((result.arm, result.repeat), [])
            before[:] = [one for one in before if one.verdict is not result.verdict and not one.environment]
            before.append(result)
    return [result for results in found.values() for result in results]


def histories(events: list[Event]) -> dict[str, History]:
    """Each arm's own history, by the name it was recorded under; of one that was begun again, the last whole one."""
    begun: dict[str, list[list[Event]]] = {}
    for event in events:
        if event.arm:
            attempts = begun.setdefault(event.arm, [])
            if not attempts or (event.source, event.kind) == ("run", "arm"):
                attempts.append([])
            attempts[-1].append(event)
    return {arm: History.of(_last_whole(attempts)) for arm, attempts in begun.items()}


def _last_whole(attempts: list[list[Event]]) -> list[Event]:
    whole = [one for one in attempts if _judged(one)]
    return whole[-1] if whole else attempts[-1]


def _judged(events: list[Event]) -> bool:
    return any(event.source == "run" and event.kind == "verdict" for event in events)


def begun_again(events: list[Event]) -> list[str]:
    """The arms, by their names, that came to a verdict only after an attempt whose worker ended amid it."""
    begun, judged = Counter[str](), Counter[str]()
    for event in events:
        if event.source == "run" and event.kind in ("arm", "verdict", "renewed"):
            (begun if event.kind == "arm" else judged)[event.arm] += 1
    over = {event.arm for event in events if (event.source, event.kind) == ("run", "verdict")}
    return [arm for arm in begun if arm in over and judged[arm] < begun[arm]]


def unfinished(events: list[Event]) -> list[str]:
    """The arms, by the names they were recorded under, that were begun and never judged."""
    judged = {event.arm for event in events if event.source == "run" and event.kind == "verdict"}
    begun = dict.fromkeys(event.arm for event in events if event.source == "run" and event.kind == "arm")
    return [arm for arm in begun if arm not in judged and not is_again(arm)]
