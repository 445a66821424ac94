"""pytest as the runner: a YAML file's scenarios are nodes, their arms and controls are items. Public hooks only."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable
from pathlib import Path

import pytest

from harness.options import OPTIONS
from harness.pytest_plugin.folder import ASIDE, ERRORS, USED, find_baseline, is_worker, out_of, prepare, put_back, tell
from harness.pytest_plugin.items import SESSION, ArmItem, ScenarioFile
from harness.pytest_plugin.telling import pytest_report_teststatus, pytest_terminal_summary
from harness.tools.provision import provide
from harness.values.errors import EnvironmentFault
from harness.values.result import Summary, Verdict
from harness.values.scenario import Arm

SCENARIO = re.compile(r"^(title|documents|moment|faults|expect|runbook)\s*:", re.MULTILINE)


BASIC = ("toxiproxy", "envoy")


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("chatfault", "fault injection for chat clients")
    for name, how in OPTIONS.items():
        group.addoption(name, **how)


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> None:
    """With -n and nothing but scenarios, keep a scenario's arms on one worker, where they share their controls."""
    paths = [Path(arg.split("::")[0]) for arg in config.args]
    scenarios = all(path.suffix == ".yaml" or any(path.rglob("*.yaml")) for path in paths)
    if getattr(config.option, "numprocesses", None) and config.option.dist in ("no", "load") and paths and scenarios:
        config.option.dist = "loadscope"


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> ScenarioFile | None:
    if file_path.suffix != ".yaml":
        return None
    named = any(Path(str(arg).split("::")[0]).resolve() == file_path for arg in parent.config.args)
    if named or SCENARIO.search(file_path.read_text(encoding="utf-8", errors="replace")):
        return ScenarioFile.from_parent(parent, path=file_path)
    return None


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
    if not is_worker(config):
        prepare(config)
    try:
        provide((*BASIC, *sorted(_engines(arms, config.getoption("--headed")))))
    except EnvironmentFault as fault:
        pytest.exit(f"{fault}", returncode=3)


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """With -n the controller collects nothing, so it prepares before its workers start."""
    if getattr(session.config.option, "numprocesses", None) and not is_worker(session.config):
        prepare(session.config)


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    config = session.config
    if SESSION in config.stash:
        config.stash[SESSION].close()
    if is_worker(config) or USED not in config.stash:
        return
    out = out_of(config)
    if not (out / "history.jsonl").exists():
        del config.stash[USED]
        put_back(out)
        return
    stopped = exitstatus == pytest.ExitCode.INTERRUPTED
    results = tell(out, config, "The run was interrupted: what stands here was done before." if stopped else "")
    shutil.rmtree(out / ASIDE, ignore_errors=True)
    if results and exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        others = session.testsfailed and not any(one.verdict is not Verdict.PASS for one in results)
        session.exitstatus = 1 if others else Summary.of(results).exit_code


__all__ = ["pytest_report_teststatus", "pytest_terminal_summary"]
