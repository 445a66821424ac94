"""pytest as the runner: a YAML file's scenarios are nodes, their arms and controls are items. Public hooks only."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from harness import report, sweep
from harness.clients import Client, client
from harness.errors import AuthorError, ChatfaultError, EnvironmentFault
from harness.judge import flaky
from harness.load_runbook import is_runbook
from harness.options import OPTIONS
from harness.plan import plan
from harness.provision import provide
from harness.reading import read, read_book
from harness.recordings import recorded, verdicts
from harness.result import Result, Summary, Verdict
from harness.scenario import Arm, Scenario
from harness.source import ScenarioError

if TYPE_CHECKING:
    from harness.session import Session

SCENARIO = re.compile(r"^(title|documents|moment|faults|expect|runbook)\s*:", re.MULTILINE)
BASIC = ("toxiproxy", "envoy")
SESSION = pytest.StashKey["Session"]()
BOOKS = pytest.StashKey[dict[str, str]]()
USED = pytest.StashKey[bool]()
REPORT = ("history.jsonl", "results.json", "index.html", "traces")
ASIDE = ".previous"
"""In the report's folder, while a run is on: the report of the run before."""


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


def _is_worker(config: pytest.Config) -> bool:
    return hasattr(config, "workerinput")


def _out(config: pytest.Config) -> Path:
    return Path(config.invocation_params.dir, config.getoption("--out")).resolve()


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> ScenarioFile | None:
    if file_path.suffix != ".yaml":
        return None
    named = any(Path(str(arg).split("::")[0]).resolve() == file_path for arg in parent.config.args)
    if named or SCENARIO.search(file_path.read_text(encoding="utf-8", errors="replace")):
        return ScenarioFile.from_parent(parent, path=file_path)
    return None


class ScenarioFile(pytest.File):
    """One YAML file."""

    def collect(self) -> Iterator[ScenarioNode]:
        config = self.config
        if not _in_shard(config.getoption("--shard"), self.path.name):
            return
        chosen = client(config.getoption("--client"))
        name = _shown(self.path, config)
        predict = not config.getoption("--no-predict")
        if is_runbook(self.path.read_text(encoding="utf-8", errors="replace")):
            found = read_book(self.path, chosen, name, lambda one: _adapted(one, config))
            _check_alone(config, name, [arm.id for _, arms in found for arm in arms])
        else:
            found = read(self.path, chosen, predict, name, lambda one: _adapted(one, config))
        for scenario, arms in found:
            yield ScenarioNode.from_parent(self, name=scenario.id, scenario=scenario, arms=arms)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], *args: Any) -> Any:
        if isinstance(excinfo.value, ChatfaultError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, *args)


def _shown(path: Path, config: pytest.Config) -> str:
    try:
        return str(path.relative_to(config.invocation_params.dir))
    except ValueError:
        return str(path)


def _adapted(scenario: Scenario, config: pytest.Config) -> Scenario:
    """The scenario in the language and browser that the command line asks for, where it is possible there."""
    locale, browser = config.getoption("--locale"), config.getoption("--browser")
    if browser and any(arm.needs_chromium for arm in plan(scenario, client(config.getoption("--client")))):
        browser = None
    start = replace(scenario.start, engine=browser) if browser else scenario.start
    return replace(scenario, locale=locale or scenario.locale, start=start)


def _check_alone(config: pytest.Config, name: str, arms: Iterable[str]) -> None:
    """Two runbooks of one document against one scenario would share a result. Raises `AuthorError`."""
    seen = config.stash.setdefault(BOOKS, {})
    for arm in arms:
        if seen.setdefault(arm, name) != name:
            raise AuthorError(f"{seen[arm]} has the arm {arm} as well", where=name, cure="name another scenario in one")


def _in_shard(shard: str, name: str) -> bool:
    if not shard:
        return True
    match = re.fullmatch(r"(\d+)/(\d+)", shard)
    if not match or not 1 <= int(match[1]) <= int(match[2]):
        raise AuthorError(f"--shard {shard!r} is not I/N with I from 1 to N", cure="for example --shard 1/3")
    return sum(name.encode()) % int(match[2]) == int(match[1]) - 1


class ScenarioNode(pytest.Collector):
    """One scenario: its controls, then its remedies."""

    def __init__(self, *, scenario: Scenario, arms: tuple[Arm, ...], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.scenario, self.arms = scenario, arms

    def collect(self) -> Iterator[ArmItem]:
        for repeat in range(self.config.getoption("--repeat")):
            for arm in self.arms:
                name = f"{arm.label}#{repeat + 1}" if repeat else arm.label
                yield ArmItem.from_parent(self, name=name, arm=arm, repeat=repeat)

    @property
    def texts(self) -> dict[str, str]:
        """The texts of the files that its arms come from, by the paths by which they are known."""
        folder = Path(self.config.invocation_params.dir)
        paths = {self.scenario.path, *(arm.runbook for arm in self.arms if arm.runbook)}
        return {path: (folder / path).read_text(encoding="utf-8") for path in sorted(paths)}

    def control_of(self, arm: Arm) -> Arm | None:
        return next((one for one in self.arms if one.label == arm.control), None)


class ArmFailed(Exception):
    """The verdict on an arm is not a pass."""


def _told(result: Result, control: Result | None) -> str:
    """The verdict, its sentence, and what backs it: the evidence of the arm and its control, and what checks found."""
    backing = [
        one for one in result.findings if one.check == "evidence" or not (one.holds or one.check in result.claims)
    ]
    lines = [f"  {one.check}: {one.sentence}" for one in backing if one.sentence not in result.sentence]
    if control:
        seen = [one.sentence for one in control.findings if one.check == "evidence"]
        lines.append("  its " + "; ".join([control.sentence, *seen]))
    return "\n".join([f"{result.verdict}: {result.sentence}", *lines])


class ArmItem(pytest.Item):
    """One arm. Whatever is selected, its control runs with it."""

    parent: ScenarioNode

    def __init__(self, *, arm: Arm, repeat: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.arm, self.repeat = arm, repeat

    def runtest(self) -> None:
        session, control = _session(self.config), self.parent.control_of(self.arm)
        result = session.result(self.arm, control, self.repeat, self.parent.texts)
        beside = session.results[control.id, self.repeat] if control else None
        self.user_properties += [("verdict", str(result.verdict)), ("sentence", result.sentence)]
        if result.verdict is Verdict.KNOWN:
            pytest.xfail(result.sentence)
        if result.verdict is not Verdict.PASS:
            raise ArmFailed(_told(result, beside))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], *args: Any) -> Any:
        if isinstance(excinfo.value, ArmFailed | ChatfaultError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, *args)

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, max(self.arm.line - 1, 0), f"{self.parent.name} :: {self.name}"


def _session(config: pytest.Config) -> Session:
    """The worker's session, made when its first arm runs. Who runs no arm needs no browser's driver in memory."""
    from harness.session import Session, Settings

    if SESSION not in config.stash:
        settings = Settings(
            client=client(config.getoption("--client")),
            out=_out(config),
            page=config.getoption("--page") and str(Path(config.getoption("--page")).resolve()),
            headed=config.getoption("--headed"),
            predict=not config.getoption("--no-predict"),
        )
        config.stash[SESSION] = Session(settings, provide(say=lambda _text: None))
    return config.stash[SESSION]


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
    if not _is_worker(config):
        _prepare(config)
    try:
        provide((*BASIC, *sorted(_engines(arms, config.getoption("--headed")))))
    except EnvironmentFault as fault:
        pytest.exit(f"{fault}", returncode=3)


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """With -n the controller collects nothing, so it prepares before its workers start."""
    if getattr(session.config.option, "numprocesses", None) and not _is_worker(session.config):
        _prepare(session.config)


def _prepare(config: pytest.Config) -> None:
    if USED in config.stash:
        return
    config.stash[USED] = True
    for orphan in sweep.sweep():
        _say(config, f"chatfault: ended what a killed run had left: {orphan.what}")
    out = _out(config)
    history = out / "history.jsonl"
    if history.exists() and not (out / "results.json").exists():
        kept = out / time.strftime("unfinished-%Y%m%d-%H%M%S", time.localtime(history.stat().st_mtime))
        kept.mkdir(parents=True, exist_ok=True)
        _move(out, kept)
        _tell(kept, config)
        _say(config, f"chatfault: the run before did not end; what it recorded is in {kept}")
    _set_aside(out)


def _set_aside(out: Path) -> None:
    """The report of the run before makes room; it comes back if this run turns out to hold no arm."""
    _put_back(out)
    aside = out / ASIDE
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    _move(out, aside)


def _move(out: Path, to: Path) -> None:
    """Move whatever there is of a report."""
    for name in REPORT:
        if (out / name).exists():
            (out / name).rename(to / name)


def _put_back(out: Path) -> None:
    """Nothing was recorded: the folder is as it was before."""
    aside = out / ASIDE
    if aside.exists() and not (out / "history.jsonl").exists():
        for kept in aside.iterdir():
            kept.rename(out / kept.name)
        aside.rmdir()
        if not any(out.iterdir()):
            out.rmdir()


def _say(config: pytest.Config, text: str) -> None:
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter:
        reporter.write_line(text)


def _tell(folder: Path, config: pytest.Config) -> list[Result]:
    """Write the report of what a folder's history holds; returns the results."""
    history = folder / "history.jsonl"
    results = flaky(verdicts(recorded(history))) if history.exists() else []
    about = {"client": config.getoption("--client"), "predicted": not config.getoption("--no-predict")}
    if results:
        report.write(folder, results, history, about)
    return results


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    config = session.config
    if SESSION in config.stash:
        config.stash[SESSION].close()
    if _is_worker(config) or USED not in config.stash:
        return
    out = _out(config)
    if not (out / "history.jsonl").exists():
        del config.stash[USED]
        _put_back(out)
        return
    shutil.rmtree(out / ASIDE, ignore_errors=True)
    results = _tell(out, config)
    if results and exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        others = session.testsfailed and not any(one.verdict is not Verdict.PASS for one in results)
        session.exitstatus = 1 if others else Summary.of(results).exit_code


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    history = _out(config) / "history.jsonl"
    if USED not in config.stash or not history.exists():
        return
    results = flaky(verdicts(recorded(history)))
    if not results:
        return
    terminalreporter.section("chatfault")
    bad = [one for one in results if one.verdict not in (Verdict.PASS, Verdict.KNOWN)]
    for one in bad:
        terminalreporter.write_line(f"{one.verdict:8} {one.scenario} · {one.sentence}")
    terminalreporter.write_line(f"{len(results)} arms: {Summary.of(results)}")
    terminalreporter.write_line(f"report: {_out(config) / 'index.html'}")


def pytest_report_teststatus(report: pytest.TestReport) -> tuple[str, str, str] | None:
    """With -v, the verdict and its sentence stand behind each arm."""
    said = dict(getattr(report, "user_properties", ()))  # a collection's report has none
    if report.when != "call" or "verdict" not in said or report.outcome == "skipped":
        return None
    letters = {"pass": ".", "invalid": "I"}
    word = f"{said['verdict']} · {said['sentence']}"
    return report.outcome, letters.get(str(said["verdict"]), "F"), word


__all__ = ["ArmItem", "Client", "ScenarioError", "ScenarioFile", "ScenarioNode"]
