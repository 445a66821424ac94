"""Where a scenario says something that the model can't agree with: each as a problem at its line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from harness.clients import Client
from harness.faults import FAULTS
from harness.language.source import Problem
from harness.prediction.model import predict
from harness.prediction.needs import (
    at_its_moment,
    biting,
    heals_unseen,
    meets,
    standing,
    symptom_after,
    to_ask,
    to_begin,
)
from harness.prediction.plan import plan
from harness.remedies import REMEDIES
from harness.values.scenario import Arm, Scenario
from harness.values.situation import NEAR_LINKS, NETWORKS, Fault, Moment, Situation, duration_text


def contradictions(scenario: Scenario, client: Client) -> Iterator[Problem]:
    """Every place where the scenario says something that the model can't agree with.

    Where a client's own traits decide what a remedy comes to, the scenario's lists say only which remedies are tried.
    """
    if client.by_model:
        return
    unfit = list(not_to_be_judged(scenario))
    yield from unfit
    if {(one.line, one.column) for one in unfit} & {(one.line, one.column) for one in scenario.faults}:
        return  # what is wrong with the lists may follow from it
    for arm in plan(scenario, client):
        if arm.kind == "remedy" and arm.expected != arm.predicted:
            yield _refusal(scenario, arm, client)


def not_to_be_judged(scenario: Scenario) -> Iterator[Problem]:
    """What keeps a scenario, or one of its remedies, from being judged: nobody meets the fault, or it can't be told."""
    for fault in biting(scenario):
        if scenario.expect.message and heals_unseen(fault):
            what = f"{fault} is over after {fault.lasts}, before the client gives up ({duration_text(fault.silence)})"
            cure = "let it last longer, or expect no message"
            yield Problem(scenario.path, fault.line, fault.column, 1, what, cure)
    yield from _never_met(scenario)
    yield from _too_late(scenario)
    yield from _uncountable(scenario)


def _never_met(scenario: Scenario) -> Iterator[Problem]:
    """A fault that the person does not meet, from where the scenario or a remedy lets them start."""
    for fault in scenario.faults:
        alone = replace(scenario, faults=(fault,))
        if fault.harmless or (not scenario.expect.message and fault in biting(scenario)):
            continue
        begun, acts = fault.begins, to_ask(alone) if fault.begins else to_begin(alone)
        met = predict((at_its_moment(fault),), scenario.start, scenario.start, begun, 0, acts)
        hidden = None if begun else _hidden_by(scenario, fault)
        unmet = _unmet(fault, scenario.start) or (met.because if met.works else "")
        if unmet or hidden:
            why = unmet or f"{hidden} stops everything before it"
            what = f"nobody meets {fault} at the moment {scenario.moment.value}: {why}"
            cure = _where_met(fault) if unmet else "use another moment"
            yield Problem(scenario.path, fault.line, fault.column, 1, what, cure)
            continue
        for listed in scenario.listed:
            start = REMEDIES[listed.remedy].start(scenario.start)
            if len(scenario.faults) == 1 and fault in biting(scenario) and not meets(alone, start):
                what = f"who starts where {listed.label} makes sense never meets {fault}"
                width = len(listed.remedy)
                yield Problem(scenario.path, listed.line, listed.column, width, what, f"leave {listed.label} out")


def _too_late(scenario: Scenario) -> Iterator[Problem]:
    """A fault that begins later than anybody who is still there acts."""
    for fault in (one for one in scenario.faults if one.begins and not one.harmless):
        ends = fault.begins + (float("inf") if fault.lasts.seconds is None else fault.lasts.seconds)
        acts = [symptom_after(scenario) + REMEDIES[one.remedy].takes + one.argument for one in scenario.listed]
        if not any(fault.begins <= after < ends for after in acts):
            what = f"nobody acts while {fault} is there, {duration_text(fault.begins)} after the moment"
            cure = "list a remedy that takes so long, such as {wait: TIME}, or let it begin at the moment"
            yield Problem(scenario.path, fault.line, fault.column, 1, what, cure)


def _hidden_by(scenario: Scenario, fault: Fault) -> Fault | None:
    """Another fault that comes before this one, on the way or in what the page asks for, and stops what it touches."""
    route = scenario.start.route
    if scenario.moment is Moment.MID_ANSWER or fault.at not in route:
        return None
    others = [one for one in biting(scenario) if one is not fault and one.at in route and not one.begins]
    if scenario.moment is Moment.OPEN and set(fault.on) == {"stream"}:
        page = next((one for one in others if not one.on or {"page", "me"} & set(one.on)), None)
        if page:
            return page  # a page that doesn't come, or doesn't know its account, opens no stream
    place = route.index(FAULTS[fault.at][fault.do].met_at or fault.at)
    here = [one for one in others if one.at == fault.at and one.do in LIFELESS]
    before = [one for one in others if one.at in route[:place]] + here
    first = FIRST[scenario.moment]
    return next((one for one in before if not one.on or first in one.on or set(fault.on) & set(one.on)), None)


def _unmet(fault: Fault, start: Situation) -> str:
    """Why a person who stands here doesn't meet it, or empty."""
    if fault.at in (*NETWORKS, "vpn_a", "vpn_b", "proxy") and fault.at not in start.route:
        return f"the person's traffic doesn't pass {fault.at}"
    has = {"prompt": start.prompt, "release": start.release}
    lacks = [f"{key} isn't {value}" for key, value in _stands(fault).items() if has.get(key, value) != value]
    return f"the person's {' and '.join(lacks)}" if lacks else ""


def _stands(fault: Fault) -> dict[str, str]:
    return standing([{"at": fault.at, "do": fault.do, "only": fault.only}])


def _where_met(fault: Fault) -> str:
    """What to write so that the person meets it."""
    stands = ", ".join(f"{key}: {value}" for key, value in _stands(fault).items())
    way = "let the person meet it"
    return f"{way}: `person: {{{stands}}}`" if stands else f"{way}, or use another moment"


LIFELESS = ("down", "flap", "crash")
"""What leaves nothing of its place that something else could happen to."""
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
