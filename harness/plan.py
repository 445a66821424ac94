"""Scenario → its arms, each with the model's prediction and the control that it is judged against."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from harness.clients import Client
from harness.documents import advised
from harness.faults import FAULTS
from harness.model import Fault, Moment, Outcome, Prediction, Situation, credit, duration_text, predict
from harness.remedies import REMEDIES
from harness.remedies.base import ASK, OPEN, Remedy
from harness.scenario import ASK_AGAIN, NOTHING, Arm, Listed, Scenario
from harness.source import Problem


@dataclass(frozen=True)
class Control:
    """A control: what it does, from which situation, and how much time it lets go by first (seconds)."""

    act: str
    start: Situation
    takes: float

    @property
    def label(self) -> str:
        start = f"+vpn_{self.start.vpn}" if self.start.vpn else ""
        later = f"+{duration_text(self.takes)}" if self.takes else ""
        length = f"+{self.start.prompt}" if self.start.prompt else ""
        return f"control[{self.act}{later}{start}{length}]"


def plan(scenario: Scenario, client: Client) -> tuple[Arm, ...]:
    """All arms of a scenario, the controls first: both bare ones always, others as its remedies need them."""
    controls = dict.fromkeys(
        [
            Control(NOTHING, scenario.start, 0.0),
            Control(ASK_AGAIN, scenario.start, 0.0),
            *(control_of(scenario, listed) for listed in scenario.listed),
        ]
    )
    arms = [_control_arm(scenario, control, client) for control in controls]
    return (*arms, *(_arm(scenario, listed, client) for listed in scenario.listed))


def control_of(scenario: Scenario, listed: Listed) -> Control:
    """What a listed remedy is judged against (design: credit)."""
    remedy = REMEDIES[listed.remedy]
    start = remedy.start(scenario.start)
    asking = scenario.moment in remedy.asking
    return Control(NOTHING if asking else ASK_AGAIN, start, remedy.takes)


def _control_arm(scenario: Scenario, control: Control, client: Client) -> Arm:
    said = predict_control(scenario, control, client)
    return Arm(
        scenario=scenario,
        label=control.label,
        kind="control",
        remedy=control.act,
        argument=0.0,
        takes=control.takes,
        start=control.start,
        predicted="recovers" if said.works else "does_not_recover",
        predicted_works=said.works,
        because=said.because,
    )


def _arm(scenario: Scenario, listed: Listed, client: Client) -> Arm:
    control = control_of(scenario, listed)
    said = predict_remedy(scenario, listed, client)
    outcome = credit(said.works, predict_control(scenario, control, client).works)
    ids = REMEDIES[listed.remedy].ids
    return Arm(
        scenario=scenario,
        label=listed.label,
        kind="remedy",
        remedy=listed.remedy,
        argument=listed.argument,
        takes=REMEDIES[listed.remedy].takes + listed.argument,
        start=control.start,
        control=control.label,
        remedy_id=",".join(ids),
        expected=listed.outcome.value,
        predicted=outcome.value,
        predicted_works=said.works,
        because=said.because,
        documented=Outcome.RECOVERS.value if claimed(scenario, ids) else "",
        line=listed.line,
    )


def claimed(scenario: Scenario, ids: tuple[str, ...]) -> bool:
    """Whether the documents advise one of these remedies for the scenario's failure."""
    return any(set(ids) & advised(failure) for failure in scenario.documents)


def biting(scenario: Scenario) -> tuple[Fault, ...]:
    """The faults that keep an answer from coming; the others only slow it down."""
    return tuple(f for f in scenario.faults if FAULTS[f.at][f.do].breaks(f, scenario.gateway.timeout))


def symptom_after(scenario: Scenario) -> float:
    """Seconds on the harness's clock from the moment until the person sees that something is wrong."""
    faults = [fault for fault in biting(scenario) if not fault.harmless]
    return min((fault.silence for fault in faults), default=0.0)


def _used_at_symptom(scenario: Scenario) -> int:
    """Connections or requests that a counted fault has taken when the person sees the error.

    One for opening or sending. In the middle of an answer the stream is the first, and the client's one look at
    whether the service is still there is the second, if the fault is still there to take it.
    """
    hits = min((fault.lasts.hits for fault in scenario.faults if fault.lasts.hits is not None), default=1)
    return 2 if scenario.moment is Moment.MID_ANSWER and hits > 1 else 1


def _kept(scenario: Scenario) -> bool:
    faults = biting(scenario)
    return bool(faults) and all(fault.kept for fault in faults)


def _to_ask(scenario: Scenario) -> frozenset[str]:
    """The traffic that asking again in the page as it stands needs."""
    if scenario.moment is Moment.OPEN:
        return OPEN | ASK
    return ASK if scenario.moment is Moment.SEND else frozenset({"stream", "pieces"})


def _meets(scenario: Scenario, start: Situation) -> bool:
    """Whether what the person does at the moment meets a fault at all."""
    faults = tuple(replace(fault, instant=False) for fault in biting(scenario) if not _heals_unseen(fault))
    return not predict(faults, start, start, 0.0, 0, _to_begin(scenario)).works


def _heals_unseen(fault: Fault) -> bool:
    """A silence that ends before the client gives up: what it held back arrives late, and nothing else happens."""
    return fault.lasts.seconds is not None and 0 < fault.lasts.seconds <= fault.silence


def _to_begin(scenario: Scenario) -> frozenset[str]:
    """The traffic at the moment itself, which a fault must meet to be seen."""
    return OPEN | {"stream"} if scenario.moment is Moment.OPEN else _to_ask(scenario)


def _to_recover(scenario: Scenario, remedy: Remedy) -> frozenset[str]:
    if remedy.elsewhere:
        return remedy.uses | ASK
    if remedy.opens:
        shown_by_history = scenario.moment is Moment.MID_ANSWER or _kept(scenario)
        return remedy.uses | (frozenset({"stream"}) if shown_by_history else ASK)
    return remedy.uses | _to_ask(scenario)


def _predicted(scenario: Scenario, start: Situation, now: Situation, takes: float, uses: frozenset[str]) -> Prediction:
    elapsed = symptom_after(scenario) + takes
    return predict(biting(scenario), start, now, elapsed, _used_at_symptom(scenario), uses)


def predict_control(scenario: Scenario, control: Control, client: Client) -> Prediction:
    """Whether the act works after the control: a client that never tries by itself stays broken after `nothing`."""
    if control.act == NOTHING and _meets(scenario, control.start) and not client.recovers_by_itself:
        return Prediction(False, "nobody touches anything, and the client doesn't try again by itself")
    return _predicted(scenario, control.start, control.start, control.takes, _to_ask(scenario))


def predict_remedy(scenario: Scenario, listed: Listed, client: Client) -> Prediction:
    """Whether the act works after the remedy, from place, scope and lifetime alone."""
    remedy = REMEDIES[listed.remedy]
    start = remedy.start(scenario.start)
    now = remedy.changes(start)
    return _predicted(scenario, start, now, remedy.takes + listed.argument, _to_recover(scenario, remedy))


def contradictions(scenario: Scenario, client: Client) -> Iterator[Problem]:
    """Every place where the scenario says something that the model can't agree with."""
    for fault in biting(scenario):
        if scenario.expect.message and _heals_unseen(fault):
            what = f"{fault} is over after {fault.lasts}, before the client gives up ({duration_text(fault.silence)})"
            cure = "let it last longer, or expect no message"
            yield Problem(scenario.path, fault.line, fault.column, 1, what, cure)
    yield from _never_met(scenario)
    for arm in plan(scenario, client):
        if arm.kind == "remedy" and arm.expected != arm.predicted:
            yield _refusal(scenario, arm, client)


def _never_met(scenario: Scenario) -> Iterator[Problem]:
    """A fault that the person does not meet, from where the scenario or a remedy lets them start."""
    for fault in biting(scenario):
        alone = replace(scenario, faults=(fault,))
        if fault.harmless or not scenario.expect.message:
            continue
        met = predict((replace(fault, instant=False),), scenario.start, scenario.start, 0.0, 0, _to_begin(alone))
        if met.works:
            what = f"nobody meets {fault} at the moment {scenario.moment.value}: {met.because}"
            yield Problem(
                scenario.path, fault.line, fault.column, 1, what, "let the person pass it, or use another moment"
            )
            continue
        for listed in scenario.listed:
            start = REMEDIES[listed.remedy].start(scenario.start)
            if len(scenario.faults) == 1 and not _meets(alone, start):
                what = f"who starts where {listed.label} makes sense never meets {fault}"
                width = len(listed.remedy)
                yield Problem(scenario.path, listed.line, listed.column, width, what, f"leave {listed.label} out")


def _refusal(scenario: Scenario, arm: Arm, client: Client) -> Problem:
    control = next(one for one in plan(scenario, client) if one.label == arm.control)
    listed = next(one for one in scenario.listed if one.label == arm.label)
    because = f"after {arm.label}: {arm.because}"
    if arm.predicted_works:
        because += f"; after its control {control.remedy}: {control.because}"
    return Problem(
        scenario.path,
        listed.line,
        listed.column,
        len(listed.remedy),
        f"the model says {arm.predicted} where the scenario says {arm.expected}: {because}",
        f"list {arm.label} under {arm.predicted}, or run with --no-predict and let the wire decide",
    )
