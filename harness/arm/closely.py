"""The one arm of a scenario in which somebody looks closely, for all of them: what costs time is noted there alone."""

from __future__ import annotations

from harness.arm.standing import is_bare
from harness.clients import Client
from harness.person import Person, evidence, otherwise
from harness.stack.recorder import Recorder
from harness.values.scenario import ASK_AGAIN, NOTHING, Arm

ONWARD = "onward"
"""The phase in which somebody asks something else once all works."""


def stands_for_all(arm: Arm) -> bool:
    """Whether this arm is looked at closely, for all of its scenario."""
    return is_bare(arm, NOTHING)


async def hear(arm: Arm, person: Person) -> None:
    """From here on it is heard what the page tells those who don't see it."""
    if stands_for_all(arm) or _asks_again(arm):
        await evidence.listen(person.page)


async def notice(arm: Arm, client: Client, person: Person, recorder: Recorder, phase: str) -> None:
    """What one notices of the client's page who looks closely."""
    if stands_for_all(arm):
        await evidence.facts(person.page, recorder, client.locators, phase)


async def tell_apart(arm: Arm, client: Client, person: Person, recorder: Recorder, phase: str = "recovery") -> None:
    """Whether the messages that came last are heard, and whose they are said to be, where somebody asked again."""
    if _asks_again(arm) or (stands_for_all(arm) and phase == ONWARD):
        await evidence.facts(person.page, recorder, client.locators, phase, ("speakers", "unheard"))


def _asks_again(arm: Arm) -> bool:
    return is_bare(arm, ASK_AGAIN) or (arm.kind == "remedy" and arm.remedy == "retry")


async def look_otherwise(arm: Arm, client: Client, person: Person, recorder: Recorder) -> None:
    """What stands there in the end, as those see it who have it dark, or a narrow window."""
    last = recorder.history.screen("recovery")
    if stands_for_all(arm) and last is not None and last["client"] and not last["login"]:
        await otherwise.look_otherwise(person, recorder, client.locators)


async def press_dead_links(arm: Arm, client: Client, person: Person, recorder: Recorder) -> None:
    """Press what looks like a link in an error and has no address, to see what comes of it."""
    if stands_for_all(arm):
        await evidence.press_dead_links(person.page, recorder, client.locators["error"])
