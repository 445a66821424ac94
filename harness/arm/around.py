"""What makes a person's world rich enough to show harm: another conversation with a draft, and looks after all."""

from __future__ import annotations

import contextlib

from harness.arm.standing import is_alone, stands_in
from harness.judging.countdown import seconds_in
from harness.judging.wording import SUCCESS
from harness.person import Person, Screen, Unavailable
from harness.stack.world import World
from harness.values.questions import ELSEWHERE
from harness.values.scenario import ASK_AGAIN, NOTHING, Arm
from harness.values.situation import Moment

IN_PASSING = 8.0
"""Seconds on the harness's clock for which a toast may still say what was wrong."""
AWHILE = 75.0
"""Seconds on the harness's clock for which the screen is left alone once an arm has come to its end."""
AWAY = 600.0
"""Seconds of it that somebody spends in another conversation before they come back to their own."""
A_STEP = 2.0
"""Seconds of it that go by at once for as long as the client asks for something in each, so that it hears the end."""
STEPS = 16
"""So many of them at the most, which is more than what a client may ask for by itself in that time."""
COUNTED = 15
"""How often a countdown is looked at in that time."""
NEW_CHAT = "new_chat"
"""The remedy by which a person leaves a conversation."""
SAVING = "download_again"
"""The remedy by which a person saves a file."""
A_MINUTE = 60.0
"""Seconds on the harness's clock for which a file that was saved is left alone."""


def has_two(arm: Arm, person: Person) -> bool:
    """Whether the person of this arm has a draft in another conversation, and looks after it in the end.

    Who asks again stands for all of their scenario. Not where several instances take turns: which of them has the
    person's stream must be the same in every arm.
    """
    return stands_in(arm, ASK_AGAIN) and is_alone(arm) and person.has_addresses


async def come_in(person: Person, phase: str) -> Screen:
    """Come to one's conversation: by its address, or from another one as people do."""
    mine = person.conversation
    return await (person.turn_to(mine, phase) if person.is_there else person.open(phase))


async def begin_another(world: World, arm: Arm, person: Person) -> str:
    """Begin another conversation, and leave something unsent in it; returns its id."""
    mine = person.conversation
    other = await world.service.another_conversation(world.target.account)
    if has_two(arm, person):
        screen = await person.visit(other, "elsewhere")
        if screen["client"] and not screen["error"]:
            await person.write(ELSEWHERE[arm.scenario.locale])
            world.recorder.note("run", "wrote", draft=ELSEWHERE[arm.scenario.locale], conversation=other)
        person.conversation = mine
    return other


async def let_pass(world: World, person: Person, question: str, screen: Screen) -> Screen:
    """The screen once what is told in passing of what went well has passed, so that it is none of what comes."""
    if not any(SUCCESS.search(line) for line in screen.get("others", ())):
        return screen
    await world.advance(IN_PASSING)
    return await person.look("steady", "now", question)


async def leave_be_what_was_saved(world: World, arm: Arm) -> None:
    """Time goes by once a file was saved, in which nobody wants it again."""
    if arm.scenario.moment is Moment.DOWNLOAD and arm.remedy == SAVING:
        await world.advance(A_MINUTE)


async def time_goes_by(world: World, arm: Arm, person: Person) -> None:
    """Nobody does anything for a while: what is true stays, and nothing begins by itself.

    A countdown is watched, its last second as well.
    """
    if arm.kind == "control" and arm.remedy == NOTHING:
        looks = COUNTED if arm.scenario.expect.countdown else 1
        went_by = 0.0 if arm.scenario.expect.countdown else await _in_small_steps(world, person)
        step, ahead = (AWHILE - went_by) / looks, 0.0
        for _ in range(looks):
            await world.advance(step - ahead)
            screen = await person.look("later")
            ahead = max(0.0, (seconds_in(str(screen.get("countdown", ""))) or 0.0) - 1)
            ahead = ahead if ahead < step else 0.0
            if ahead:
                await world.advance(ahead)
                await person.look("later")


async def _in_small_steps(world: World, person: Person) -> float:
    """Let time go by in steps for as long as the client asks for something in each; returns the seconds.

    What it tries again comes to nothing in real time only: in one long step it could try once, however often it would.
    """
    for number in range(1, STEPS + 1):
        asked = _asked(world)
        await world.advance(A_STEP)
        await person.nothing_comes()
        if _asked(world) == asked:
            return number * A_STEP
    return STEPS * A_STEP


def _asked(world: World) -> int:
    return len(world.recorder.history.where("browser", "websocket_made", "request"))


async def look_after(world: World, arm: Arm, person: Person, other: str) -> None:
    """With every fault lifted, what is kept is looked at once more: the other conversation, and then the own one.

    So are the links that stood there when the screen was looked at closely. Who did nothing turns to the other
    conversation while what was told still stands, and comes back; who began a new chat, to the one that they left.
    """
    mine = person.conversation
    if arm.label == NEW_CHAT and is_alone(arm) and person.has_addresses and arm.scenario.moment is Moment.SEND:
        await world.lift_all()
        await world.advance(IN_PASSING)
        await person.look("begun")
        with contextlib.suppress(Unavailable):
            await person.turn_to(mine, "behind")
    turns = stands_in(arm, NOTHING, ASK_AGAIN) and is_alone(arm) and person.has_addresses and mine != other
    if not (turns or world.recorder.history.last("screen", "links")):
        return
    await world.lift_all()
    await person.follow()
    if not turns:
        return
    try:
        screen = await person.turn_to(other, "other")
        if screen["client"] and screen["error"]:
            await world.advance(IN_PASSING)
            await person.look("other")
        if not has_two(arm, person):
            await world.advance(AWAY)
            await person.turn_to(mine, "returned")
            return
        if arm.scenario.moment is Moment.SEND and screen["client"]:
            await _there_and_back(person, other, screen)
        await person.visit(mine, "last")
    except Unavailable as error:
        world.recorder.note("run", "unavailable", what="look_after", because=str(error))


async def _there_and_back(person: Person, other: str, screen: Screen) -> None:
    """Begin a new chat in the client's own way, and come back to the conversation with the draft."""
    if screen["controls"].get("new_chat") == "enabled":
        await person.press("new_chat")
        await person.look("new_chat", "shown")
        await person.turn_to(other, "back")
