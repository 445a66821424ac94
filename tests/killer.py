"""A plugin for runs under test: when an arm reaches a step, a part of its stack gets a signal.

`CHATFAULT_KILLS` is a JSON object: by the arm's name in the history, `[part, step, signal's number]`. Each is sent
once, also when the arm is run again; `CHATFAULT_KILLED` is the folder where that is remembered.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil

from harness.stack.process import Process
from harness.stack.recorder import Recorder

KILLS: dict[str, tuple[str, str, int]] = json.loads(os.environ.get("CHATFAULT_KILLS", "{}"))
PARTS: dict[str, Callable[[list[str]], bool]] = {
    "toxiproxy": lambda line: line[0].endswith("toxiproxy-server"),
    "envoy": lambda line: line[0].endswith("/envoy"),
    "service": lambda line: "fake_upstream" in line,
    "instance": lambda line: "fake_upstream.around.instance" in line,
    "browser": lambda line: "--remote-debugging-pipe" in line and not line[0].endswith("sh"),
    "driver": lambda line: "run-driver" in line,
}


def kill(arm: str, part: str, number: int) -> None:
    done = Path(os.environ["CHATFAULT_KILLED"]) / arm.replace("/", "-")
    if done.exists():
        return
    done.touch()
    if part in ("worker", "controller"):
        os.kill(os.getpid() if part == "worker" else os.getppid(), number)
        return
    children = psutil.Process().children(recursive=True)
    next(child for child in children if PARTS[part](child.cmdline() or [""])).send_signal(number)


def pytest_configure() -> None:
    note, start = Recorder.note, Process.start

    def noting(self: Recorder, source: str, kind: str, at: float | None = None, **data: Any) -> Any:
        event = note(self, source, kind, at, **data)
        part, step, number = KILLS.get(self.arm, ("", "", 0))
        if (source, kind) == ("run", "step") and data["name"] == step:
            kill(self.arm, part, number)
        starting.append(self.arm)
        return event

    async def started(self: Process, command: Any, env: Any) -> None:
        await start(self, command, env)
        part, step, number = KILLS.get(starting[-1] if starting else "", ("", "", 0))
        if step == "start" and PARTS[part]([str(word) for word in command]):
            kill(starting[-1], part, number)

    starting: list[str] = []
    Recorder.note, Process.start = noting, started  # type: ignore[method-assign]
