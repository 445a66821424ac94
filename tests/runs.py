"""Helpers for live tests: start `chatfault run` as a process of its own, and look at what belongs to it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil

from harness.stack.process import MARK

ROOT = Path(__file__).parent.parent
TIMEOUT = 120


def start(out: Path, *arguments: str) -> subprocess.Popen[str]:
    """`chatfault run … --out OUT`, with its output in `OUT.log`."""
    log = out.with_suffix(".log").open("w")
    command = (sys.executable, "-m", "harness.cli", "run", *arguments, "--out", str(out))
    env = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST_XDIST")}
    return subprocess.Popen(
        command, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT, text=True, env=env, preexec_fn=_hear_ctrl_c
    )


def _hear_ctrl_c() -> None:
    """Whoever runs the tests in the background of a shell ignores it, and so would all that they start."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def run(out: Path, *arguments: str) -> int:
    """The exit code of a whole run."""
    return start(out, *arguments).wait(TIMEOUT)


def log(out: Path) -> str:
    return out.with_suffix(".log").read_text()


def arms(out: Path) -> list[dict[str, Any]]:
    """The arms of the run's results.json."""
    found: list[dict[str, Any]] = json.loads((out / "results.json").read_text())["arms"]
    return found


def events(out: Path) -> list[dict[str, Any]]:
    """What the history holds so far; a line that is being written is left out."""
    path = out / "history.jsonl"
    text = path.read_text() if path.exists() else ""
    return [json.loads(line) for line in text.splitlines(keepends=True) if line.endswith("\n")]


def parts(runner: int) -> list[psutil.Process]:
    """Every process that carries this runner's mark: the stack, the driver, the browsers."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get(MARK, "").startswith(f"{runner}:") and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except psutil.Error:
            continue
    return found


def until(test: Callable[[], Any], what: str, seconds: float = 60.0) -> Any:
    """Wait for a condition; fail, saying which, when it doesn't come."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = test()
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError(f"waited {seconds:g} s in vain for {what}")
