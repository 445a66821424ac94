"""What the report tells of, gathered: scenarios, their arms, and each arm's history beside that of its control."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from harness.values.history import Event
from harness.values.recordings import way_of
from harness.values.result import Finding, Result, Verdict, Way

BAD = (Verdict.FAIL, Verdict.FLAKY, Verdict.INVALID)
GRAVEST_FIRST = (Verdict.FAIL, Verdict.FLAKY, Verdict.INVALID, Verdict.KNOWN, Verdict.PASS)
PHASES = ("steady", "moment", "symptom", "remedy", "recovery", "end")
ALIKE = ("steady", "moment", "symptom")
"""Phases in which every arm of a scenario does the same."""


@dataclass(frozen=True, eq=False)
class ArmView:
    """An arm as the report shows it: `slug` is its address, `events` its history with the harness's clock set right."""

    slug: str
    result: Result
    label: str
    title: str
    events: tuple[Event, ...] = ()
    control: ArmView | None = None
    first: ArmView | None = None

    @property
    def bad(self) -> bool:
        return self.result.verdict in BAD

    @property
    def drift(self) -> bool:
        return drifts(self.result)

    @property
    def told(self) -> str:
        """The verdict's sentence without the label that stands beside it."""
        return self.result.sentence.removeprefix(f"{unrepeated(self.label)}: ")

    @property
    def screens(self) -> dict[str, Mapping[str, Any]]:
        """What the person saw at the end of each phase."""
        return self._last("snapshot")

    @property
    def as_before(self) -> dict[str, str]:
        """Pictures of the scenario's first arm, of the phases up to the symptom, in which both did the same."""
        pictures = self.first.pictures if self.first else {}
        return {phase: file for phase, file in pictures.items() if phase in ALIKE and phase not in self.pictures}

    @property
    def pictures(self) -> dict[str, str]:
        """The files of the pictures by phase, below the report's folder."""
        files = {phase: str(data.get("file", "")) for phase, data in self._last("picture").items()}
        return {phase: file for phase, file in files.items() if lies_below(file)}

    def _last(self, kind: str) -> dict[str, Mapping[str, Any]]:
        shots = {str(e.data.get("phase")): e.data for e in self.events if (e.source, e.kind) == ("screen", kind)}
        return {phase: shots[phase] for phase in PHASES if phase in shots}


@dataclass(frozen=True)
class ScenarioView:
    id: str
    title: str
    path: str
    arms: tuple[ArmView, ...]

    @property
    def slug(self) -> str:
        return slugged(self.id)

    @property
    def gravity(self) -> int:
        """Where its gravest arm stands, from 0 on."""
        return min(GRAVEST_FIRST.index(arm.result.verdict) for arm in self.arms)


@dataclass(frozen=True)
class Report:
    """A whole run. `texts` are those of its scenario files, by path."""

    about: Mapping[str, Any]
    scenarios: tuple[ScenarioView, ...]
    texts: Mapping[str, str] = field(default_factory=dict)
    unreadable: int = 0

    @property
    def arms(self) -> list[ArmView]:
        return [arm for scenario in self.scenarios for arm in scenario.arms]

    @property
    def counts(self) -> dict[str, int]:
        return counted([arm.result for arm in self.arms])


Key = tuple[str, str, str, str, str]


@dataclass
class Recorded:
    """A history file: each run of an arm with its events in the order in which they were written.

    `results` are those that were written into it, `texts` the scenario files, `last` when it ends.
    """

    runs: dict[Key, list[Event]] = field(default_factory=dict)
    results: list[Result] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)
    unreadable: int = 0
    last: float = 0.0
    _on: dict[str, tuple[Key, list[Event]]] = field(default_factory=dict)

    def add(self, event: Event) -> None:
        if not event.arm:
            if event.kind in ("scenario", "runbook"):
                self.texts[str(event.data.get("path"))] = str(event.data.get("text", ""))
            return
        self.last = max(self.last, event.at)
        said = (event.source, event.kind)
        if event.arm not in self._on or said == ("run", "arm"):
            self._on[event.arm] = _key(event), []
            self.runs.setdefault(*self._on[event.arm])
        key, events = self._on[event.arm]
        if said == ("run", "verdict"):
            self.runs[key] = events  # of an arm that was begun again, the last attempt that was judged
            try:
                self.results.append(Result.from_json(event.data["result"]))
            except (KeyError, TypeError, ValueError):
                self.unreadable += 1
            return
        events.append(event)

    def of(self, result: Result) -> list[Event]:
        """The history of a result's own run."""
        name = f"{result.arm}#{result.repeat}" if result.repeat else result.arm
        exact = self.runs.get((name, *result.way))
        return exact if exact is not None else self._on.get(name, ("", []))[1]


def _key(event: Event) -> Key:
    return event.arm, *way_of(event)


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


def drifts(result: Result) -> bool:
    """Whether the documents say something else than what was observed, be it of the remedy or as a claim."""
    return advice_drifts(result) or bool(contradicted(result))


def advice_drifts(result: Result) -> bool:
    """Whether the remedy did something else than the documents say; nothing observed is no disagreement.

    A remedy that nobody could do did nothing that the documents could be held to.
    """
    observed = result.observed and not result.impossible
    return bool(result.documented and observed and result.documented != result.observed)


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


def gather(results: Sequence[Result], recorded: Recorded, about: Mapping[str, Any]) -> Report:
    """Put results and history together, scenario by scenario, in each of them the controls first."""
    slugs = Slugs(results)
    by_scenario: dict[str, list[tuple[Result, tuple[Event, ...]]]] = {}
    for result in results:
        by_scenario.setdefault(result.scenario, []).append((result, _set_right(recorded.of(result))))
    scenarios = tuple(_scenario(id_, found, slugs) for id_, found in by_scenario.items())
    return Report(about, scenarios, recorded.texts, recorded.unreadable)


def _set_right(events: Iterable[Event]) -> tuple[Event, ...]:
    """The events in the order of their time.

    What the gateway and the service saw is collected later than it happened, with the harness's clock of then. That
    clock never goes back, so what it read at an event is at most what it read at any event after it.
    """
    world, kept = float("inf"), []
    for event in sorted(events, key=lambda event: event.at, reverse=True):
        world = min(world, event.world)
        kept.append(event if event.world == world else replace(event, world=world))
    return tuple(reversed(kept))


def _scenario(id_: str, found: list[tuple[Result, tuple[Event, ...]]], slugs: Slugs) -> ScenarioView:
    found = sorted(found, key=lambda one: one[0].kind != "control")
    opening = next((event for _, events in found for event in events if event.kind == "arm"), None)
    said: Mapping[str, Any] = opening.data if opening else {}
    title, path = str(said.get("title") or id_), str(said.get("scenario") or "")
    found = [(one if one.path else replace(one, path=path), events) for one, events in found]
    arms: list[ArmView] = []
    for result, events in found:
        beside = next((one for one in arms if result.control and _is_control(one, result)), None)
        first = next((one for one in arms if (one.result.repeat, one.result.way) == (result.repeat, result.way)), None)
        arms.append(ArmView(slugs.of(result), result, slugs.label(result), title, events, beside, first))
    return ScenarioView(id_, title, path or found[0][0].path, tuple(arms))


def _is_control(one: ArmView, result: Result) -> bool:
    beside = one.result
    same = (beside.repeat, beside.way) == (result.repeat, result.way)
    return same and unrepeated(one.label.partition(" · ")[0]) == result.control


class Slugs:
    """Addresses and labels of arms. They say the browser, language, client or page where an arm was run in several."""

    def __init__(self, results: Sequence[Result]) -> None:
        ways: dict[str, set[Way]] = {}
        for one in results:
            ways.setdefault(one.arm, set()).add(one.way)
        self._several = {
            arm: [len({way[at] for way in some}) > 1 for at in range(4)] for arm, some in ways.items() if len(some) > 1
        }

    def _way(self, one: Result) -> str:
        told = zip(self._several.get(one.arm, ()), one.way, strict=False)
        return ", ".join(name for differs, name in told if differs)

    def label(self, one: Result) -> str:
        label = one.arm.removeprefix(f"{one.scenario}/") + (f"#{one.repeat + 1}" if one.repeat else "")
        way = self._way(one)
        return f"{label} · {way}" if way else label

    def of(self, one: Result) -> str:
        way = self._way(one)
        return slugged(f"{one.arm}{f'.{one.repeat + 1}' if one.repeat else ''}{f'.{way}' if way else ''}")


def slugged(name: str) -> str:
    """A name as an address: letters, digits and a few marks, the same in every run."""
    return re.sub(r"[^\w./~-]+", "~", name).strip("~/.")


def unrepeated(label: str) -> str:
    return re.sub(r"#\d+$", "", label)


def lies_below(file: str) -> bool:
    """Whether a file's name leads to below the report's folder, and nowhere else."""
    parts = file.split("/")
    return bool(file) and "\\" not in file and ":" not in file and ".." not in parts and parts[0] != ""
