"""Which arm stands for all of its scenario, so that what takes time is done in it alone."""

from __future__ import annotations

from harness.values.scenario import Arm
from harness.values.situation import Moment

WATCHED = (Moment.SEND, Moment.MID_ANSWER)
"""The moments at which a question is asked, and a conversation stands there to go on with."""


def is_bare(arm: Arm, *remedies: str) -> bool:
    """Whether an arm is the control by one of these, as the scenario begins, and for as long as that takes."""
    return arm.kind == "control" and arm.remedy in remedies and not arm.takes and arm.start == arm.scenario.start


def stands_in(arm: Arm, *remedies: str) -> bool:
    """Whether it is one of a failure in a conversation."""
    return is_bare(arm, *remedies) and arm.scenario.moment in WATCHED


def is_alone(arm: Arm) -> bool:
    """Whether one instance serves all, and none has the person's stream that differs from arm to arm."""
    return arm.scenario.gateway.instances == 1
