"""What an act needs of the traffic at each moment, which faults keep it from coming, and when a person sees that."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from harness.faults import FAULTS
from harness.prediction.model import predict
from harness.remedies.base import ASK, OPEN, Remedy
from harness.values.scenario import Scenario
from harness.values.situation import NETWORKS, Entrance, Fault, Moment, Situation


def biting(scenario: Scenario) -> tuple[Fault, ...]:
    """The faults that keep an answer from coming; the others only slow it down."""
    return tuple(f for f in scenario.faults if FAULTS[f.at][f.do].breaks(f, scenario.gateway.timeout))


def first_ones(scenario: Scenario) -> tuple[Fault, ...]:
    """The biting faults that are there at the moment; the others begin later."""
    return tuple(fault for fault in biting(scenario) if not fault.begins)


def symptom_after(scenario: Scenario) -> float:
    """Seconds on the harness's clock from the moment until the person sees that something is wrong."""
    faults = [fault for fault in first_ones(scenario) if not fault.harmless]
    return min((fault.silence for fault in faults), default=0.0)


def used_at_symptom(scenario: Scenario) -> int:
    """Connections or requests that a counted fault has taken when the person sees the error.

    One for opening or sending. In the middle of an answer the stream is the first, and the client's one look at
    whether the service is still there is the second, if the fault is still there to take it.
    """
    counted = [fault for fault in scenario.faults if fault.lasts.hits is not None]
    hits = min((fault.lasts.hits or 0 for fault in counted), default=1)
    looked = any(fault.at != "service" or not fault.on or "answers" in fault.on for fault in counted)
    return 2 if scenario.moment is Moment.MID_ANSWER and hits > 1 and looked else 1


def only_reply_lost(scenario: Scenario) -> bool:
    faults = first_ones(scenario)
    return bool(faults) and all(fault.kept for fault in faults)


def to_ask(scenario: Scenario) -> frozenset[str]:
    """The traffic that asking again in the page as it stands needs."""
    if scenario.moment is Moment.OPEN:
        return OPEN | ASK
    if scenario.moment is Moment.DOWNLOAD:
        return frozenset({"files"})
    return ASK if scenario.moment is Moment.SEND else frozenset({"stream", "pieces", "generation"})


def meets(scenario: Scenario, start: Situation) -> bool:
    """Whether what the person does at the moment meets a fault at all."""
    faults = tuple(at_its_moment(fault) for fault in biting(scenario) if not heals_unseen(fault))
    return not predict(faults, start, start, 0.0, 0, to_begin(scenario)).works


def at_its_moment(fault: Fault) -> Fault:
    """What is over as soon as it has cut something does cut it."""
    return replace(fault, instant=False, taken_over=False)


def heals_unseen(fault: Fault) -> bool:
    """A silence that ends before the client gives up: what it held back arrives late, and nothing else happens."""
    return fault.lasts.seconds is not None and 0 < fault.lasts.seconds <= fault.silence


def to_begin(scenario: Scenario) -> frozenset[str]:
    """The traffic at the moment itself, which a fault must meet to be seen."""
    if scenario.moment is Moment.MID_ANSWER:
        return frozenset({"pieces", "live", "generation"})
    return OPEN | {"stream"} if scenario.moment is Moment.OPEN else to_ask(scenario)


def to_recover(scenario: Scenario, remedy: Remedy) -> frozenset[str]:
    if remedy.changes(scenario.start).entrance == Entrance.API:
        return remedy.uses
    if scenario.moment is Moment.DOWNLOAD:
        return remedy.uses | to_ask(scenario)
    if remedy.elsewhere:
        return remedy.uses | ASK
    if remedy.opens:
        unfinished = any("generation" in fault.on for fault in biting(scenario))
        shown_by_history = (scenario.moment is Moment.MID_ANSWER and not unfinished) or only_reply_lost(scenario)
        return remedy.uses | (frozenset({"stream"}) if shown_by_history else ASK)
    return remedy.uses | to_ask(scenario)


def standing(faults: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Where somebody must stand, and what they must have, to meet these faults."""
    person: dict[str, str] = {}
    for fault in faults:
        at, do = fault["at"], fault["do"]
        if at in NETWORKS and at != "wifi":
            person["network"] = at
        elif at.startswith("vpn_"):
            person["vpn"] = at[-1]
        elif at == "proxy":
            person["proxy"] = "company"
        if do == "oldest_browser":
            person["release"] = "old"
        if do in ("longest_prompt", "file_too_large") or "prompt" in fault.get("only", ()):
            person["prompt"] = "long"
    return person
