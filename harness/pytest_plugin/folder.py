"""The run's folder: what was in it makes room, what a killed run recorded is kept, what this run recorded is told."""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from harness import report
from harness.judging.verdict import flaky
from harness.stack import sweep
from harness.values.recordings import recorded, verdicts
from harness.values.result import Result

if TYPE_CHECKING:
    pass


USED = pytest.StashKey[bool]()


REPORT = ("history.jsonl", "results.json", "index.html", "traces")


ASIDE = ".previous"
"""In the report's folder, while a run is on: the report of the run before."""


def is_worker(config: pytest.Config) -> bool:
    return hasattr(config, "workerinput")


def out_of(config: pytest.Config) -> Path:
    return Path(config.invocation_params.dir, config.getoption("--out")).resolve()


def prepare(config: pytest.Config) -> None:
    if USED in config.stash:
        return
    config.stash[USED] = True
    for orphan in sweep.sweep():
        say(config, f"chatfault: ended what a killed run had left: {orphan.what}")
    out = out_of(config)
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
    results = flaky(verdicts(recorded(history))) if history.exists() else []
    about = {"client": config.getoption("--client"), "predicted": not config.getoption("--no-predict")}
    if results:
        report.write(folder, results, history, about)
    return results
