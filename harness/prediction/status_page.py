"""What somebody sees who looks at the status page, and how long they wait because of it."""

from __future__ import annotations

from harness.prediction.model import holds, predict
from harness.prediction.needs import biting, symptom_after, used_at_symptom
from harness.remedies.base import LOOKS
from harness.values.scenario import Scenario
from harness.values.situation import NEAR_LINKS, Fault, Situation

PROBED = frozenset({"generation", "page", "login", "me", "history", "messages", "stream", "answers", "pieces"})
"""The traffic with which the status page looks at the service, as anybody has it."""


OF_ANYBODY = frozenset({"plan", "entrance"})
"""Scopes within which whoever looks from outside stands as well, on a free plan and by the web."""


def shows_on_status_page(fault: Fault) -> bool:
    """Whether somebody who looks from outside meets it: it sits on the service's side, and is nobody's own."""
    far = fault.at in ("gateway", "service_link", "service")
    return far and not set(fault.only) - OF_ANYBODY and (not fault.on or bool(set(fault.on) & PROBED))


def waits_for_it(scenario: Scenario, now: Situation, waited_before: float, again: int) -> tuple[float, int]:
    """How long somebody at `now` waits who looks at the status page, and how often the looking itself met the fault.

    `waited_before`: seconds on the harness's clock since the symptom; `again`: attempts since then.
    """
    faults, start = biting(scenario), scenario.start
    shown = tuple(fault for fault in faults if shows_on_status_page(fault))
    near = tuple(fault for fault in faults if fault.at in ("device", *NEAR_LINKS))
    waited, looks = 0.0, 0
    for pause in LOOKS:
        elapsed = symptom_after(scenario) + waited_before + waited
        used = used_at_symptom(scenario) + again + looks
        opens = predict(near, start, now, elapsed, used, frozenset({"elsewhere"})).works
        if not opens or all(holds(fault, start, start, elapsed, used, PROBED).works for fault in shown):
            break
        waited, looks = waited + pause, looks + 1
    return waited, looks
