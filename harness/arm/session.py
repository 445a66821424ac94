"""A worker's session: one event loop and one stack for all its arms, and the controls that they are judged against."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from harness.arm.aside import Aside, said
from harness.arm.firsts import Firsts
from harness.arm.watch import NotBegun, run_arm, why_cut_short
from harness.clients import Client
from harness.judging.verdict import judge
from harness.stack.process import PartDied
from harness.stack.recorder import Recorder
from harness.stack.world import World
from harness.tools.machine import broken, needed, same_kind, too_narrow, with_shortages
from harness.tools.provision import Tools
from harness.values.errors import AuthorError, BrokenMachine, EnvironmentFault
from harness.values.recordings import AGAIN, recorded
from harness.values.result import Result, Verdict
from harness.values.scenario import Arm
from harness.values.text import shown

TOO_OFTEN = 3
"""So many arms in a row that are broken off for the same reason end the run."""


@dataclass
class Settings:
    """What a run is asked for, beyond its scenarios."""

    client: Client
    out: Path
    page: str = ""
    headed: bool = False
    predict: bool = True
    whole_traces: bool = False
    """Whether every arm's trace has the network and the page at each act: that takes a tenth of an arm's time."""
    worker: str = ""
    """Its name, where several share the report's folder."""
    options: tuple[str, ...] = ()
    """The words of the command line that an arm needs to be run again as it was."""


@dataclass
class Session:
    """Runs arms one after another. A stack that breaks is made anew for the next arm."""

    settings: Settings
    tools: Tools
    results: dict[tuple[str, int], Result] = field(default_factory=dict)
    _world: World | None = None
    _written: set[str] = field(default_factory=set)

    _interrupted: set[tuple[str, int]] = field(default_factory=set)
    """Arms that were cut short: they have their verdict, and no other arm can be judged against them."""
    _mishaps: list[str] = field(default_factory=list)
    """Why the last arms were broken off, as long as none came to its end since."""

    def __post_init__(self) -> None:
        with needed(str(self.settings.out), "name a folder that can be written: --out DIR"):
            self.recorder = Recorder(self.settings.out / "history.jsonl")
        self._firsts = Firsts(self.settings.out, self.settings.worker)
        self._aside = Aside()

    def result(self, arm: Arm, control: Arm | None, repeat: int, texts: Mapping[str, str]) -> Result:
        """The result of an arm; its control is run before it unless it was already.

        `texts`: those of the files that the arm comes from, by their paths. Raises `BrokenMachine` when no arm can run.
        Whatever interrupts the caller ends the arm as `invalid`, and is raised again once its world is gone.
        """
        try:
            beside = self.control(control, repeat, texts) if control else None
        except BrokenMachine:
            raise
        except BaseException as error:
            because = f"its control was cut short from outside ({shown(said(error))})"
            self._aside.run(self._run(arm, None, repeat, texts, self._firsts.name(_name(arm, repeat)), because))
            raise
        return self._once(arm, beside, repeat, texts)

    def control(self, control: Arm, repeat: int, texts: Mapping[str, str]) -> Result:
        """The result of a control; one that was interrupted is run again, for others to be judged against."""
        return self._once(control, None, repeat, texts, AGAIN if (control.id, repeat) in self._interrupted else "")

    def _once(self, arm: Arm, control: Result | None, repeat: int, texts: Mapping[str, str], again: str = "") -> Result:
        key = (arm.id + again, repeat)
        if key not in self.results:
            name = self._firsts.name(_name(arm, repeat)) + again
            try:
                self.results[key] = self._aside.run(self._run(arm, control, repeat, texts, name))
            except BrokenMachine:
                raise
            except BaseException:
                self._interrupted.add(key)
                raise
        return self.results[key]

    async def _run(
        self,
        arm: Arm,
        control: Result | None,
        repeat: int,
        texts: Mapping[str, str],
        name: str,
        stopped: str = "",
        again: bool = False,
    ) -> Result:
        """Run and judge an arm, under this name; or only say why it is not begun (`stopped`).

        `again`: with another process of the client's server than that which others had left as it is.
        """
        self._describe(arm, texts)
        self.recorder.begin(name)
        client, predict = self.settings.client, self.settings.predict
        told: dict[str, Any] = {
            "title": arm.scenario.title,
            "browser": arm.start.engine,
            "locale": arm.scenario.locale,
            "client": self._client_name,
            "profile": client.name,
            "options": list(self.settings.options),
        }
        told |= {"runbook": arm.runbook} if arm.runbook else {}
        self.recorder.note("run", "arm", scenario=arm.scenario.path, label=arm.label, predicting=predict, **told)
        trace = self.settings.out / "traces" / f"{_file_name(self.recorder.arm)}.zip"

        judged: dict[int, Result] = {}  # by how much had been seen, beside windows that close

        def verdict() -> Result:
            history = self.recorder.history
            seen = sum(event.kind not in ("window_closed", "picture") for event in history)
            if seen not in judged:
                judged[seen] = judge(arm, client, history, control, predict)
            return judged[seen]

        def keep_trace() -> Path | None:
            return None if verdict().verdict in (Verdict.PASS, Verdict.KNOWN) else trace

        ending = None
        if stopped:
            self.recorder.note("run", "stopped", because=stopped, environment=True)
        else:
            ending = await self._play(arm, keep_trace)
            if ending is None and not again and self._left_over(verdict()):
                trace.unlink(missing_ok=True)
                return await self._run(arm, control, repeat, texts, name, again=True)
        result = replace(verdict(), repeat=repeat, options=self.settings.options)
        if trace.exists():
            result = replace(result, trace=str(trace.relative_to(self.settings.out)))
        self.recorder.note("run", "verdict", result=result.to_json())
        if ending is None and self.recorder.failed:
            ending = broken(self.recorder.failed)
        if isinstance(ending, BrokenMachine):
            ending.told = self._is_told(ending)
        if ending is not None:
            raise ending
        return result

    def _left_over(self, result: Result) -> bool:
        """Whether a client's server that has met earlier arms keeps this one from being judged.

        It answers nobody before anything is broken, or it answers without asking anybody, so that no fault was met.
        """
        history, world = self.recorder.history, self._world
        if world is None or not self.settings.client.has_server or world.fresh:
            return False
        stopped = history.first("run", "stopped")
        if stopped is not None and (history.step("break") or stopped.data["environment"]):
            return False
        unseen = next((one for one in result.findings if one.check == "evidence" and one.holds is False), None)
        because = str(stopped.data["because"]) if stopped else unseen.sentence if unseen else ""
        if because:
            self.recorder.note("run", "renewed", because=f"the client's server was of no use: {because}")
            world.doubt()
        return bool(because)

    def _is_told(self, fault: BrokenMachine) -> bool:
        """Whether another worker said before us that this machine is broken; the order of lines in the file decides."""
        self.recorder.note("run", "broken", because=fault.what, worker=os.getpid())
        with contextlib.suppress(AuthorError, OSError):
            said = (event for event in recorded(self.recorder.path) if (event.source, event.kind) == ("run", "broken"))
            first = next(said, None)
            return first is not None and first.data["worker"] != os.getpid()
        return False

    async def _play(self, arm: Arm, keep_trace: Callable[[], Path | None]) -> BaseException | None:
        """Run an arm; a stack that it leaves broken is taken down. Returns what must be raised once it is judged."""
        try:
            try:
                await run_arm(await self._stack(arm.start.engine), self.settings.client, arm, keep_trace)
            except NotBegun as error:
                await self._anew(error)
                await run_arm(await self._stack(arm.start.engine), self.settings.client, arm, keep_trace)
        except PartDied as error:
            await self._abandon()
            self._note_stopped(error.what)
            return too_narrow(error.what) or self._once_too_often(error)
        except BrokenMachine as error:
            await self._abandon()
            self._note_stopped(error.what)
            return with_shortages(error)
        except Exception as error:  # the harness's own: this arm has its verdict all the same
            self._note_stopped(f"the harness failed: {error!r}")
            await self._abandon()
            return None
        except asyncio.CancelledError as error:
            self.recorder.note("run", "stopped", because=why_cut_short(error, self.recorder), environment=True)
            await self._abandon()
            return error
        self._mishaps = []
        return None

    def _note_stopped(self, because: str) -> None:
        """Say why the arm stopped, unless that was said already."""
        if not self.recorder.history.first("run", "stopped"):
            self.recorder.note("run", "stopped", because=because, environment=True)

    async def _anew(self, error: EnvironmentFault) -> None:
        """The next stack is another one; the history says why."""
        self.recorder.note("run", "restarted", because=error.what)
        await self._abandon()

    def _once_too_often(self, error: PartDied) -> BrokenMachine | None:
        """The same mishap in one arm after another is the machine's."""
        self._mishaps = [one for one in self._mishaps if same_kind(one, error.what)] + [error.what]
        if len(self._mishaps) < TOO_OFTEN:
            return None
        return with_shortages(
            BrokenMachine(
                f"{TOO_OFTEN} arms in a row were broken off, each for this: {error.what}",
                cure=error.cure or "`chatfault doctor` tries each part by itself",
            )
        )

    def _describe(self, arm: Arm, texts: Mapping[str, str]) -> None:
        """The texts of its files, once each, so that the history alone can be judged again."""
        for path in sorted(texts.keys() - self._written):
            self._written.add(path)
            self.recorder.begin("")
            kind = "runbook" if path == arm.runbook else "scenario"
            self.recorder.note(
                "run",
                kind,
                path=path,
                text=texts[path],
                client=self.settings.client.found_at or self.settings.client.name,
            )

    @property
    def _client_name(self) -> str:
        """By which the profile is found again when the run is judged again."""
        return self.settings.client.found_at or self.settings.client.name

    async def _stack(self, engine: str) -> World:
        """The world for the next arm. One that a part's end keeps from coming up is tried once more."""
        if self._world is not None:
            try:
                await self._world.check()
            except EnvironmentFault:
                await self._abandon()
        if self._world is None:
            try:
                self._world = await self._new(engine).__aenter__()
            except BrokenMachine:
                raise
            except EnvironmentFault as error:
                await self._anew(error)
                self._world = await self._up_at_last(engine)
        return self._world

    def _new(self, engine: str) -> World:
        asked = self.settings
        shared = (self.tools, self.recorder, asked.page, asked.headed, engine, asked.client)
        return World(*shared, whole_traces=asked.whole_traces)

    async def _up_at_last(self, engine: str) -> World:
        try:
            return await self._new(engine).__aenter__()
        except BrokenMachine:
            raise
        except EnvironmentFault as error:
            cure = error.cure or "`chatfault doctor` tries each part by itself"
            raise BrokenMachine(f"the stack does not come up: {error.what}", cure=cure) from None

    async def _abandon(self) -> None:
        world, self._world = self._world, None
        if world is not None:
            with contextlib.suppress(Exception):  # what is broken may not go down cleanly, and must not hide why
                await world.abandon()

    async def _down(self) -> None:
        world, self._world = self._world, None
        if world is not None:
            with contextlib.suppress(Exception):  # the verdicts are given
                await world.__aexit__(None, None, None)

    def close(self) -> None:
        """Take everything down."""
        try:
            self._aside.run(self._down())
        finally:
            self._aside.close()
            self.recorder.close()


def _name(arm: Arm, repeat: int) -> str:
    return f"{arm.id}#{repeat}" if repeat else arm.id


def _file_name(arm: str) -> str:
    return "".join(c if c.isalnum() or c in "-_" else "-" for c in arm)
