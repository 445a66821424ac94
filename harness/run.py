"""One arm, from a new person to its verdict."""

from __future__ import annotations

import asyncio
import contextlib
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Error as BrowserError

from harness.checks import answer_to
from harness.clients import Client
from harness.errors import EnvironmentFault
from harness.faults import FAULTS
from harness.model import Moment
from harness.person import Person, Screen, Unavailable
from harness.recorder import Recorder
from harness.remedies import REMEDIES
from harness.scenario import NOTHING, Arm
from harness.stack.process import PartDied
from harness.world import World

LONGEST = 90.0
"""Real seconds after which an arm that doesn't end is broken off."""
NOTHING_LASTS = 5.0
"""Seconds on the harness's clock that the control `nothing` gives the client to recover by itself."""
QUESTIONS = {
    "en": ("What is a lighthouse for?", "How do the tides work?"),
    "ja": ("灯台は何のためにありますか。", "潮の満ち引きはどう起こりますか。"),
}


LONG = {
    "en": "Please explain it step by step, with the moon, the sun, the shape of the coast and one worked example.",
    "ja": "月と太陽と海岸の形のはたらきを、それぞれ順番に、具体的な計算の例を一つ挙げながら、"
    "初めて学ぶ人にも分かるように、できるだけ詳しく説明してください。",
}


def asked_by(locale: str, prompt: str) -> str:
    """The question that the arm is about."""
    question = QUESTIONS[locale][1]
    return f"{question} {LONG[locale]}" if prompt == "long" else question


class NotSteady(Exception):
    """The world did not work before anything was broken."""


@dataclass
class Run:
    """One arm on its way."""

    world: World
    client: Client
    arm: Arm
    person: Person

    @property
    def recorder(self) -> Recorder:
        return self.world.recorder

    @property
    def moment(self) -> Moment:
        return self.arm.scenario.moment

    @property
    def question(self) -> str:
        """What the person wants to know, at length or in short; after R19 in short."""
        return asked_by(self.arm.scenario.locale, self.person.situation.prompt)

    @property
    def quiet(self) -> bool:
        """Whether something is armed of which the person sees nothing until somebody gives up."""
        return any(FAULTS[fault.at][fault.do].quiet(fault, self.moment) for fault in self.arm.scenario.faults)

    async def steady_state(self) -> None:
        question = QUESTIONS[self.arm.scenario.locale][0]
        screen = await self.person.open("steady")
        if not screen["client"] or screen["error"]:
            raise NotSteady("the chat did not open before anything was broken")
        await self.person.ask(question)
        screen = await self.person.look("steady", "ended", question)
        if screen["error"] or answer_to(screen, question) is None:
            raise NotSteady("a message got no answer before anything was broken")

    async def break_it(self) -> None:
        if self.moment is Moment.MID_ANSWER:
            await self.world.service.hold(self.world.target.account, self.arm.scenario.after)
            await self.person.ask(self.question)
            pieces = self.arm.scenario.after
            await self.person.look("moment", "pieces", self.question, pieces=pieces)
        for index, fault in enumerate(self.arm.scenario.faults):
            await self.world.arm(index, fault, live=self.moment is Moment.MID_ANSWER)
        self.step("moment")
        if self.moment is Moment.OPEN:
            await self.person.open("symptom")
        elif self.moment is Moment.SEND:
            await self.person.ask(self.question)
        else:
            await self.world.service.release(self.world.target.account)

    async def symptom(self) -> None:
        await self._look_for_it()
        await self.world.settle()

    async def _look_for_it(self) -> None:
        if self.moment is Moment.OPEN:
            return
        await self.person.look("symptom", "ended", self.question, self.quiet)
        if self.moment is Moment.MID_ANSWER:
            await self._service_is_done()

    async def _service_is_done(self) -> None:
        """The service goes on with an answer that nobody receives; how far it is must not depend on our speed."""
        for _ in range(500):
            if not self.world.service.process.running:
                return
            answers = await self.world.service.answers(self.world.target.account)
            if all(answer["state"] != "generating" for answer in answers):
                return
            await asyncio.sleep(0.01)

    async def remedy(self) -> None:
        if self.arm.kind == "control":
            await self.world.advance(self.arm.takes or (NOTHING_LASTS if self.arm.remedy == NOTHING else 0.0))
            return
        remedy = REMEDIES[self.arm.remedy]
        try:
            await remedy.act(self.person, self.arm.argument)
        except Unavailable as error:
            self.recorder.note("run", "unavailable", what=self.arm.remedy, because=str(error))
        if remedy.takes:
            await self.world.advance(remedy.takes)
        if self.question != asked_by(self.arm.scenario.locale, self.arm.start.prompt):
            self.recorder.note(
                "run", "questions", steady=QUESTIONS[self.arm.scenario.locale][0], question=self.question
            )

    async def recovery(self) -> Screen:
        asking = self.arm.kind == "remedy" and self.moment in REMEDIES[self.arm.remedy].asking
        screen = await self.person.look("recovery", "shown", self.question, self.quiet)
        if self._answered(screen) or (self._opens and not screen["client"]):
            return screen
        if asking and self.moment is not Moment.OPEN:
            return await self.person.look("recovery", "ended", self.question, self.quiet)
        broken = not screen["client"] or screen["error"]
        if (asking or self.arm.remedy == NOTHING) and (broken or self.moment is not Moment.OPEN):
            return screen
        try:
            await self.person.ask_again(self.question, "recovery")
        except Unavailable as error:
            self.recorder.note("run", "unavailable", what="ask_again", because=str(error))
            return await self.person.look("recovery")
        return await self.person.look("recovery", "ended", self.question, self.quiet)

    @property
    def _opens(self) -> bool:
        return self.arm.kind == "remedy" and REMEDIES[self.arm.remedy].opens

    def _answered(self, screen: Screen) -> bool:
        answer = answer_to(screen, self.question)
        return answer is not None and answer["state"] in ("complete", "") and not screen["error"]

    def step(self, name: str) -> None:
        self.recorder.note("run", "step", name=name)


@contextlib.asynccontextmanager
async def undone(world: World, since: float) -> AsyncIterator[None]:
    """Whatever happens within: every fault is lifted, then everybody who recorded something is asked for it."""
    try:
        yield
    finally:
        await world.lift_all()
        await world.service.collect(since)
        await world.gateway.collect(since)
        for answer in await world.service.answers(world.target.account) if world.target.account else ():
            kept = {key: answer[key] for key in ("id", "conversation", "prompt", "text", "pieces", "state")}
            world.recorder.note("service", "answer", **kept)
        world.recorder.note("run", "undone", clean=await world.links.clean())
        world.recorder.note("run", "step", name="undone")


async def play(world: World, client: Client, arm: Arm) -> Person:
    """The seven steps of an arm (design §4), up to the verdict; the person is left in front of the screen."""
    recorder, scenario = world.recorder, arm.scenario
    steady, question = QUESTIONS[scenario.locale][0], asked_by(scenario.locale, arm.start.prompt)
    began = recorder.note("run", "questions", steady=steady, question=question)
    async with undone(world, began.at):
        account = await world.begin(arm.start, scenario.gateway)
        person = Person(world, client, account, arm.start, scenario.locale)
        run = Run(world, client, arm, person)
        try:
            await person.sit_down()
            steps: tuple[tuple[str, Callable[[], Awaitable[object]]], ...] = (
                ("steady", run.steady_state),
                ("break", run.break_it),
                ("symptom", run.symptom),
                ("remedy", run.remedy),
                ("recovery", run.recovery),
            )
            for name, step in steps:
                run.step(name)
                await step()
        except BaseException:
            await person.leave()
            raise
    return person


async def run_arm(world: World, client: Client, arm: Arm, keep_trace: Callable[[], Path | None]) -> None:
    """Run an arm and record it. Never raises for what goes wrong in it: that is in the history as `stopped`.

    `keep_trace` is asked once the history is complete: a path to keep the browser's trace, or None to drop it.
    Raises `PartDied` when the stack has to be made anew.
    """
    recorder = world.recorder
    playing = asyncio.create_task(play(world, client, arm))
    dying = asyncio.create_task(world.died())
    try:
        await asyncio.wait([playing, dying], timeout=LONGEST, return_when=asyncio.FIRST_COMPLETED)
        if dying.done():
            raise PartDied(dying.result())
        if not playing.done():
            raise EnvironmentFault(f"the arm did not end in {LONGEST:g} s")
        person = playing.result()
        await person.leave(keep_trace())
    except (NotSteady, EnvironmentFault, BrowserError, Unavailable) as error:
        reason = dying.result() if dying.done() and not dying.cancelled() else world.engines.dead() or str(error)
        recorder.note("run", "stopped", because=reason)
        if isinstance(error, EnvironmentFault) or dying.done() or world.engines.dead():
            raise PartDied(reason) from None
    except Exception as error:  # an error of the harness's own must end as an invalid arm, with its trace recorded
        recorder.note("run", "stopped", because=f"the harness failed: {error!r}", trace=traceback.format_exc())
        raise PartDied(f"the harness failed: {error!r}") from None
    finally:
        for task in (playing, dying):
            task.cancel()
        await asyncio.gather(playing, dying, return_exceptions=True)
