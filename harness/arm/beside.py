"""What a person does beside an error that is told: they go on writing, before anybody has mended anything."""

from __future__ import annotations

import contextlib

from harness.arm.standing import stands_in
from harness.judging.countdown import seconds_in
from harness.person import Person, Unavailable
from harness.stack.world import World
from harness.values.questions import BESIDE
from harness.values.scenario import NOTHING, Arm
from harness.values.situation import Entrance

ENDING = 5
"""Seconds of a countdown with which it may be over, and the client try again, while somebody writes."""
A_THOUGHT = 2.0
"""Seconds on the harness's clock for which somebody stops in the middle of what they write."""


async def write_beside(world: World, arm: Arm, person: Person, early: bool = False) -> None:
    """Add to what stands in the composer, key by key, as long as an error is told, if the client takes it.

    Who does nothing against the failure stands for all of their scenario. `early`: while a countdown runs, which is
    over later; then only what was there before stands in the composer again.
    """
    last = world.recorder.history.screen("recovery")
    if not stands_in(arm, NOTHING) or person.situation.entrance != Entrance.WEB or last is None:
        return
    left = seconds_in(str(last.get("countdown") or ""))
    if (left is not None) is not early or (left is not None and left <= ENDING):
        return
    words = BESIDE[arm.scenario.locale].partition("; ")
    with contextlib.suppress(Unavailable):  # what can't be written tells nothing of this
        await person.add(words, lambda: world.advance(A_THOUGHT), leave=not early)
