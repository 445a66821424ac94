"""pytest as the runner: a YAML file's scenarios are nodes, their arms and controls are items. Public hooks only."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from harness.arm.firsts import FOLDER
from harness.options import OPTIONS, asked, long
from harness.pytest_plugin import choosing, ending, sharding
from harness.pytest_plugin.ending import pytest_testnodedown
from harness.pytest_plugin.folder import (
    ASIDE,
    ERRORS,
    USED,
    find_baseline,
    is_worker,
    out_of,
    prepare,
    put_back,
    say,
    tell,
)
from harness.pytest_plugin.items import ArmItem, ScenarioFile
from harness.pytest_plugin.telling import pytest_report_teststatus, pytest_terminal_summary
from harness.stack import sweep
from harness.tools import machine
from harness.tools.provision import provide
from harness.values.errors import AuthorError, EnvironmentFault
from harness.values.result import Result, Summary, Verdict
from harness.values.scenario import Arm
from harness.values.text import shown

BASIC = ("toxiproxy", "envoy")


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("chatfault", "fault injection for chat clients")
    for name, how in OPTIONS.items():
        group.addoption(long(name), **how)
    choosing.add(parser, group)


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> None:
    """With -n and nothing but scenarios, keep a scenario's arms on one worker, where they share their controls."""
    chosen = any(str(one).startswith("--dist") for one in config.invocation_params.args)
    many = getattr(config.option, "numprocesses", None)
    if many and not chosen and config.option.dist in ("no", "load") and choosing.only_scenarios(config):
        config.option.dist = "loadscope"


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> ScenarioFile | None:
    if choosing.is_chosen(file_path, parent.config):
        # pytest names no file outside its root: two of them would be told apart by nothing
        nodeid = os.path.relpath(file_path, parent.config.rootpath).replace(os.sep, "/")
        return ScenarioFile.from_parent(parent, path=file_path, nodeid=nodeid)
    return None


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What is left once others have chosen is parted, so that a part is one of what is run."""
    sharding.keep_shard(config, items)


class Errors:
    """What the authors of scenarios got wrong is told in the report as well, should anything be run beside it."""

    def __init__(self, config: pytest.Config) -> None:
        self._errors = config.stash.setdefault(ERRORS, {})

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self._errors.setdefault(str(report.longrepr), None)


def pytest_configure(config: pytest.Config) -> None:
    find_baseline(config)
    config.pluginmanager.register(Errors(config), "chatfault-errors")


def pytest_report_collectionfinish(config: pytest.Config) -> list[str]:
    """What was left out of a folder, and why."""
    return [f"left out: {shown(str(path))}: {why}" for path, why in choosing.left_out_of(config).items()]


def _engines(arms: Iterable[Arm], headed: bool) -> set[str]:
    """The browsers that these arms need."""
    chromium = "chromium" if headed else "headless_shell"
    needed = set()
    for arm in arms:
        needed.add(chromium if arm.start.engine == "chromium" else "firefox")
        if arm.remedy == "other_browser" or any(step.remedy == "other_browser" for step in arm.steps):
            needed |= {chromium, "firefox"}
        if arm.start.installed:
            needed.add("chromium")
    return needed


@pytest.hookimpl(trylast=True)
def pytest_collection_finish(session: pytest.Session) -> None:
    """Before the first arm: what earlier runs left is swept, and what these arms need is there."""
    arms = [item.arm for item in session.items if isinstance(item, ArmItem)]
    config = session.config
    if not arms or config.option.collectonly:
        return
    with ending.told_by_exit():
        machine.check()
        if not is_worker(config):
            prepare(config)
        provide((*BASIC, *sorted(_engines(arms, asked(config, "--headed")))))
    import harness.arm.session  # noqa: F401  (half a second, which is no arm's; who runs none does without)

    ending.on_sigterm(config)


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """With -n the controller collects nothing, so it prepares before its workers start."""
    if getattr(session.config.option, "numprocesses", None) and not is_worker(session.config):
        with ending.told_by_exit():
            machine.check()
            prepare(session.config)
        ending.on_sigterm(session.config)
        ending.watch_workers(session.config)


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> Iterator[None]:
    """The report is written once the workers have ended, who record until then, and before the run is summed up."""
    ending.close(session.config)
    try:
        return (yield)
    finally:
        _finish(session, exitstatus)


def _finish(session: pytest.Session, exitstatus: int) -> None:
    config = session.config
    if exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED and not is_worker(config) and sharding.empty(config):
        say(config, f"chatfault: {sharding.empty(config)}")
    if is_worker(config) or USED not in config.stash:
        return
    out = out_of(config)
    if not (out / "history.jsonl").exists():
        del config.stash[USED]
        put_back(out)
        return
    shutil.rmtree(out / FOLDER, ignore_errors=True)
    if ending.killed(config):
        sweep.sweep()
    stopped = exitstatus == pytest.ExitCode.INTERRUPTED
    try:
        results = tell(out, config, "The run was interrupted: what stands here was done before." if stopped else "")
        shutil.rmtree(out / ASIDE, ignore_errors=True)
    except EnvironmentFault as fault:
        say(config, f"chatfault: {fault}")
        session.exitstatus = fault.exit_code
        return
    if ending.broken(config):
        session.exitstatus = EnvironmentFault.exit_code
    elif results and exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        session.exitstatus = _exit_code(session, results)


def _exit_code(session: pytest.Session, results: list[Result]) -> int:
    """What a run that came to its end ends with: what failed first, then what its authors got wrong, then the rest."""
    config = session.config
    code, wrong, killed = Summary.of(results).exit_code, len(config.stash[ERRORS]), ending.killed(config)
    others = session.testsfailed - wrong - killed > 0 and all(one.verdict is Verdict.PASS for one in results)
    if others or code == 1:
        return 1
    return AuthorError.exit_code if wrong else code or (EnvironmentFault.exit_code if killed else 0)


__all__ = ["pytest_report_teststatus", "pytest_terminal_summary", "pytest_testnodedown"]
