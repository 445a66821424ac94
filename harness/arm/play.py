"""One arm, from a new person to its verdict."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from harness.arm import closely, waits
from harness.arm.around import (
    IN_PASSING,
    begin_another,
    come_in,
    leave_be_what_was_saved,
    let_pass,
    look_after,
    time_goes_by,
)
from harness.arm.beside import write_beside
from harness.arm.doing import begin
from harness.arm.onward import ask_one_more
from harness.arm.undoing import note_account, note_part, undone
from harness.arm.waits import NotSteady
from harness.clients import Client
from harness.faults import FAULTS
from harness.judging import answer_to
from harness.person import HUSH, PATIENCE, InTheWay, NothingToDo, Outfit, Person, Screen, Survey, Unavailable
from harness.remedies import REMEDIES
from harness.stack.recorder import Recorder
from harness.stack.world import World
from harness.values.errors import EnvironmentFault
from harness.values.questions import STEADY, asked_by
from harness.values.scenario import ASK_AGAIN, NOTHING, Arm
from harness.values.situation import Entrance, Fault, Moment

AFTER_TIMEOUT = 1.0
"""Real seconds after the gateway's time-out, by which it has said so to whoever it says it to."""
PARTING = 1.5
"""Real seconds within which a browser hands over what it recorded when its arm is broken off."""
SITTING = 45.0
"""Real seconds within which a person's browser has a window; one that is started for it has 30 for that alone."""
A_LITTLE_MORE = 2
"""Pieces that the service makes after the moment, for the fault to bite, before it waits for who comes back."""


@dataclass
class Run:
    """One arm on its way."""

    world: World
    client: Client
    arm: Arm
    person: Person
    tried: str = ""
    """The remedy that was tried last; empty for a control."""
    other: str = ""
    """Another conversation of the person's."""
    said: frozenset[str] = frozenset()
    """What the client says beside messages and errors while all is well."""

    @property
    def recorder(self) -> Recorder:
        return self.world.recorder

    @property
    def moment(self) -> Moment:
        return self.arm.scenario.moment

    @property
    def question(self) -> str:
        """What the person wants to know, at length or in short; after R19 in short."""
        return asked_by(self.arm.scenario.locale, self.moment, self.person.situation.prompt)

    @property
    def patience(self) -> float:
        """Real seconds that the person waits before time goes by: few, when something is armed that says nothing."""
        faults = self.arm.scenario.faults
        if any(fault.silence for fault in faults):
            return HUSH
        if not any(FAULTS[fault.at][fault.do].swallows(fault) for fault in faults):
            return PATIENCE
        tries = 1 + 2 * self.client.retries  # before each retry there is a pause
        return tries * (self.arm.scenario.gateway.timeout + AFTER_TIMEOUT)

    async def steady_state(self) -> None:
        question = STEADY[self.arm.scenario.locale]
        self.other = await begin_another(self.world, self.arm, self.person)
        screen = await come_in(self.person, "steady")
        if not screen["client"] or screen["error"]:
            raise NotSteady("the chat did not open before anything was broken")
        await closely.hear(self.arm, self.person)
        await self.person.ask(question, self._hand, times=self._times)
        screen = await self.person.look("steady", "ended", question)
        if screen["error"] or answer_to(screen, question) is None:
            raise NotSteady("a message got no answer before anything was broken")
        screen = await let_pass(self.world, self.person, question, screen)
        self.said = frozenset(screen.get("others", ()))
        await closely.notice(self.arm, self.client, self.person, self.recorder, "steady")
        await note_account(self.world, "before")
        await self._picture("steady")

    async def break_it(self) -> None:
        if self.moment is Moment.MID_ANSWER:
            pieces = self.arm.scenario.after
            await self.world.service.hold(self.world.target.account, pieces)
            await self.person.forget_pieces()
            await self.person.ask(self.question)
            if pieces:
                await self.person.look("moment", "pieces", self.question, pieces=pieces)
                await note_part(self.world, self.question)
            else:
                await waits.listens(self.world)
                await self.person.look("moment")
        elif self.moment is Moment.DOWNLOAD:
            await self._arm(early=True)
            await self.person.ask(self.question)
            await self.person.look("moment", "ended", self.question)
        await self._arm(early=False)
        begin(self.recorder, "moment")
        if self.moment is Moment.OPEN:
            await self.person.open("symptom")
        elif self.moment is Moment.SEND:
            await waits.ends_are_known(self.recorder, self.arm.scenario.faults, self.person.situation)
            await self._ask_if_let()
        elif self.moment is Moment.DOWNLOAD:
            await waits.ends_are_known(self.recorder, self.arm.scenario.faults, self.person.situation)
            await self.person.press("download")
        elif self._comes_back:
            await self.world.service.hold(self.world.target.account, self.arm.scenario.after + A_LITTLE_MORE)
            self.person.when_opened = self._go_on
        else:
            await self.world.service.release(self.world.target.account)

    async def _ask_if_let(self) -> None:
        """Ask when something is broken. A client that keeps the person from it then is in their way."""
        try:
            await self.person.ask(self.question, self._hand)
        except InTheWay:  # which is noted
            return
        except Unavailable as error:
            self.recorder.note("run", "in_the_way", what="the composer", because=str(error))

    @property
    def _comes_back(self) -> bool:
        """Whether the person comes back to the page while the answer is still being made."""
        broken = self.moment is Moment.MID_ANSWER and self.arm.scenario.expect.message
        return bool(broken) and self.arm.remedy in ("reload", "new_tab")

    async def _go_on(self) -> None:
        """The service goes on with the answer; how far it is when somebody next looks must not depend on our speed."""
        self.person.when_opened = None
        await self.world.service.release(self.world.target.account)

    async def _arm(self, early: bool) -> None:
        """Arm the faults that must be there before something is made (`early`), or the others."""
        for index, fault in enumerate(self.arm.scenario.faults):
            if _is_early(fault) is early:
                await self.world.arm(index, fault, live=self.moment is Moment.MID_ANSWER)

    async def symptom(self) -> None:
        await self._look_for_it()
        if closely.stands_for_all(self.arm):
            await self.person.look_closely(await self.person.picture("symptom"))
        await waits.faults_are_told(self.world, self.arm.scenario.faults)
        await self.world.settle()

    async def _look_for_it(self) -> None:
        if self.moment is Moment.OPEN:
            return
        screen = await self.person.look("symptom", self._end, self.question, self.patience)
        await waits.in_sight(self.person, screen)
        if self.moment is Moment.MID_ANSWER and not self.person.when_opened:
            await waits.service_is_done(self.world)

    async def _picture(self, phase: str) -> None:
        if closely.stands_for_all(self.arm):
            await self.person.picture(phase)

    @property
    def _hand(self) -> str:
        """With what the person sends: who only looks on afterwards has typed, and goes on typing."""
        return "keyboard" if self.arm.remedy == NOTHING else "mouse"

    @property
    def _times(self) -> int:
        """How often the person presses to send while all works: some do so twice out of habit, with either hand."""
        by_mouse = self.arm.label == f"control[{ASK_AGAIN}]" and self.client.marks_itself
        by_keys = self._hand == "keyboard" and "second_press" not in self.client.has_not
        return 2 if by_mouse or by_keys else 1

    @property
    def _end(self) -> str:
        """What the person waits for when they have asked for what the arm is about."""
        return "fetched" if self.moment is Moment.DOWNLOAD else "ended"

    async def remedy(self) -> None:
        if self.arm.kind == "remedy":
            await self._do(self.arm.remedy, self.arm.argument)
            if self.person.when_opened:
                await self._go_on()
                await waits.service_is_done(self.world)
        elif self.arm.kind == "control":
            await self.world.advance(self.arm.takes or (self.client.left_alone if self.arm.remedy == NOTHING else 0.0))

    async def _do(self, name: str, argument: float) -> bool:
        """Do what the remedy says. Returns whether the person had anything to do it with."""
        remedy, survey = REMEDIES[name], Survey(self.world, self.person)
        begun = self.recorder.note("run", "begins", remedy=name).at
        await survey.ask(remedy, "before")
        try:
            await remedy.act(self.person, argument)
        except NothingToDo as error:
            self.recorder.note("run", "unavailable", what=name, because=str(error))
            return False
        except Unavailable as error:
            self.recorder.note("run", "unavailable", what=name, because=str(error))
        self.tried = name
        if remedy.ends_open:
            await waits.move_is_known(self.recorder, begun)
        if remedy.takes:
            await self.world.advance(remedy.takes)
        await survey.ask(remedy, "after")
        await waits.remedy_is_told(self.world, remedy, begun, argument)
        self.recorder.note("run", "done", remedy=name, begun=begun, seconds=argument)
        if self.question != asked_by(self.arm.scenario.locale, self.moment, self.arm.start.prompt):
            self.recorder.note("run", "questions", steady=STEADY[self.arm.scenario.locale], question=self.question)
        return True

    async def recover(self) -> None:
        if self.arm.kind != "runbook":
            await self.recovery()
            return
        for number, listed in enumerate(self.arm.steps, 1):
            told = {"step": number, "remedy": listed.remedy, "label": listed.label}
            remedy = REMEDIES[listed.remedy]
            fits = self.moment in remedy.moments and not self.client.lacks(remedy.capability)
            if not (fits and await self._do(listed.remedy, listed.argument)):
                self.recorder.note("run", "skipped", None, **told)
                continue
            worked = await self.recovery()
            self.recorder.note("run", "tried", None, **told, worked=worked, after=self.world.now)
            if worked:
                return

    async def recovery(self) -> bool:
        """Ask again if the remedy was not itself a way of asking again; returns whether that looks as if it worked."""
        if self.person.situation.entrance == Entrance.API:
            answered = await self.person.ask_api(self.question)
            await self.person.look("recovery")
            return answered
        screen = await self.person.look("recovery", "shown", self.question, self.patience)
        if self._has_it(screen) or (self._opens and not screen["client"]):
            return self._has_it(await self._passed(screen))
        if not self._asks_itself(screen):
            try:
                await self._ask_again()
            except Unavailable as error:
                self.recorder.note("run", "unavailable", what="ask_again", because=str(error))
                return self._has_it(await self.person.look("recovery"))
        elif self.moment is Moment.OPEN or self.arm.remedy == NOTHING:
            return self._has_it(screen)
        screen = await self.person.look("recovery", self._end, self.question, self.patience)
        return self._has_it(await self._passed(screen))

    async def _passed(self, screen: Screen) -> Screen:
        """The screen once what is told in passing has passed, where it stands beside what the person wanted."""
        answer = answer_to(screen, self.question)
        told = screen["client"] and (screen["error"] or set(screen.get("others", ())) - self.said)
        if not (told and answer and answer["state"] in ("complete", "")):
            return screen
        await self.world.advance(IN_PASSING)
        return await self.person.look("recovery", "now", self.question)

    def _asks_itself(self, screen: Screen) -> bool:
        """Whether nobody asks after the remedy: it did, or it is to do nothing."""
        itself = self.moment in REMEDIES[self.tried].asking if self.tried else self.arm.remedy == NOTHING
        broken = not screen["client"] or screen["error"]
        return itself and bool(broken or self.moment is not Moment.OPEN)

    async def _ask_again(self) -> None:
        if self.moment is not Moment.DOWNLOAD:
            hand = "keyboard" if self.arm.label == f"control[{ASK_AGAIN}]" else "mouse"
            opening = self.moment is Moment.OPEN
            anew = self.tried == "wait" and bool(self.client.lacks("drafts"))  # who has waited writes it once more
            await self.person.ask_again(self.question, "recovery", opening, hand, anew)
            return
        if self.tried and REMEDIES[self.tried].fresh_file:
            if self.tried != "regenerate":
                await self.person.ask(self.question)
            await self.person.look("recovery", "ended", self.question, self.patience)
        await self.person.press("download")

    async def afterwards(self) -> None:
        """Put back what the remedy was to change for a moment only, and see every download to its end."""
        put_back = REMEDIES[self.arm.remedy].afterwards if self.arm.kind == "remedy" else None
        if put_back:
            await put_back(self.person)
        await leave_be_what_was_saved(self.world, self.arm)
        await self.person.windows.downloaded()
        await self.person.windows.lying.look_into_cookies(self.person.page)
        await self._picture("recovery")
        await closely.tell_apart(self.arm, self.client, self.person, self.recorder)
        await write_beside(self.world, self.arm, self.person, early=True)
        await time_goes_by(self.world, self.arm, self.person)
        await closely.look_otherwise(self.arm, self.client, self.person, self.recorder)
        await closely.press_dead_links(self.arm, self.client, self.person, self.recorder)

    async def probe(self) -> None:
        """Whether the road is whole by now, for a client that shows no answer: the harness asks by the client's way."""
        if self.client.by_api and self.person.situation.entrance == Entrance.WEB:
            self.recorder.note("run", "probe", None, **await self.world.probe())

    async def after_all(self) -> None:
        """Write beside what is told. With every fault lifted, ask something else, and look at what is kept."""
        await write_beside(self.world, self.arm, self.person)
        await ask_one_more(self.world, self.arm, self.client, self.person, self.patience)
        await look_after(self.world, self.arm, self.person, self.other)

    @property
    def _opens(self) -> bool:
        return bool(self.tried) and REMEDIES[self.tried].opens

    def _has_it(self, screen: Screen) -> bool:
        """Whether the person has what they wanted, without asking again."""
        if self.moment is Moment.DOWNLOAD:
            return bool(screen["client"] and screen["fetched"] and not screen["error"])
        answer = answer_to(screen, self.question)
        return answer is not None and answer["state"] in ("complete", "") and not screen["error"]


def _is_early(fault: Fault) -> bool:
    return FAULTS[fault.at][fault.do].early


def _shared_network(arm: Arm) -> str:
    """The network that other programs are to fill, if any: it is narrow for all from the start."""
    return next((fault.at for fault in arm.scenario.faults if fault.do == "crowded"), "")


def outfit(arm: Arm, whole_traces: bool) -> Outfit:
    """What the person's browser must have from the start for this arm; `whole_traces`: and every arm's trace."""
    keeps = arm.kind == "remedy" and REMEDIES[arm.remedy].keeps_profile
    blocks = (str(fault.params["blocks"]) for fault in arm.scenario.faults if fault.do == "extension")
    whole = whole_traces or closely.stands_for_all(arm)
    return Outfit(arm.start.installed, next(blocks, ""), keeps, whole)


async def _sits_down(person: Person) -> None:
    try:
        await asyncio.wait_for(person.sit_down(), SITTING)
    except TimeoutError:
        raise EnvironmentFault(f"the browser opened no window within {SITTING:g} s") from None


async def play(world: World, client: Client, arm: Arm, keep_trace: Callable[[], Path | None]) -> Person:
    """The seven steps of an arm (design §4), up to the verdict; the person is left in front of the screen.

    An arm that does not come to its end asks `keep_trace` where the browser's trace goes, or None to drop it.
    """
    recorder, scenario = world.recorder, arm.scenario
    steady, question = STEADY[scenario.locale], asked_by(scenario.locale, scenario.moment, arm.start.prompt)
    began = recorder.note("run", "questions", steady=steady, question=question)
    async with undone(world, began.at):
        account = await world.begin(arm.start, scenario.gateway, _shared_network(arm))
        person = Person(world, client, account, arm.start, scenario.locale, outfit(arm, world.whole_traces))
        world.sits(person)
        run = Run(world, client, arm, person)
        try:
            await _sits_down(person)
            steps: tuple[tuple[str, Callable[[], Awaitable[object]]], ...] = (
                ("steady", run.steady_state),
                ("break", run.break_it),
                ("symptom", run.symptom),
                ("remedy", run.remedy),
                ("recovery", run.recover),
                ("afterwards", run.afterwards),
                ("probe", run.probe),
                ("after_all", run.after_all),
            )
            for name, step in steps:
                begin(recorder, name)
                await step()
        except Exception:
            await person.leave(keep_trace())
            raise
        except asyncio.CancelledError:
            with contextlib.suppress(Exception):
                await asyncio.wait_for(person.leave(keep_trace()), PARTING)
            raise
    return person
