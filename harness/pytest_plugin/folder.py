"""The run's folder: what was in it makes room, what a killed run recorded is kept, what this run recorded is told."""

from __future__ import annotations

import shutil
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from harness import report
from harness.judging.verdict import flaky
from harness.options import OPTIONS
from harness.report.about import about
from harness.report.past import NAME, Past, Run, baseline
from harness.stack import sweep
from harness.values.errors import AuthorError
from harness.values.recordings import results_in
from harness.values.result import Result

if TYPE_CHECKING:
    pass


USED = pytest.StashKey[bool]()
BASELINE = pytest.StashKey[Run]()
RESULTS = pytest.StashKey[list[Result]]()
ERRORS = pytest.StashKey[dict[str, None]]()
"""What the authors of scenarios got wrong, once each, in the order in which it was met."""


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
        tell_unfinished(kept)
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
    results = config.stash[RESULTS] = flaky(results_in(history))
    if not results:
        return results
    options = {name: config.getoption(name) for name, how in OPTIONS.items()}
    changed = {name: value for name, value in options.items() if value != OPTIONS[name].get("default", False)}
    said = about(changed, sys.argv, config.invocation_params.dir)
    said |= {"interrupted": interrupted} if interrupted else {}
    errors = config.stash.get(ERRORS, None)
    said |= {"errors": list(errors)} if errors else {}
    before, beside = Past.read(out / ASIDE / NAME), config.stash.get(BASELINE, None)
    report.write(out, results, history, said, before, beside, pages=not config.getoption("--no-report"))
    return results


def find_baseline(config: pytest.Config) -> None:
    """Read the run to compare with before anything is run. Raises `pytest.UsageError` where there is none."""
    given = config.getoption("--baseline")
    if given and not is_worker(config):
        try:
            config.stash[BASELINE] = baseline(Path(config.invocation_params.dir, given))
        except AuthorError as error:
            raise pytest.UsageError(str(error)) from None


def tell_unfinished(folder: Path) -> None:
    """Write the report of a run that was killed, of which only its history is there."""
    history = folder / "history.jsonl"
    results = flaky(results_in(history))
    if results:
        said = "The run was killed: what stands here was done before."
        report.write(folder, results, history, {"client": results[0].client, "interrupted": said})
