"""Whether an act works: after a control, after a remedy, after several remedies one after another."""

from __future__ import annotations

from dataclasses import dataclass, replace

from harness.clients import Client
from harness.prediction.model import Prediction, predict
from harness.prediction.needs import biting, first_ones, meets, symptom_after, to_ask, to_recover, used_at_symptom
from harness.prediction.status_page import waits_for_it
from harness.remedies import REMEDIES
from harness.remedies.base import Remedy
from harness.values.scenario import NOTHING, Listed, Scenario
from harness.values.situation import Fault, Moment, Situation, duration_text


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


def _held_back(scenario: Scenario, start: Situation, takes: float) -> str:
    """Why the page that met the fault sends nothing yet, or empty: it was told to wait, and does."""
    met = [fault for fault in first_ones(scenario) if fault.told_to_wait > takes and fault.at in start.route]
    if not met or scenario.moment is not Moment.SEND:
        return ""
    return f"the reply of {met[0]} asks to wait {duration_text(met[0].told_to_wait)}, and the page does"


def predict_control(scenario: Scenario, control: Control, client: Client) -> Prediction:
    """Whether the act works after the control: a client that never tries by itself stays broken after `nothing`."""
    if control.act == NOTHING and meets(scenario, control.start) and not client.recovers_by_itself:
        return Prediction(False, "nobody touches anything, and the client doesn't try again by itself")
    waits = _held_back(scenario, control.start, control.takes)
    if waits:
        return Prediction(False, waits)
    if _file_is_gone(scenario, control.takes, control.start, control.start):
        return Prediction(False, GONE)
    elapsed, used = symptom_after(scenario) + control.takes, used_at_symptom(scenario)
    if control.act == NOTHING and client.recovers_by_itself:
        elapsed = symptom_after(scenario) + min(control.takes or client.left_alone, client.own_time)
        used += client.own_tries - 1
    faults = _outlasted(scenario, client.reply)
    return predict(faults, control.start, control.start, elapsed, used, to_ask(scenario))


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
        takes, looks = waits_for_it(scenario, before.now, before.waited, before.again)
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
    used = used_at_symptom(scenario) + after.again - 1
    elapsed = symptom_after(scenario) + after.waited
    faults = biting(scenario) if remedy.opens else _outlasted(scenario, client.reply)
    return predict(faults, start, after.now, elapsed, used, to_recover(scenario, remedy)), after


def _outlasted(scenario: Scenario, patience: float) -> tuple[Fault, ...]:
    """The faults as who asks in the page meets them: what one holds back still comes while the page waits for it."""
    return tuple(
        replace(fault, lasts=replace(fault.lasts, seconds=max(0.001, fault.lasts.seconds - patience)))
        if fault.holds_back and fault.lasts.seconds is not None
        else fault
        for fault in biting(scenario)
    )
