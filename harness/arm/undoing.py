"""How the world is put in order after an arm, and everybody who recorded something asked for it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import aiohttp

from harness.arm.doing import begin
from harness.stack.service import Service
from harness.stack.world import World
from harness.values.errors import EnvironmentFault


@contextlib.asynccontextmanager
async def undone(world: World, since: float) -> AsyncIterator[None]:
    """Whatever happens within: every fault is lifted, then everybody who recorded something is asked for it.

    Who cancels an arm takes its world down as a whole: then nothing is put in order.
    """
    try:
        yield
    except asyncio.CancelledError:
        raise
    except BaseException as error:
        with contextlib.suppress(EnvironmentFault, aiohttp.ClientError):  # why it was broken off says more
            await _put_in_order(world, since)
        raise error
    else:
        await _put_in_order(world, since)


async def _put_in_order(world: World, since: float) -> None:
    await world.lift_all()
    await world.service.collect(since)
    await world.gateway.collect(since)
    await _note_answers(world, world.service, world.target.account)
    await note_account(world, "after")
    if world.other:
        await world.stack.provider.collect(since)
        await _note_answers(world, world.stack.provider, world.other.name)
    server = world.stack.client_server
    if server is not None and (secret := server.logged()):
        world.recorder.note("client", "logged", what=secret)
    world.recorder.note("run", "undone", clean=await world.links.clean())
    begin(world.recorder, "undone")


async def _note_answers(world: World, service: Service, account: str) -> None:
    """What a service has answered to the person, whether they saw it or not."""
    for answer in await service.answers(account) if account else ():
        kept = {key: answer.get(key) for key in ("id", "conversation", "prompt", "text", "pieces", "state", "file")}
        world.recorder.note("service", "answer", **kept)


async def note_part(world: World, question: str) -> None:
    """What the service has made so far of the answer to a question, before anything is broken."""
    answers = await world.service.answers(world.target.account)
    asked = [one for one in answers if " ".join(str(one["prompt"]).split()) == " ".join(question.split())]
    if asked:
        world.recorder.note("service", "part", **{name: asked[-1][name] for name in ("text", "pieces", "last")})


async def note_account(world: World, phase: str) -> None:
    """What the service has of the person's account, before anything is broken and in the end."""
    if world.target.account:
        world.recorder.note(
            "service", "account", None, phase=phase, **await world.service.account(world.target.account)
        )
