"""Scenario → its arms, each with the model's prediction and the control that it is judged against."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from harness.clients import Client
from harness.documents import advised
from harness.faults import FAULTS
from harness.model import (
    NEAR_LINKS,
    Entrance,
    Fault,
    Moment,
    Outcome,
    Prediction,
    Situation,
    credit,
    duration_text,
    holds,
    predict,
)
from harness.remedies import REMEDIES
from harness.remedies.base import ASK, LOOKS, OPEN, Remedy
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
        now = self.start
        later = duration_text(self.takes) if self.takes else ""
        vpn = f"vpn_{now.vpn}" if now.vpn else ""
        extensions = f"extensions_{now.installed}" if now.installed else ""
        security = "security" if now.security else ""
        has = (later, vpn, now.prompt, now.proxy, now.release, now.plan.replace("free", ""), extensions, security)
        return f"control[{'+'.join((self.act, *filter(None, has)))}]"


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
    counted = [fault for fault in scenario.faults if fault.lasts.hits is not None]
    hits = min((fault.lasts.hits or 0 for fault in counted), default=1)
    looked = any(fault.at != "service" or not fault.on or "answers" in fault.on for fault in counted)
    return 2 if scenario.moment is Moment.MID_ANSWER and hits > 1 and looked else 1


def _kept(scenario: Scenario) -> bool:
    faults = biting(scenario)
    return bool(faults) and all(fault.kept for fault in faults)


def _to_ask(scenario: Scenario) -> frozenset[str]:
    """The traffic that asking again in the page as it stands needs."""
    if scenario.moment is Moment.OPEN:
        return OPEN | ASK
    if scenario.moment is Moment.DOWNLOAD:
        return frozenset({"files"})
    return ASK if scenario.moment is Moment.SEND else frozenset({"stream", "pieces", "generation"})


def _meets(scenario: Scenario, start: Situation) -> bool:
    """Whether what the person does at the moment meets a fault at all."""
    faults = tuple(_at_its_moment(fault) for fault in biting(scenario) if not _heals_unseen(fault))
    return not predict(faults, start, start, 0.0, 0, _to_begin(scenario)).works


def _at_its_moment(fault: Fault) -> Fault:
    """What is over as soon as it has cut something does cut it."""
    return replace(fault, instant=False, taken_over=False)


def _heals_unseen(fault: Fault) -> bool:
    """A silence that ends before the client gives up: what it held back arrives late, and nothing else happens."""
    return fault.lasts.seconds is not None and 0 < fault.lasts.seconds <= fault.silence


def _to_begin(scenario: Scenario) -> frozenset[str]:
    """The traffic at the moment itself, which a fault must meet to be seen."""
    if scenario.moment is Moment.MID_ANSWER:
        return frozenset({"pieces", "live", "generation"})
    return OPEN | {"stream"} if scenario.moment is Moment.OPEN else _to_ask(scenario)


def _to_recover(scenario: Scenario, remedy: Remedy) -> frozenset[str]:
    if remedy.changes(scenario.start).entrance == Entrance.API:
        return remedy.uses
    if scenario.moment is Moment.DOWNLOAD:
        return remedy.uses | _to_ask(scenario)
    if remedy.elsewhere:
        return remedy.uses | ASK
    if remedy.opens:
        unfinished = any("generation" in fault.on for fault in biting(scenario))
        shown_by_history = (scenario.moment is Moment.MID_ANSWER and not unfinished) or _kept(scenario)
        return remedy.uses | (frozenset({"stream"}) if shown_by_history else ASK)
    return remedy.uses | _to_ask(scenario)


def _held_back(scenario: Scenario, start: Situation, takes: float) -> str:
    """Why the page that met the fault sends nothing yet, or empty: it was told to wait, and does."""
    met = [fault for fault in biting(scenario) if fault.told_to_wait > takes and fault.at in start.route]
    if not met or scenario.moment is not Moment.SEND:
        return ""
    return f"the reply of {met[0]} asks to wait {duration_text(met[0].told_to_wait)}, and the page does"


def predict_control(scenario: Scenario, control: Control, client: Client) -> Prediction:
    """Whether the act works after the control: a client that never tries by itself stays broken after `nothing`."""
    if control.act == NOTHING and _meets(scenario, control.start) and not client.recovers_by_itself:
        return Prediction(False, "nobody touches anything, and the client doesn't try again by itself")
    waits = _held_back(scenario, control.start, control.takes)
    if waits:
        return Prediction(False, waits)
    if _file_is_gone(scenario, control.takes, control.start, control.start):
        return Prediction(False, GONE)
    elapsed, used = symptom_after(scenario) + control.takes, _used_at_symptom(scenario)
    faults = _outlasted(scenario, client.reply)
    return predict(faults, control.start, control.start, elapsed, used, _to_ask(scenario))


def predict_remedy(scenario: Scenario, listed: Listed, client: Client) -> Prediction:
    """Whether the act works after the remedy, from place, scope and lifetime alone."""
    remedy = REMEDIES[listed.remedy]
    return attempt(scenario, remedy, listed.argument, Tried(now=remedy.start(scenario.start)), client)[0]


FILE_KEPT = 3600.0
"""Seconds for which the service keeps a file."""
GONE = "the file is kept for an hour only"


def _file_is_gone(scenario: Scenario, waited: float, start: Situation, now: Situation) -> bool:
    """Whether the file that could not be downloaded is too old by now, and no other was made."""
    late = symptom_after(scenario) + waited >= FILE_KEPT
    return scenario.moment is Moment.DOWNLOAD and late and start.file == now.file


@dataclass(frozen=True)
class Tried:
    """What a person has come to by what they tried: where they stand now, how long it took, how often it failed again.

    `waited` is seconds on the harness's clock since the symptom; `again` counts attempts. `left`: they no longer have
    the page that met the fault.
    """

    now: Situation
    waited: float = 0.0
    again: int = 0
    left: bool = False


def attempt(
    scenario: Scenario, remedy: Remedy, argument: float, before: Tried, client: Client
) -> tuple[Prediction, Tried]:
    """Whether the act works once the remedy is tried as well, and what the person has come to then."""
    start = remedy.start(scenario.start)
    takes, looks = remedy.takes + argument, 0
    if remedy.informed:
        takes, looks = _waits_for_it(scenario, before)
    after = Tried(
        now=remedy.changes(before.now),
        waited=before.waited + takes,
        again=before.again + looks + 1,
        left=before.left or remedy.opens or remedy.leaves_page,
    )
    waits = "" if after.left else _held_back(scenario, start, after.waited)
    if waits:
        return Prediction(False, waits), replace(after, again=after.again - 1)
    if _file_is_gone(scenario, after.waited, start, after.now):
        return Prediction(False, GONE), after
    used = _used_at_symptom(scenario) + after.again - 1
    elapsed = symptom_after(scenario) + after.waited
    faults = biting(scenario) if remedy.opens else _outlasted(scenario, client.reply)
    return predict(faults, start, after.now, elapsed, used, _to_recover(scenario, remedy)), after


def _outlasted(scenario: Scenario, patience: float) -> tuple[Fault, ...]:
    """The faults as who asks in the page meets them: what one holds back still comes while the page waits for it."""
    return tuple(
        replace(fault, lasts=replace(fault.lasts, seconds=max(0.001, fault.lasts.seconds - patience)))
        if fault.holds_back and fault.lasts.seconds is not None
        else fault
        for fault in biting(scenario)
    )


PROBED = frozenset({"generation", "page", "login", "me", "history", "messages", "stream", "answers", "pieces"})
"""The traffic with which the status page looks at the service, as anybody has it."""
OF_ANYBODY = frozenset({"plan", "entrance"})
"""Scopes within which whoever looks from outside stands as well, on a free plan and by the web."""


def shows_on_status_page(fault: Fault) -> bool:
    """Whether somebody who looks from outside meets it: it sits on the service's side, and is nobody's own."""
    far = fault.at in ("gateway", "service_link", "service")
    return far and not set(fault.only) - OF_ANYBODY and (not fault.on or bool(set(fault.on) & PROBED))


def _waits_for_it(scenario: Scenario, before: Tried) -> tuple[float, int]:
    """How long somebody waits who looks at the status page, and how often the looking itself met the fault."""
    faults, start = biting(scenario), scenario.start
    shown = tuple(fault for fault in faults if shows_on_status_page(fault))
    near = tuple(fault for fault in faults if fault.at in ("device", *NEAR_LINKS))
    waited, looks = 0.0, 0
    for pause in LOOKS:
        elapsed = symptom_after(scenario) + before.waited + waited
        used = _used_at_symptom(scenario) + before.again + looks
        opens = predict(near, start, before.now, elapsed, used, frozenset({"elsewhere"})).works
        if not opens or all(holds(fault, start, start, elapsed, used, PROBED).works for fault in shown):
            break
        waited, looks = waited + pause, looks + 1
    return waited, looks


def contradictions(scenario: Scenario, client: Client) -> Iterator[Problem]:
    """Every place where the scenario says something that the model can't agree with."""
    for fault in biting(scenario):
        if scenario.expect.message and _heals_unseen(fault):
            what = f"{fault} is over after {fault.lasts}, before the client gives up ({duration_text(fault.silence)})"
            cure = "let it last longer, or expect no message"
            yield Problem(scenario.path, fault.line, fault.column, 1, what, cure)
    yield from _never_met(scenario)
    yield from _uncountable(scenario)
    for arm in plan(scenario, client):
        if arm.kind == "remedy" and arm.expected != arm.predicted:
            yield _refusal(scenario, arm, client)


def _never_met(scenario: Scenario) -> Iterator[Problem]:
    """A fault that the person does not meet, from where the scenario or a remedy lets them start."""
    for fault in scenario.faults:
        alone = replace(scenario, faults=(fault,))
        if fault.harmless or (not scenario.expect.message and fault in biting(scenario)):
            continue
        met = predict((_at_its_moment(fault),), scenario.start, scenario.start, 0.0, 0, _to_begin(alone))
        hidden = _hidden_by(scenario, fault)
        if met.works or hidden:
            why = met.because if met.works else f"{hidden} stops everything before it"
            what = f"nobody meets {fault} at the moment {scenario.moment.value}: {why}"
            cure = "let the person pass it, or use another moment"
            yield Problem(scenario.path, fault.line, fault.column, 1, what, cure)
            continue
        for listed in scenario.listed:
            start = REMEDIES[listed.remedy].start(scenario.start)
            if len(scenario.faults) == 1 and fault in biting(scenario) and not _meets(alone, start):
                what = f"who starts where {listed.label} makes sense never meets {fault}"
                width = len(listed.remedy)
                yield Problem(scenario.path, listed.line, listed.column, width, what, f"leave {listed.label} out")


def _hidden_by(scenario: Scenario, fault: Fault) -> Fault | None:
    """Another fault that comes before this one, on the way or in what the page asks for, and stops what it touches."""
    route = scenario.start.route
    if scenario.moment is Moment.MID_ANSWER or fault.at not in route:
        return None
    others = [one for one in biting(scenario) if one is not fault and one.at in route]
    if scenario.moment is Moment.OPEN and set(fault.on) == {"stream"}:
        page = next((one for one in others if not one.on or {"page", "me"} & set(one.on)), None)
        if page:
            return page  # a page that doesn't come, or doesn't know its account, opens no stream
    place = route.index(FAULTS[fault.at][fault.do].met_at or fault.at)
    before = [one for one in others if one.at in route[:place]]
    first = FIRST[scenario.moment]
    return next((one for one in before if not one.on or first in one.on or set(fault.on) & set(one.on)), None)


FIRST = {Moment.OPEN: "page", Moment.SEND: "messages", Moment.DOWNLOAD: "files"}
"""The traffic that comes first at a moment: where it is stopped, no other comes."""


def _uncountable(scenario: Scenario) -> Iterator[Problem]:
    """A remedy that makes requests of its own, of which a counted fault may take some or none."""
    counted = [fault for fault in biting(scenario) if fault.lasts.hits is not None]
    near = [fault for fault in counted if fault.at in NEAR_LINKS]
    again = [fault for fault in counted if (fault.lasts.hits or 0) > 1]
    for listed in scenario.listed if counted else ():
        remedy = REMEDIES[listed.remedy]
        looks = near if remedy.informed or listed.remedy == "check_network" else []
        asks = again if remedy.uses and not remedy.opens and scenario.moment not in remedy.asking else []
        for fault in (looks or asks)[:1]:
            what = f"{listed.label} makes requests of its own, so that a count at {fault.at} can't be foretold"
            cure = f"give {fault} a duration, or leave {listed.label} out"
            yield Problem(scenario.path, listed.line, listed.column, len(listed.remedy), what, cure)


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
