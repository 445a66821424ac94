"""What an arm waits for before it goes on, so that its own speed decides nothing of what is seen."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from harness.faults import FAULTS
from harness.stack.recorder import Recorder
from harness.stack.world import World
from harness.values.situation import Fault, Situation

OFTEN = 0.01
"""Real seconds between two looks."""
LONG = 5.0
"""Real seconds after which nobody waits any longer."""


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
        if begun and recorder.history.where("service", "subscribe", after=begun.at):
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


async def file_is_known(recorder: Recorder) -> None:
    """Return once the browser has told of the file that the page says it has saved.

    The page says so in the same moment in which it gives the file away; the browser's word of it comes later.
    """
    moment = recorder.history.step("moment")
    since = moment.at if moment else 0.0
    for _ in range(round(LONG / OFTEN)):
        if recorder.history.where("browser", "saved", "downloaded", after=since):
            return
        await asyncio.sleep(OFTEN)


async def service_is_done(world: World) -> None:
    """Return once the service makes no answer any more; it goes on with one that nobody receives."""
    for _ in range(round(LONG / OFTEN)):
        if not world.service.process.running:
            return
        answers = await world.service.answers(world.target.account)
        if all(answer["state"] != "generating" for answer in answers):
            return
        await asyncio.sleep(OFTEN)
