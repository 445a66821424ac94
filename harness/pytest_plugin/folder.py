"""The run's folder: what was in it makes room, what a killed run recorded is kept, what this run recorded is told."""

from __future__ import annotations

import fcntl
import os
import shutil
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from harness import report
from harness.arm.doing import doing
from harness.arm.firsts import FOLDER
from harness.arm.rejudge import rejudge
from harness.judging.verdict import flaky
from harness.options import OPTIONS, asked
from harness.prediction.recorded import recorded_arms
from harness.report.about import about
from harness.report.past import NAME, Past, Run, baseline
from harness.stack import sweep
from harness.tools.machine import needed
from harness.values.errors import AuthorError
from harness.values.history import Event
from harness.values.recordings import begun_again, histories, recorded, unfinished, verdicts
from harness.values.result import Result

USED = pytest.StashKey[bool]()
BASELINE = pytest.StashKey[Run]()
TOLD = pytest.StashKey[tuple[list[Result], list[str]]]()
"""The results, and the names of the arms that were begun again."""
ERRORS = pytest.StashKey[dict[str, None]]()
"""What the authors of scenarios got wrong, once each, in the order in which it was met."""


ASIDE = ".previous"
"""In the report's folder, while a run is on: the report of the run before."""


def is_worker(config: pytest.Config) -> bool:
    return hasattr(config, "workerinput")


def out_of(config: pytest.Config) -> Path:
    return Path(config.invocation_params.dir, asked(config, "--out")).resolve()


def prepare(config: pytest.Config) -> None:
    """Make the folder this run's own. Until that is done, nothing in it is touched when the run ends."""
    if USED in config.stash:
        return
    for orphan in sweep.sweep():
        say(config, f"chatfault: ended what a killed run had left: {orphan.what}")
    out = out_of(config)
    with needed(str(out), "name a folder that can be written: --out DIR"):
        out.mkdir(parents=True, exist_ok=True)
        config.add_cleanup(_held(out))
        _make_room(out, config)
    config.stash[USED] = True


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
        _tell_unfinished(kept)
        say(config, f"chatfault: the run before did not end; what it recorded is in {kept}")
    _set_aside(out)
    shutil.rmtree(out / FOLDER, ignore_errors=True)


def _set_aside(out: Path) -> None:
    """The report of the run before makes room; it comes back if this run turns out to hold no arm."""
    put_back(out)
    aside = out / ASIDE
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    _move(out, aside)


def _move(out: Path, to: Path) -> None:
    """Move whatever there is of a report."""
    for name in report.FILES:
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


def tell(out: Path, config: pytest.Config, interrupted: str = "") -> list[Result]:
    """Write the report of this run, beside the one that made room for it; returns the results."""
    history = out / "history.jsonl"
    if not history.exists():
        return []
    with needed(str(out), f"make room there, and `chatfault judge {out}` writes it; or name another folder: --out DIR"):
        events = _settle(history)
        results = flaky(verdicts(events))
        config.stash[TOLD] = results, begun_again(events)
        if results:
            before, beside = Past.read(out / ASIDE / NAME), config.stash.get(BASELINE, None)
            said, pages = _about(config, interrupted), not asked(config, "--no-report")
            report.write(out, results, history, said, before, beside, pages)
    return results


def _about(config: pytest.Config, interrupted: str) -> dict[str, Any]:
    """What a reader should know of this run."""
    options = {name: asked(config, name) for name in OPTIONS}
    changed = {name: value for name, value in options.items() if value != OPTIONS[name].get("default", False)}
    said = about(changed, sys.argv, config.invocation_params.dir)
    errors = list(config.stash.get(ERRORS, None) or ())
    return said | ({"interrupted": interrupted} if interrupted else {}) | ({"errors": errors} if errors else {})


def find_baseline(config: pytest.Config) -> None:
    """Read the run to compare with before anything is run. Raises `pytest.UsageError` where there is none."""
    given = asked(config, "--baseline")
    if given and not is_worker(config):
        try:
            config.stash[BASELINE] = baseline(Path(config.invocation_params.dir, given))
        except AuthorError as error:
            raise pytest.UsageError(str(error)) from None


def _tell_unfinished(folder: Path) -> None:
    """Write the report of a run that was killed, of which only its history is there."""
    history = folder / "history.jsonl"
    with needed(str(folder), "make room there, or name another folder: --out DIR"):
        results = flaky(verdicts(_settle(history)))
        if results:
            said = "The run was killed: what stands here was done before."
            report.write(folder, results, history, {"client": results[0].client, "interrupted": said})


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
