"""What an arm waits for before it goes on, so that its own speed decides nothing of what is seen."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable, Sequence

from harness.faults import FAULTS
from harness.person import Person, Screen
from harness.remedies.base import Remedy
from harness.remedies.witness import Act
from harness.stack.recorder import Recorder
from harness.stack.world import World
from harness.values.situation import Fault, Situation

OFTEN = 0.01
"""Real seconds between two looks."""
LONG = 5.0
"""Real seconds after which nobody waits any longer."""
SCROLLING = 0.5
"""Real seconds within which a page that scrolls smoothly has come to where it goes, beside what looking takes."""
SOON = 0.25
"""Real seconds after which a browser has told of what its page shows already."""


class NotSteady(Exception):
    """The world did not work before anything was broken."""


async def listens(world: World) -> None:
    """Return once the service holds an answer back of which nothing was sent yet, and somebody listens for it.

    Raises `NotSteady` when nobody does.
    """
    recorder = world.recorder
    begun, first = recorder.history.step("break"), recorder.history.first("run", "questions")
    for _ in range(round(LONG / OFTEN)):
        await world.service.collect(first.at if first else 0.0)
        if begun and recorder.history.where("service", "subscribe", "api_request", after=begun.at):
            return
        await asyncio.sleep(OFTEN)
    raise NotSteady("nobody listened for an answer before anything was broken")


async def ends_are_known(recorder: Recorder, faults: Sequence[Fault], situation: Situation) -> None:
    """Return once the browser knows of the sockets that a fault on its way has ended.

    A fault comes between two acts of the person, never within the milliseconds that an end takes to reach the page.
    """
    if not any(one.at in situation.route and FAULTS[one.at][one.do].ends_open for one in faults):
        return
    document = recorder.history.last("browser", "document")
    since = document.at if document else 0.0
    for _ in range(round(LONG / OFTEN)):
        history = recorder.history
        opened = history.where("browser", "websocket_open", after=since)
        if len(history.where("browser", "websocket_closed", after=since)) >= len(opened):
            return
        await asyncio.sleep(OFTEN)


async def move_is_known(recorder: Recorder, begun: float) -> None:
    """Return once the page that stays open knows of the sockets that a move has ended, which was begun then."""
    document = recorder.history.last("browser", "document")
    since = document.at if document else 0.0
    opened = recorder.history.where("browser", "websocket_open", after=since, before=begun)
    for _ in range(round(LONG / OFTEN)):
        if len(recorder.history.where("browser", "websocket_closed", after=since)) >= len(opened):
            return
        await asyncio.sleep(OFTEN)


async def faults_are_told(world: World, faults: Sequence[Fault]) -> None:
    """Return once each fault that is armed was seen by somebody on the wire.

    A browser tells of what came over the wire some milliseconds after its page shows it. What is told only after the
    next act would be no evidence of the fault.
    """
    armed = {int(e.data["fault"]): e.at for e in world.recorder.history.where("fault", "armed")}

    def seen() -> bool:
        history = world.recorder.history
        met = [(fault, armed[index]) for index, fault in enumerate(faults) if index in armed and not fault.begins]
        return all(FAULTS[one.at][one.do].seen(one, history, since, math.inf) for one, since in met)

    await _told(world, seen)


async def remedy_is_told(world: World, remedy: Remedy, begun: float, seconds: float) -> None:
    """Return once somebody else saw that the remedy was done, which was begun then and was to take so long."""

    def seen() -> bool:
        return remedy.witness.seen(Act(world.recorder.history, begun, math.inf, math.inf, seconds)) is not None

    await _told(world, seen)


async def _told(world: World, seen: Callable[[], bool]) -> None:
    """Return once it was seen, or at `SOON`, after which nobody who saw it would be silent any more."""
    until = time.monotonic() + SOON
    while not seen() and time.monotonic() < until:
        if world.gateway.process.running:
            first = world.recorder.history.first("run", "questions")
            await world.gateway.collect(first.at if first else 0.0)
        await asyncio.sleep(OFTEN)


async def in_sight(person: Person, screen: Screen) -> None:
    """Return once an error that was out of sight is in view, or the page has had time to scroll to it."""
    for _ in range(round(SCROLLING / OFTEN)):
        if not (screen["error"] and screen["error"].get("away")):
            return
        await asyncio.sleep(OFTEN)
        screen = await person.look("symptom")


async def service_is_done(world: World) -> None:
    """Return once the service makes no answer any more; it goes on with one that nobody receives."""
    for _ in range(round(LONG / OFTEN)):
        if not world.service.process.running:
            return
        answers = await world.service.answers(world.target.account)
        if all(answer["state"] != "generating" for answer in answers):
            return
        await asyncio.sleep(OFTEN)
