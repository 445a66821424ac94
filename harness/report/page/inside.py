"""What is inside an arm once it is opened: its sides, screens, requests, console and scenario."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from harness.report.causes import Cause, cause, compared
from harness.report.data import ArmView, claims
from harness.report.difference import Piece, sides
from harness.report.lines import is_evidence, is_routine, line
from harness.report.page.chart import Chart, chart, witnesses
from harness.report.where import Place, around, place
from harness.values.history import Event
from harness.values.result import Finding, Result, Verdict
from harness.values.text import clipped, unopened

MOST_REQUESTS = {True: 30, False: 200}
MOST_EVENTS = 600
LONGEST = {True: 240, False: 2000}
"""By whether the arm passed: what passed is told shorter than what did not."""
CONSOLE = frozenset(
    {"page_error", "console", "websocket_error", "websocket_refused", "request_failed", "navigation_failed"}
)
HELD = {True: "holds", False: "does not hold", None: "could not be told"}


@dataclass(frozen=True)
class Told:
    """What a check found. `how` is its look: held, broken, unknown, or drifts for a claim of the documents."""

    check: str
    how: str
    state: str
    sentence: str
    difference: tuple[list[Piece], list[Piece]] | None = None


@dataclass(frozen=True)
class Request:
    """One request: when (seconds from the moment), what was asked, and what each that saw it said."""

    at: float
    method: str
    path: str
    road: str = ""
    gateway: str = ""
    said: str = ""
    service: str = ""
    milliseconds: str = ""
    bad: bool = False
    lit: bool = False


@dataclass(frozen=True)
class Row:
    """One event of the history as a line: seconds from the moment, the harness's clock, who saw what."""

    at: float
    world: float
    source: str
    kind: str
    text: str
    how: str = ""


@dataclass(frozen=True)
class Screen:
    """What a person saw at the end of a phase. `same_as`: the phase since which nothing changed."""

    phase: str
    picture: str = ""
    same_as: str = ""
    alarms: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    messages: tuple[tuple[str, str], ...] = ()
    draft: str | None = None
    taken_in: str = ""
    """The arm in which the picture was taken, where that is another one."""


@dataclass(frozen=True)
class Inside:
    arm: ArmView
    cause: Cause
    place: Place
    command: str
    difference: tuple[list[Piece], list[Piece]]
    chart: Chart | None
    screens: list[Screen]
    found: list[Told]
    claimed: list[Told]
    requests: list[Request]
    routine: int
    console: list[Row]
    rows: list[Row]
    left_out: int
    yaml: list[tuple[int, str, bool]] = field(default_factory=list)
    before: Sequence[str] = ()

    @property
    def result(self) -> Result:
        return self.arm.result


def inside(arm: ArmView, texts: Mapping[str, str], command: str, before: Sequence[str] = ()) -> Inside:
    """`before`: what became of the arm in the last runs, the oldest first."""
    result, passed = arm.result, arm.result.verdict is Verdict.PASS
    why, lit = cause(result), witnesses(result.findings, arm.events)
    zero = _zero(arm.events)
    asked, routine = requests(arm.events, zero, lit, MOST_REQUESTS[passed])
    shown_here = () if passed else (event for event in arm.events if not is_routine(event, arm.events))
    rows = [_row(event, zero, arm.events, event in lit) for event in shown_here]
    own = claims(result)
    at = place(result, why.check, texts)
    return Inside(
        arm,
        why,
        at,
        command,
        sides(why.expected, why.shown),
        chart(arm),
        screens(arm, LONGEST[passed]),
        told((one for one in result.findings if one not in own), LONGEST[passed]),
        told(own, LONGEST[passed], claim=True),
        asked,
        routine,
        [_row(event, zero, arm.events) for event in arm.events if event.kind in CONSOLE],
        rows[:MOST_EVENTS],
        len(arm.events) - len(rows[:MOST_EVENTS]),
        _scenario(result, at, texts, passed),
        before,
    )


def _scenario(result: Result, at: Place, texts: Mapping[str, str], passed: bool) -> list[tuple[int, str, bool]]:
    """The scenario's lines; of an arm that passed, those around its own."""
    lines = around(result, at.line, texts)
    return [one for one in lines if abs(one[0] - at.line) <= 2] if passed else lines


def _zero(events: Sequence[Event]) -> float:
    """When the arm's moment came, or else when it began."""
    moment = next((e.at for e in events if e.kind == "step" and e.data.get("name") == "moment"), None)
    return moment if moment is not None else events[0].at if events else 0.0


# -- what the checks said


def told(found: Iterable[Finding], longest: int, claim: bool = False) -> list[Told]:
    """What did not hold comes first."""
    ordered = sorted(found, key=lambda one: (one.holds is not False, one.holds is not None))
    return [_told(one, longest, claim) for one in ordered]


def _told(one: Finding, longest: int, claim: bool) -> Told:
    how = {True: "held", False: "drifts" if claim else "broken", None: "unknown"}[one.holds]
    expected, shown = compared(one) if one.holds is False else ("", "")
    difference = sides(expected, shown) if expected or shown else None
    return Told(one.check, how, HELD[one.holds], clipped(one.sentence, longest), difference)


# -- what was on the screen


def screens(arm: ArmView, longest: int) -> list[Screen]:
    """The screens by phase, each with its picture if there is one; one that didn't change is told once."""
    found: list[Screen] = []
    borrowed = arm.as_before
    pictures, before, since = {**arm.pictures, **borrowed}, None, ""
    for phase, shot in arm.screens.items():
        one = _screen(phase, shot, longest)
        bare = (one.alarms, one.notes, one.messages, one.draft)
        picture = pictures.get(phase, "")
        whose = arm.first.label if arm.first and phase in borrowed else ""
        found.append(replace(Screen(phase, same_as=since) if bare == before else one, picture=picture, taken_in=whose))
        if bare != before:
            before, since = bare, phase
    found += [Screen(phase, picture) for phase, picture in arm.pictures.items() if phase not in arm.screens]
    return found


def _screen(phase: str, shot: Mapping[str, Any], longest: int) -> Screen:
    client = bool(shot.get("client"))
    error = shot.get("error")
    document = [] if client else [str(one) for one in _list(shot.get("document"))]
    lines = _list(error.get("lines")) if isinstance(error, Mapping) else []
    alarms = [
        *([f"The address did not open: {unopened(str(shot['navigation']))}"] if shot.get("navigation") else []),
        *document,
        *lines,
    ]
    return Screen(
        phase,
        alarms=tuple(clipped(str(one), longest) for one in alarms),
        notes=tuple(_notes(shot, client)),
        messages=tuple(_messages(shot, longest)),
        draft=clipped(str(shot.get("draft") or ""), longest) if client else None,
    )


def _notes(shot: Mapping[str, Any], client: bool) -> Iterable[str]:
    if shot.get("gave_up"):
        yield "Waited in vain for the screen to settle."
    if not client and not shot.get("navigation"):
        yield "A page that is not the client's."
    if shot.get("login"):
        yield "The login form."
    if shot.get("countdown"):
        yield f"Countdown: {shot['countdown']}"
    controls = shot.get("controls")
    if client and isinstance(controls, Mapping):
        yield "Controls: " + (", ".join(f"{n} {s}" for n, s in controls.items() if s != "absent") or "none")


def _messages(shot: Mapping[str, Any], longest: int) -> Iterable[tuple[str, str]]:
    for one in _list(shot.get("messages")):
        if isinstance(one, Mapping):
            state = str(one.get("state", ""))
            who = str(one.get("role", "")) + (f" ({state})" if state not in ("", "complete") else "")
            yield who, clipped(str(one.get("text", "")), longest)


def _list(value: object) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else []


# -- what went over the wire


def requests(events: Sequence[Event], zero: float, lit: Sequence[Event], most: int) -> tuple[list[Request], int]:
    """What was asked, as gateway, service and browser saw it, and how many routine ones are left out."""
    served = {str(e.data.get("id")): e for e in events if (e.source, e.kind) == ("service", "request")}
    found: list[Request] = []
    routine = 0
    for event in events:
        if _is_asset(event):
            routine += 1
        elif (event.source, event.kind) == ("gateway", "access"):
            request = _passed(event, served.pop(str(event.data.get("request")), None), zero, event in lit)
            found.append(replace(request, bad=is_evidence(event, events)))
        elif event.kind == "request_failed":
            found.append(_request(event, zero, event in lit, said=str(event.data.get("error", ""))))
    found += [_request(one, zero, one in lit, service=_status(one)) for one in served.values() if not _is_asset(one)]
    found.sort(key=lambda one: one.at)
    kept = [one for number, one in enumerate(found) if one.bad or one.lit or number < most]
    return kept, routine + len(found) - len(kept)


def _is_asset(event: Event) -> bool:
    """A script or a style that came as it should."""
    path = str(event.data.get("path", ""))
    return event.source in ("gateway", "service") and path.startswith("/app/") and not is_evidence(event)


def _passed(event: Event, served: Event | None, zero: float, lit: bool) -> Request:
    data = event.data
    flags = data.get("flags") if data.get("flags") not in (None, "", "-") else ""
    wait = f"retry-after {data['retry_after']}" if data.get("retry_after") else ""
    said = " · ".join(str(one) for one in (data.get("reply"), wait, _details(data)) if one)
    return Request(
        round(event.at - zero, 3),
        str(data.get("method", "")),
        str(data.get("path", "")),
        str(data.get("road") or ""),
        f"{data.get('status', '')} {flags}".strip(),
        clipped(said, 200),
        _status(served) if served else "",
        f"{data.get('ms', '')}",
        lit=lit,
    )


def _details(data: Mapping[str, Any]) -> str:
    details = str(data.get("details") or "")
    return "" if details == "via_upstream" else details


def _request(event: Event, zero: float, lit: bool, said: str = "", service: str = "") -> Request:
    data = event.data
    method, path = str(data.get("method", "")), str(data.get("path", ""))
    return Request(round(event.at - zero, 3), method, path, said=said, service=service, bad=is_evidence(event), lit=lit)


def _status(event: Event) -> str:
    return str(event.data.get("status", ""))


def _row(event: Event, zero: float, events: Sequence[Event], lit: bool = False) -> Row:
    step = (event.source, event.kind) == ("run", "step")
    how = "lit" if lit else "step" if step else "bad" if is_evidence(event, events) else ""
    text = clipped(line(event), LONGEST[False])
    return Row(round(event.at - zero, 3), event.world, event.source, event.kind, text, how)
