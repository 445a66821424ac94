"""Whether a remedy makes sense from where a person stands: who has no VPN turns none off."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from harness.model import Fault, Situation
from harness.remedies.base import Remedy
from harness.scenario import Scenario

OWNED: Mapping[str, Callable[[Fault, Situation], bool]] = {
    "extensions": lambda fault, _now: fault.at == "browser" and fault.do == "extension",
    "security software": lambda fault, now: fault.at == "device" and not now.device,
}
"""What only those have whom a fault gave it, the software as long as they sit at that device."""


def sensible(remedy: Remedy, scenario: Scenario, now: Situation) -> bool:
    """Whether it can be tried at the scenario's moment, and means anything from `now`."""
    owns = not remedy.has or any(OWNED[remedy.has](fault, now) for fault in scenario.faults)
    return scenario.moment in remedy.moments and remedy.start(now) == now and owns
