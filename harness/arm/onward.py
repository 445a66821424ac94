"""What a person does once all works again: they ask something else in the conversation as it stands."""

from __future__ import annotations

import contextlib

from harness.arm import closely
from harness.arm.doing import begin
from harness.arm.standing import is_alone, stands_in
from harness.clients import Client
from harness.person import Person, Unavailable
from harness.person.watching import takes_words
from harness.stack.world import World
from harness.values.questions import FURTHER
from harness.values.scenario import ASK_AGAIN, NOTHING, Arm
from harness.values.situation import Entrance

A_WHILE = 10.0
"""Seconds on the harness's clock for which nobody does anything once the next question was asked."""


async def ask_one_more(world: World, arm: Arm, client: Client, person: Person, patience: float) -> None:
    """With every fault lifted, write another question and send it, if the client takes one now.

    Who asks again stands for all of their scenario, and who does nothing where there is one conversation only. What
    happens meanwhile is apart from what the arm is about: from the step `onward` to the event of that name. Not where
    several instances take turns, for which of them has the person's stream is then the same in every arm.
    """
    by = (ASK_AGAIN,) if person.has_addresses else (ASK_AGAIN, NOTHING)  # who has addresses turns to another one
    last = world.recorder.history.screen("recovery")
    web = person.situation.entrance == Entrance.WEB
    if not stands_in(arm, *by) or not is_alone(arm) or not web or last is None:
        return
    if last.get("countdown") or not takes_words(last):
        return
    await world.lift_all()
    begin(world.recorder, "onward")
    question = FURTHER[arm.scenario.locale]
    await closely.hear(arm, person)
    with contextlib.suppress(Unavailable):  # what can't be asked tells nothing of this
        await person.type(question)
        await person.look("writing")
        await person.ask(question)
        await person.look("answered", "ended", question, patience)
        await world.advance(A_WHILE)
        await person.look("onward", "ended", question, patience)
        await closely.tell_apart(arm, client, person, world.recorder, "onward")
    world.recorder.note("run", "onward")
