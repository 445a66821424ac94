"""The run's folder: what was in it makes room, what a killed run recorded is kept, what this run recorded is told."""

from __future__ import annotations

import fcntl
import os
import shutil
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from harness import report
from harness.arm.doing import doing
from harness.arm.rejudge import rejudge
from harness.judging.verdict import flaky
from harness.options import asked
from harness.prediction.recorded import recorded_arms
from harness.stack import sweep
from harness.tools.machine import needed
from harness.values.errors import AuthorError
from harness.values.history import Event
from harness.values.recordings import histories, recorded, unfinished, verdicts
from harness.values.result import Result

USED = pytest.StashKey[bool]()


REPORT = ("history.jsonl", "results.json", "index.html", "traces")


ASIDE = ".previous"
"""In the report's folder, while a run is on: the report of the run before."""


def is_worker(config: pytest.Config) -> bool:
    return hasattr(config, "workerinput")


def out_of(config: pytest.Config) -> Path:
    return Path(config.invocation_params.dir, asked(config, "--out")).resolve()


def prepare(config: pytest.Config) -> None:
    if USED in config.stash:
        return
    config.stash[USED] = True
    for orphan in sweep.sweep():
        say(config, f"chatfault: ended what a killed run had left: {orphan.what}")
    out = out_of(config)
    with needed(str(out), "name a folder that can be written: --out DIR"):
        out.mkdir(parents=True, exist_ok=True)
        config.add_cleanup(_held(out))
        _make_room(out, config)


def _held(out: Path) -> Callable[[], None]:
    """Hold the folder for this run, for as long as its process lives. Raises `AuthorError` when another run has it."""
    folder = os.open(out, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(folder)
        raise AuthorError("another run writes its report there", str(out), "name another folder: --out DIR") from None
    return lambda: os.close(folder)


def _make_room(out: Path, config: pytest.Config) -> None:
    history = out / "history.jsonl"
    if history.exists() and not (out / "results.json").exists():
        kept = out / time.strftime("unfinished-%Y%m%d-%H%M%S", time.localtime(history.stat().st_mtime))
        kept.mkdir(parents=True, exist_ok=True)
        _move(out, kept)
        tell(kept, config)
        say(config, f"chatfault: the run before did not end; what it recorded is in {kept}")
    _set_aside(out)


def _set_aside(out: Path) -> None:
    """The report of the run before makes room; it comes back if this run turns out to hold no arm."""
    put_back(out)
    aside = out / ASIDE
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    _move(out, aside)


def _move(out: Path, to: Path) -> None:
    """Move whatever there is of a report."""
    for name in REPORT:
        if (out / name).exists():
            (out / name).rename(to / name)


def put_back(out: Path) -> None:
    """Nothing was recorded: the folder is as it was before."""
    aside = out / ASIDE
    if aside.exists() and not (out / "history.jsonl").exists():
        for kept in aside.iterdir():
            kept.rename(out / kept.name)
        aside.rmdir()
        if not any(out.iterdir()):
            out.rmdir()


def say(config: pytest.Config, text: str) -> None:
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter:
        reporter.write_line(text)


def tell(folder: Path, config: pytest.Config) -> list[Result]:
    """Write the report of what a folder's history holds; returns the results."""
    history = folder / "history.jsonl"
    if not history.exists():
        return []
    with needed(str(folder), "make room there, or name another folder: --out DIR"):
        results = flaky(verdicts(_settle(history)))
        about = {"client": asked(config, "--client"), "predicted": not asked(config, "--no-predict")}
        if results:
            report.write(folder, results, history, about)
    return results


def _settle(history: Path) -> list[Event]:
    """Put a run's history in order, now that nothing more comes: what was seen by others came late. Returns its events.

    Arms whose worker ended amid them get their verdict.
    """
    events = recorded(history)
    events += [event for name in unfinished(events) for event in _cut_off(name, events)]
    events.sort(key=lambda event: event.at)
    fresh = history.with_suffix(".new")
    try:
        fresh.write_text("".join(f"{event.to_json()}\n" for event in events), encoding="utf-8", errors="replace")
        fresh.replace(history)
    finally:
        fresh.unlink(missing_ok=True)
    return events


def _cut_off(name: str, events: list[Event]) -> list[Event]:
    """What is to be added to the history of an arm whose worker ended amid it: why it stopped, and its verdict."""
    own = [event for event in events if event.arm in (name, "")]
    seen = histories(own)[name]
    last = max(seen, key=lambda event: event.at)
    because = f"its worker was killed, or ended by itself, while {doing(seen)}"
    stopped = replace(last, source="run", kind="stopped", data={"because": because, "environment": True})
    (result,) = rejudge([*own, stopped], recorded_arms(events))
    return [stopped, replace(stopped, kind="verdict", data={"result": result.to_json()})]
