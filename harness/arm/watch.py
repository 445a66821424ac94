"""An arm under watch: it ends in time, or with the part that died, or with what it was waiting for."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
from playwright.async_api import Error as BrowserError

from harness.arm.doing import doing
from harness.arm.play import play
from harness.arm.waits import NotSteady
from harness.clients import Client
from harness.person import Person, Unavailable
from harness.stack.process import PartDied
from harness.stack.recorder import Recorder
from harness.stack.world import World
from harness.tools.machine import broken, full
from harness.values.errors import BrokenMachine, EnvironmentFault
from harness.values.scenario import Arm
from harness.values.text import shown

LONGEST = 90.0
"""Real seconds after which an arm that doesn't end is broken off."""
LEAVING = 20.0
"""Real seconds within which the person has closed their windows."""
NOTICING = 0.5
"""Real seconds within which a part's death is known, when what it leaves behind is known already."""
ENDING = 3.0
"""Real seconds within which an arm that is broken off has let go of what it did."""


def why_cut_short(error: asyncio.CancelledError, recorder: Recorder) -> str:
    return f"it was cut short from outside ({shown(str(error)) or 'cancelled'}) while {doing(recorder.history)}"


class NotBegun(PartDied):
    """The stack was broken before the arm had begun: on another one it finds what it would have found."""


@dataclass(frozen=True)
class Ending:
    """Why an arm was broken off. `environment`: the machine, a part or the harness fell short."""

    because: str
    environment: bool = True
    cure: str = ""
    trace: str = ""
    fatal: BrokenMachine | None = None


async def run_arm(world: World, client: Client, arm: Arm, keep_trace: Callable[[], Path | None]) -> None:
    """Run an arm and record it. What only this arm is broken off for is in the history as `stopped`, and not raised.

    `keep_trace` is asked once the history is complete: a path to keep the browser's trace, or None to drop it.
    Raises `PartDied` when the stack has to be made anew (`NotBegun`, of which nothing is recorded, if that can be done
    for this very arm), `BrokenMachine` when that would help nothing.
    """
    playing = asyncio.create_task(_whole(world, client, arm, keep_trace))
    dying = asyncio.create_task(world.died())
    try:
        await asyncio.wait([playing, dying], timeout=LONGEST, return_when=asyncio.FIRST_COMPLETED)
        ending = await _ending(world, playing, dying)
        if ending is None:
            return
        if not (ending.fatal or world.recorder.history.step("steady")):
            raise NotBegun(ending.because, cure=ending.cure)
        trace: dict[str, Any] = {"trace": ending.trace} if ending.trace else {}
        world.recorder.note("run", "stopped", because=ending.because, environment=ending.environment, **trace)
        if ending.fatal:
            raise ending.fatal
        if ending.environment:
            raise PartDied(ending.because, cure=ending.cure)
    finally:
        for task in (playing, dying):
            task.cancel()
            task.add_done_callback(lambda task: task.cancelled() or task.exception())
        await asyncio.wait([playing, dying], timeout=ENDING)


async def _whole(world: World, client: Client, arm: Arm, keep_trace: Callable[[], Path | None]) -> None:
    person: Person = await play(world, client, arm, keep_trace)
    trace = keep_trace()
    try:
        if trace:
            await person.picture("end")
        await asyncio.wait_for(person.leave(trace), LEAVING)
    except TimeoutError:
        raise EnvironmentFault(f"the browser's windows did not close within {LEAVING:g} s") from None


async def _ending(world: World, playing: asyncio.Task[None], dying: asyncio.Task[str]) -> Ending | None:
    """Why the arm ended before its end, or None when it came to it."""
    error = playing.exception() if playing.done() and not playing.cancelled() else None
    if playing.done() and error is None and not world.failed():
        return None
    while_ = f"while {doing(world.recorder.history, broke=error is not None)}"
    if error:
        await asyncio.wait([dying], timeout=NOTICING)
    died = dying.result() if dying.done() else world.failed()
    if isinstance(error, BrokenMachine):
        return Ending(f"{error.what} ({while_})", fatal=error)
    if world.recorder.failed and (fault := broken(world.recorder.failed)):
        return Ending(f"{fault.what} {while_}", fatal=fault)
    if died:
        return Ending(f"{died} {while_}")
    if fault := full(world.stack.folder):
        return Ending(f"{fault.what} {while_}", fatal=fault)
    if error is None:
        return Ending(f"the arm did not end in {LONGEST:g} s: it waited in {waiting_in(playing)} {while_}")
    return _of(error, while_)


def _of(error: BaseException, while_: str) -> Ending:
    """What an error within the arm says, when every part is there."""
    if isinstance(error, NotSteady | Unavailable):
        return Ending(str(error), environment=False)
    if isinstance(error, EnvironmentFault):
        return Ending(f"{error.what} {while_}", cure=error.cure)
    if isinstance(error, BrowserError):
        said = (error.message.splitlines() or [""])[0].strip()
        return Ending(f"the browser says: {shown(said)} ({while_})", environment="crashed" in said)
    if fault := broken(error):
        return Ending(f"{fault.what} ({while_})", fatal=fault)
    if isinstance(error, aiohttp.ClientError | ConnectionError):
        return Ending(f"a part of the stack did not answer {while_} ({type(error).__name__})")
    trace = "".join(traceback.format_exception(error))
    return Ending(f"the harness failed: {error!r} ({while_})", trace=trace)


def waiting_in(task: asyncio.Task[Any]) -> str:
    """The innermost function of the harness that a task waits in, by its module and line."""
    where = "its beginning"
    for code, line in _frames(task.get_coro()):
        if "harness" in code.co_filename:
            where = f"{code.co_name} ({Path(code.co_filename).name}:{line})"
    return where


def _frames(waiting: Any) -> Iterator[tuple[Any, int]]:
    while waiting is not None:
        frame = getattr(waiting, "cr_frame", None)
        if frame is None:
            return
        yield frame.f_code, frame.f_lineno
        waiting = waiting.cr_await
