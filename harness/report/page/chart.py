"""An arm's history on one axis, in lanes: the fault, the gateway, the service, the stream, the screen, the person."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from harness.judging import HARNESS
from harness.judging.testimony import clause
from harness.report.data import ArmView
from harness.report.lines import is_evidence, line
from harness.values.history import Event
from harness.values.result import Finding
from harness.values.situation import duration_text
from harness.values.text import shown

WIDTH, LEFT, RIGHT = 1060, 84, 38
TOP, LANE, GAP = 30, 22, 26
APART = 58
"""Units between two labels of one axis, so that none lies over another."""
LONGEST = 160
STEPS = {"steady": "steady", "moment": "moment", "remedy": "remedy", "recovery": "recovery", "undone": "undone"}
UNTOLD = frozenset({"arm", "step", "questions", "undone", "verdict", "scenario"})
STREAM = frozenset(
    {"piece", "websocket_closed", "websocket_error", "websocket_refused", "websocket_told_error", "stream_close"}
)
LANES = ("fault", "gateway", "service", "stream", "screen", "person")


Place = Callable[[float], int]
"""Wall-clock time to units."""


@dataclass(frozen=True)
class Mark:
    """Something that happened, at `x`; `kind` is how it looks, `lit` that it is a witness."""

    x: int
    kind: str
    said: str
    lit: bool = False


@dataclass(frozen=True)
class Bar:
    """Something that lasted."""

    x: int
    width: int
    kind: str
    said: str
    label: str = ""


@dataclass
class Lane:
    name: str
    y: int
    bars: list[Bar] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    ticks: set[int] = field(default_factory=set)

    @property
    def path(self) -> str:
        """All that is routine, as one path."""
        return "".join(f"M{x} {self.y + 7}v8" for x in sorted(self.ticks))


@dataclass(frozen=True)
class Label:
    x: int
    text: str


LETTER = 7
"""Width of a letter in a band's name, beside which the names of its steps stand."""


@dataclass
class Band:
    """The lanes of one arm, with its steps above and the harness's clock below."""

    name: str
    y: int
    lanes: list[Lane]
    steps: list[Label] = field(default_factory=list)
    borders: str = ""
    clock: list[Label] = field(default_factory=list)

    @property
    def bottom(self) -> int:
        return self.lanes[-1].y + LANE


@dataclass(frozen=True)
class Chart:
    bands: tuple[Band, ...]
    seconds: tuple[Label, ...]
    height: int
    said: str

    width = WIDTH
    left = LEFT
    right = WIDTH - RIGHT


@dataclass(frozen=True)
class Scale:
    """From wall-clock seconds since an arm's moment to units."""

    first: float
    last: float

    def x(self, seconds: float) -> int:
        share = (seconds - self.first) / max(self.last - self.first, 1e-6)
        return LEFT + round(share * (WIDTH - LEFT - RIGHT))

    def from_zero(self, zero: float) -> Place:
        return lambda at: self.x(at - zero)


def chart(arm: ArmView) -> Chart | None:
    """The arm and below it its control, with the moments at which each was broken one above the other."""
    some = [one for one in (arm, arm.control) if one and one.events]
    if not some or some[0] is not arm:
        return None
    zeros = [_zero(one.events) for one in some]
    ends = [(_begun(one.events) - zero, one.events[-1].at - zero) for one, zero in zip(some, zeros, strict=True)]
    scale = Scale(min(first for first, _ in ends), max(last for _, last in ends))
    bands, y = [], TOP
    for one, zero in zip(some, zeros, strict=True):
        name = "this arm" if one is arm else f"its control, {one.label}"
        bands.append(_band(name, y, one, scale.from_zero(zero)))
        y = bands[-1].bottom + GAP + LANE
    said = f"Timeline of {arm.label}" + (f" above that of its control {arm.control.label}" if len(some) > 1 else "")  # type: ignore[union-attr]
    return Chart(tuple(bands), tuple(_seconds(scale)), bands[-1].bottom + GAP + 16, said)


def _begun(events: Sequence[Event]) -> float:
    """When the person sat down; before that nothing is looked at."""
    return next((e.at for e in events if (e.source, e.kind) == ("run", "step")), events[0].at)


def _zero(events: Sequence[Event]) -> float:
    moment = next((e.at for e in events if e.kind == "step" and e.data.get("name") == "moment"), None)
    return events[0].at if moment is None else moment


def _band(name: str, y: int, arm: ArmView, x: Place) -> Band:
    lanes = {lane: Lane(lane, y + 16 + at * LANE) for at, lane in enumerate(LANES)}
    lit = witnesses(arm.result.findings, arm.events)
    end = arm.events[-1].at
    _faults(lanes["fault"], arm.events, lit, x, end)
    _sockets(lanes["stream"], arm.events, x, end)
    begun = _begun(arm.events)
    for event in arm.events:
        lane = _lane(event) if event.at >= begun else ""
        if lane:
            _put(lanes[lane], event, _look(event, arm.events), event in lit, x(event.at))
    band = Band(name, y, list(lanes.values()))
    steps = [event for event in arm.events if (event.source, event.kind) == ("run", "step")]
    band.borders = "".join(f"M{x(e.at)} {y + 14}V{band.bottom}" for e in steps)
    told = [Label(x(e.at), STEPS[str(e.data["name"])]) for e in steps if e.data.get("name") in STEPS]
    band.steps = _spaced([one for one in told if one.x >= len(name) * LETTER])
    band.clock = _spaced(_clock(arm.events, x), keep_last=True)
    return band


def witnesses(findings: Iterable[Finding], events: Sequence[Event]) -> list[Event]:
    """The events that the findings name as what was seen on the wire: of each clause the first after the fault."""
    said = " ; ".join(one.sentence for one in findings if one.check in HARNESS and one.holds)
    armed = next((e.at for e in events if (e.source, e.kind) == ("fault", "armed")), None)
    found: dict[str, Event] = {}
    if not said or armed is None:
        return []
    for event in events:
        if event.at >= armed and event.source not in ("run", "fault", "screen"):
            told = _clause(event)
            if told and told not in found and told in said:
                found[told] = event
    return list(found.values())


def _clause(event: Event) -> str:
    try:
        return clause(event)
    except (KeyError, TypeError, ValueError, AttributeError):
        return ""


def _lane(event: Event) -> str:
    source, kind = event.source, event.kind
    if kind in STREAM:
        return "stream"
    if source in ("gateway", "service", "screen"):
        return source
    if (source == "run" and kind not in UNTOLD) or (source, kind) in (("browser", "navigation"), ("browser", "moved")):
        return "person"
    return "gateway" if kind == "request_failed" else "screen" if kind in ("page_error", "navigation_failed") else ""


def _put(lane: Lane, event: Event, kind: str, lit: bool, x: int) -> None:
    if kind == "tick" and not lit:
        lane.ticks.add(x)
    else:
        lane.marks.append(Mark(x, kind, f"{event.source} {event.kind}: {shown(line(event), LONGEST)}", lit))


def _look(event: Event, events: Sequence[Event]) -> str:
    if (event.source, event.kind) == ("screen", "snapshot"):
        data = event.data
        if data.get("error") or data.get("navigation") or not data.get("client"):
            return "error"
        return "fine"
    if event.source == "screen":
        return "picture" if event.kind == "picture" else "act"
    if event.kind in ("stopped", "unavailable") or is_evidence(event, events):
        return "bad"
    if event.source == "run" or event.kind in ("navigation", "moved", "message", "login", "answer_done", "file_made"):
        return "act"
    return "tick"


def _faults(lane: Lane, events: Sequence[Event], lit: Sequence[Event], x: Place, end: float) -> None:
    over = {e.data.get("fault"): e for e in events if (e.source, e.kind) in (("fault", "lifted"), ("fault", "gone"))}
    for event in events:
        if (event.source, event.kind) == ("fault", "armed"):
            until = over.get(event.data.get("fault"))
            began, ended = x(event.at), x(until.at if until else end)
            name = f"{event.data.get('do', '')} at {event.data.get('at_place', '')}"
            why = f"; over: {until.data.get('because', 'its time')}" if until else ""
            said = f"{name}, lasts {event.data.get('lasts', '')}{why}"
            lane.bars.append(Bar(began, max(3, ended - began), "fault", shown(said, LONGEST), shown(name, 60)))
    for event in lit:
        lane.marks.append(Mark(x(event.at), "seen", f"seen: {shown(_clause(event), LONGEST)}"))


def _sockets(lane: Lane, events: Sequence[Event], x: Place, end: float) -> None:
    """A bar for each WebSocket of the browser, from its opening to the next closing."""
    opened: list[Event] = []
    for event in events:
        if event.kind == "websocket_open":
            opened.append(event)
        elif event.kind == "websocket_closed" and opened:
            lane.bars.append(_socket(opened.pop(0), event, x, event.at))
    lane.bars += [_socket(one, None, x, end) for one in opened]


def _socket(opened: Event, closed: Event | None, x: Place, end: float) -> Bar:
    said = f"WebSocket, closed with {closed.data.get('code')}" if closed else "WebSocket, open to the end"
    return Bar(x(opened.at), max(2, x(end) - x(opened.at)), "socket", shown(said, LONGEST))


def _clock(events: Sequence[Event], x: Place) -> list[Label]:
    labels, world = [Label(x(_begun(events)), "0 s")], 0.0
    for event in events:
        if event.world > world:
            world = event.world
            labels.append(Label(x(event.at), duration_text(world) if world >= 1 else f"{world:g} s"))
    return labels


def _spaced(labels: Sequence[Label], keep_last: bool = False) -> list[Label]:
    kept: list[Label] = []
    for label in labels:
        if not kept or label.x - kept[-1].x >= APART:
            kept.append(label)
        elif keep_last and len(kept) > 1:
            kept[-1] = Label(kept[-1].x, label.text)
    return kept


def _seconds(scale: Scale) -> Iterable[Label]:
    """The axis: wall-clock seconds from the moment on, at most a dozen."""
    length = scale.last - scale.first
    step = next((one for one in (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 60) if length / one <= 12), 120)
    at = -(-scale.first // step)
    while at * step <= scale.last:
        yield Label(scale.x(at * step), f"{at * step:+g} s" if at else "moment")
        at += 1
