"""What the report tells of, gathered: scenarios, their arms, and of each arm the part of its history that is shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from harness.report.lines import is_evidence, is_routine, line
from harness.report.markup import clip
from harness.values.history import Event
from harness.values.result import Finding, Result, Verdict

BAD = (Verdict.FAIL, Verdict.FLAKY, Verdict.INVALID)
PHASES = ("steady", "moment", "symptom", "remedy", "recovery")
MOST_ROWS = {True: 80, False: 300}
LONGEST_LINE = {True: 160, False: 600}
"""By whether the arm is told in lean form: what passed is told shorter than what did not."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a timeline: wall-clock seconds since the arm began, the harness's clock, who saw what."""

    offset: float
    world: float
    source: str
    kind: str
    text: str
    evidence: bool = False
    step: bool = False


@dataclass(frozen=True)
class Timeline:
    rows: tuple[Row, ...] = ()
    left_out: int = 0


@dataclass(frozen=True)
class ArmView:
    """An arm as the report shows it. `anchor` is its id in the page."""

    anchor: str
    result: Result
    label: str
    timeline: Timeline
    screens: Mapping[str, Mapping[str, Any]]

    @property
    def evidence(self) -> list[Row]:
        return [row for row in self.timeline.rows if row.evidence]

    @property
    def bad(self) -> bool:
        return self.result.verdict in BAD

    @property
    def drift(self) -> bool:
        return drifts(self.result)


@dataclass(frozen=True)
class ScenarioView:
    id: str
    title: str
    path: str
    arms: tuple[ArmView, ...]


@dataclass(frozen=True)
class Report:
    about: Mapping[str, Any]
    scenarios: tuple[ScenarioView, ...]
    unreadable: int = 0

    @property
    def arms(self) -> list[ArmView]:
        return [arm for scenario in self.scenarios for arm in scenario.arms]

    @property
    def counts(self) -> dict[str, int]:
        return counted([arm.result for arm in self.arms])


@dataclass
class Recorded:
    """A history file: the events of each run of each arm, in the order in which they were written."""

    runs: dict[str, list[list[Event]]] = field(default_factory=dict)
    unreadable: int = 0

    def add(self, event: Event) -> None:
        runs = self.runs.setdefault(event.arm, [])
        if not runs or (event.source, event.kind) == ("run", "arm"):
            runs.append([])
        runs[-1].append(event)


def drifts(result: Result) -> bool:
    """Whether the documents say something else than what was observed, be it of the remedy or as a claim."""
    return advice_drifts(result) or bool(contradicted(result))


def advice_drifts(result: Result) -> bool:
    """Whether the remedy did something else than the documents say; nothing observed is no disagreement."""
    return bool(result.documented and result.observed and result.documented != result.observed)


def claims(result: Result) -> list[Finding]:
    """What the arm says about the documents' claims."""
    return [finding for finding in result.findings if finding.check in result.claims]


def contradicted(result: Result) -> list[Finding]:
    """The claims that don't hold in this arm; an arm that could not be judged contradicts none."""
    if result.verdict is Verdict.INVALID:
        return []
    return [finding for finding in claims(result) if finding.holds is False]


def counted(results: Sequence[Result]) -> dict[str, int]:
    """How many arms there are, how many per verdict, and in how many the documents and the observation disagree."""
    verdicts = {verdict.value: sum(one.verdict is verdict for one in results) for verdict in Verdict}
    return {"arms": len(results), **verdicts, "drift": sum(map(drifts, results))}


def read(path: Path) -> Recorded:
    """Read a history; a line that a crash cut short is counted, and the rest is told all the same."""
    recorded = Recorded()
    if not path.exists():
        return recorded
    with path.open(encoding="utf-8", errors="replace") as lines:
        for raw in lines:
            event = _event(raw)
            if event is None:
                recorded.unreadable += 1
            else:
                recorded.add(event)
    return recorded


def _event(raw: str) -> Event | None:
    try:
        event = Event.from_json(raw)
        if not isinstance(event.data, Mapping):
            return None
        names = (str(event.arm), str(event.source), str(event.kind))
        return Event(float(event.at), float(event.world), *names, event.data)
    except (ValueError, KeyError, TypeError):
        return None


def gather(results: Sequence[Result], recorded: Recorded, about: Mapping[str, Any]) -> Report:
    """Put results and history together, scenario by scenario, in each of them the controls first."""
    by_scenario: dict[str, list[tuple[int, Result, list[Event]]]] = {}
    for number, (result, events) in enumerate(_with_events(results, recorded), 1):
        by_scenario.setdefault(result.scenario, []).append((number, result, events))
    titles = about.get("titles")
    scenarios = tuple(_scenario(id_, found, titles) for id_, found in by_scenario.items())
    return Report({key: value for key, value in about.items() if key != "titles"}, scenarios, recorded.unreadable)


def _with_events(results: Sequence[Result], recorded: Recorded) -> Iterable[tuple[Result, list[Event]]]:
    """Each result with its own run: repeats of one arm are told apart by their order, and the last runs count."""
    repeats: dict[str, list[Result]] = {}
    for result in results:
        repeats.setdefault(result.arm, []).append(result)
    for result in results:
        same = sorted(repeats[result.arm], key=lambda one: one.repeat)
        place = next(place for place, one in enumerate(same) if one is result)
        runs = recorded.runs.get(result.arm, [])[-len(same) :]
        yield result, runs[place] if place < len(runs) else []


def _scenario(id_: str, found: list[tuple[int, Result, list[Event]]], titles: object) -> ScenarioView:
    found.sort(key=lambda one: one[1].kind != "control")
    opening = next((event for _, _, events in found for event in events if event.kind == "arm"), None)
    said: Mapping[str, Any] = opening.data if opening else {}
    title = titles.get(id_) if isinstance(titles, Mapping) else None
    arms = tuple(_arm(number, result, events) for number, result, events in found)
    return ScenarioView(id_, str(title or said.get("title") or id_), str(said.get("scenario", "")), arms)


def _arm(number: int, result: Result, events: list[Event]) -> ArmView:
    label = result.arm.removeprefix(f"{result.scenario}/")
    if result.repeat:
        label += f" (repeat {result.repeat})"
    lean = result.verdict is Verdict.PASS
    events = sorted(events, key=lambda event: event.at)
    return ArmView(f"arm-{number}", result, label, timeline(events, lean), screens(events))


def screens(events: Iterable[Event]) -> dict[str, Mapping[str, Any]]:
    """What the person saw at the end of each phase."""
    shots = {str(e.data.get("phase")): e.data for e in events if (e.source, e.kind) == ("screen", "snapshot")}
    return {phase: shots[phase] for phase in PHASES if phase in shots}


def timeline(events: Sequence[Event], lean: bool) -> Timeline:
    """The rows of an arm's history, and how many events are left to the file.

    What the gateway and the service saw is collected later than it happened, with the harness's clock of then. That
    clock never goes back, so what it read at an event is at most what it read at any event after it.
    """
    if not events:
        return Timeline()
    world, worlds = float("inf"), []
    for event in reversed(events):
        world = min(world, event.world)
        worlds.append(world)
    kept = [one for one in zip(events, reversed(worlds), strict=True) if not (lean and is_routine(one[0]))]
    rows = _folded(kept, events[0].at, LONGEST_LINE[lean])
    shown = _capped(rows, MOST_ROWS[lean])
    return Timeline(tuple(shown), len(events) - len(kept) + len(rows) - len(shown))


def _capped(rows: list[Row], most: int) -> list[Row]:
    """The first rows, but never at the cost of evidence and steps further on."""
    room = most - sum(row.evidence or row.step for row in rows)
    shown = []
    for row in rows:
        if not (row.evidence or row.step):
            room -= 1
        if row.evidence or row.step or room >= 0:
            shown.append(row)
    return shown[: 2 * most]


def _folded(events: Sequence[tuple[Event, float]], began: float, longest: int) -> list[Row]:
    """One row per event; pieces of a stream that follow each other share one."""
    rows: list[Row] = []
    first: object = ""
    last: object = ""
    for event, world in events:
        said = line(event)
        if event.kind == "piece":
            last = event.data.get("n", "")
            if rows and rows[-1].kind == "piece":
                said = f"{first}–{last}"
                rows[-1] = Row(rows[-1].offset, rows[-1].world, event.source, "piece", said)
                continue
            first, said = last, str(last)
        row = Row(event.at - began, world, event.source, event.kind, clip(said, longest))
        rows.append(_marked(row, event))
    return rows


def _marked(row: Row, event: Event) -> Row:
    step = (event.source, event.kind) == ("run", "step")
    return Row(row.offset, row.world, row.source, row.kind, row.text, is_evidence(event), step)
