"""A worker's session: one event loop and one stack for all its arms, and the controls that they are judged against."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from harness.arm.play import run_arm
from harness.clients import Client
from harness.judging.verdict import judge
from harness.stack.process import PartDied
from harness.stack.recorder import Recorder
from harness.stack.world import World
from harness.tools.provision import Tools
from harness.values.errors import EnvironmentFault
from harness.values.result import Result, Verdict
from harness.values.scenario import Arm


@dataclass
class Settings:
    """What a run is asked for, beyond its scenarios."""

    client: Client
    out: Path
    page: str = ""
    headed: bool = False
    predict: bool = True


@dataclass
class Session:
    """Runs arms one after another. A stack that breaks is made anew for the next arm."""

    settings: Settings
    tools: Tools
    results: dict[tuple[str, int], Result] = field(default_factory=dict)
    _world: World | None = None
    _written: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._runner = asyncio.Runner()
        self.recorder = Recorder(self.settings.out / "history.jsonl")

    def result(self, arm: Arm, control: Arm | None, repeat: int, texts: Mapping[str, str]) -> Result:
        """The result of an arm; its control is run before it unless it was already.

        `texts`: those of the files that the arm comes from, by their paths.
        """
        beside = self._once(control, None, repeat, texts) if control else None
        return self._once(arm, beside, repeat, texts)

    def _once(self, arm: Arm, control: Result | None, repeat: int, texts: Mapping[str, str]) -> Result:
        key = (arm.id, repeat)
        if key not in self.results:
            self.results[key] = self._runner.run(self._run(arm, control, repeat, texts))
        return self.results[key]

    async def _run(self, arm: Arm, control: Result | None, repeat: int, texts: Mapping[str, str]) -> Result:
        self._describe(arm, texts)
        self.recorder.begin(f"{arm.id}#{repeat}" if repeat else arm.id)
        client, predict = self.settings.client, self.settings.predict
        told: dict[str, Any] = {
            "title": arm.scenario.title,
            "browser": arm.start.engine,
            "locale": arm.scenario.locale,
            "client": client.name,
        }
        told |= {"runbook": arm.runbook} if arm.runbook else {}
        self.recorder.note("run", "arm", scenario=arm.scenario.path, label=arm.label, predicting=predict, **told)
        trace = self.settings.out / "traces" / f"{_file_name(self.recorder.arm)}.zip"

        def verdict() -> Result:
            return judge(arm, client, self.recorder.history, control, predict)

        def keep_trace() -> Path | None:
            return None if verdict().verdict in (Verdict.PASS, Verdict.KNOWN) else trace

        try:
            await run_arm(await self._stack(arm.start.engine), client, arm, keep_trace)
        except PartDied:
            await self._down()
        result = replace(verdict(), repeat=repeat)
        if trace.exists():
            result = replace(result, trace=str(trace.relative_to(self.settings.out)))
        self.recorder.note("run", "verdict", result=result.to_json())
        return result

    def _describe(self, arm: Arm, texts: Mapping[str, str]) -> None:
        """The texts of its files, once each, so that the history alone can be judged again."""
        for path in sorted(texts.keys() - self._written):
            self._written.add(path)
            self.recorder.begin("")
            kind = "runbook" if path == arm.runbook else "scenario"
            self.recorder.note("run", kind, path=path, text=texts[path], client=self.settings.client.name)

    async def _stack(self, engine: str) -> World:
        if self._world is not None:
            try:
                await self._world.check()
            except EnvironmentFault:
                await self._down()
        if self._world is None:
            world = World(self.tools, self.recorder, self.settings.page, self.settings.headed, engine)
            self._world = await world.__aenter__()
        return self._world

    async def _down(self) -> None:
        world, self._world = self._world, None
        if world is not None:
            with contextlib.suppress(Exception):  # what is broken may not go down cleanly, and must not hide why
                await world.__aexit__(None, None, None)

    def close(self) -> None:
        """Take everything down."""
        try:
            self._runner.run(self._down())
        finally:
            self._runner.close()
            self.recorder.close()


def _file_name(arm: str) -> str:
    return "".join(c if c.isalnum() or c in "-_" else "-" for c in arm)
