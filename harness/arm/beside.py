"""What a person does beside an error that is told: they go on writing, before anybody has mended anything."""

from __future__ import annotations

import contextlib

from harness.arm.onward import takes_one
from harness.person import Person, Unavailable
from harness.stack.world import World
from harness.values.questions import BESIDE
from harness.values.scenario import NOTHING, Arm
from harness.values.situation import Entrance, Moment

MOMENTS = (Moment.SEND, Moment.MID_ANSWER)


async def write_beside(world: World, arm: Arm, person: Person) -> None:
    """Add to what stands in the composer, key by key, as long as something else is told, if the client takes it.

    Who does nothing against the failure stands for all of their scenario.
    """
    stands = arm.kind == "control" and arm.remedy == NOTHING and not arm.takes and arm.scenario.moment in MOMENTS
    last = world.recorder.history.screen("recovery")
    if not stands or person.situation.entrance != Entrance.WEB or last is None:
        return
    if not last["error"] or not takes_one(last):
        return
    with contextlib.suppress(Unavailable):  # what can't be written tells nothing of this
        await person.add(BESIDE[arm.scenario.locale])
