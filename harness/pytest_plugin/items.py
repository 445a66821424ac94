"""Collecting: a YAML file, its scenarios, and their arms as items."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from harness.language.profiles import client
from harness.language.runbooks import is_runbook
from harness.options import again, asked
from harness.prediction.fitting import unfit, unfit_arm
from harness.prediction.plan import plan
from harness.prediction.reading import read, read_book
from harness.report.messages import cure
from harness.tools.provision import provide
from harness.values.errors import AuthorError, ChatfaultError
from harness.values.result import Result, Verdict
from harness.values.scenario import Arm, Scenario
from harness.values.text import block

if TYPE_CHECKING:
    from harness.arm.session import Session
from harness.pytest_plugin import ending
from harness.pytest_plugin.ending import SESSION
from harness.pytest_plugin.folder import out_of

TOLD = ("verdict", "sentence")
BOOKS = pytest.StashKey[dict[str, str]]()


class ScenarioFile(pytest.File):
    """One YAML file."""

    def collect(self) -> Iterator[ScenarioNode]:
        config = self.config
        chosen = client(asked(config, "--client"))
        name = _shown(self.path, config)
        predict = not asked(config, "--no-predict")
        if is_runbook(_text(self.path)):
            found = read_book(self.path, chosen, name, lambda one: _adapted(one, config))
            _check_alone(config, name, [arm.id for _, arms in found for arm in arms])
        else:
            found = read(self.path, chosen, predict, name, lambda one: _adapted(one, config))
        for scenario, arms in found:
            yield ScenarioNode.from_parent(self, name=scenario.id, scenario=scenario, arms=arms)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], *args: Any) -> Any:
        if isinstance(excinfo.value, ChatfaultError):
            return block(str(excinfo.value))
        return super().repr_failure(excinfo, *args)


def _text(path: Path) -> str:
    """What is in a file; nothing if it can't be read, which whoever parses it says."""
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def _shown(path: Path, config: pytest.Config) -> str:
    try:
        return str(path.relative_to(config.invocation_params.dir))
    except ValueError:
        return str(path)


def _adapted(scenario: Scenario, config: pytest.Config) -> Scenario:
    """The scenario in the language and browser that the command line asks for, where it is possible there."""
    locale, browser = asked(config, "--locale"), asked(config, "--browser")
    if browser and any(arm.needs_chromium for arm in plan(scenario, client(asked(config, "--client")))):
        browser = None
    start = replace(scenario.start, engine=browser) if browser else scenario.start
    return replace(scenario, locale=locale or scenario.locale, start=start)


def _check_alone(config: pytest.Config, name: str, arms: Iterable[str]) -> None:
    """Two runbooks of one document against one scenario would share a result. Raises `AuthorError`."""
    seen = config.stash.setdefault(BOOKS, {})
    for arm in arms:
        if seen.setdefault(arm, name) != name:
            raise AuthorError(f"{seen[arm]} has the arm {arm} as well", where=name, cure="name another scenario in one")


class ScenarioNode(pytest.Collector):
    """One scenario: its controls, then its remedies."""

    def __init__(self, *, scenario: Scenario, arms: tuple[Arm, ...], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.scenario, self.arms = scenario, arms

    def collect(self) -> Iterator[ArmItem]:
        chosen = client(asked(self.config, "--client"))
        for repeat in range(asked(self.config, "--repeat")):
            for arm in self.arms:
                name = f"{arm.label}#{repeat + 1}" if repeat else arm.label
                item = ArmItem.from_parent(self, name=name, arm=arm, repeat=repeat)
                lacks = unfit(self.scenario, chosen) or unfit_arm(arm, chosen)
                if lacks:
                    item.add_marker(pytest.mark.skip(reason=lacks))
                yield item

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


def _told(result: Result, control: Result | None, cure: str) -> str:
    """The verdict, its sentence, and what backs it: the evidence of the arm and its control, and what checks found.

    `cure` is what to write in the scenario instead, where that is known.
    """
    backing = [
        one for one in result.findings if one.check == "evidence" or not (one.holds or one.check in result.claims)
    ]
    lines = [f"  {one.check}: {one.sentence}" for one in backing if one.sentence not in result.sentence]
    if cure:
        lines.insert(0, f"  = {cure}")
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
        control = self.parent.control_of(self.arm)
        with ending.at_once(self, ArmItem):
            session = _session(self.config)
            result = session.result(self.arm, control, self.repeat, self.parent.texts)
            beside = session.control(control, self.repeat, self.parent.texts) if control else None
        before = [one for one in self.user_properties if one[0] not in TOLD]  # pytest-rerunfailures asks again
        self.user_properties[:] = [*before, ("verdict", str(result.verdict)), ("sentence", result.sentence)]
        if result.verdict is Verdict.KNOWN:
            pytest.xfail(result.sentence)
        if result.verdict is not Verdict.PASS:
            raise ArmFailed(_told(result, beside, cure(result, client(asked(self.config, "--client")))))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], *args: Any) -> Any:
        if isinstance(excinfo.value, ArmFailed | ChatfaultError):
            return block(str(excinfo.value))
        return super().repr_failure(excinfo, *args)

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, max(self.arm.line - 1, 0), f"{self.parent.name} :: {self.name}"


def _session(config: pytest.Config) -> Session:
    """The worker's session, made when its first arm runs. Who runs no arm needs no browser's driver in memory."""
    from harness.arm.session import Session, Settings

    if SESSION not in config.stash:
        settings = Settings(
            client=client(asked(config, "--client")),
            out=out_of(config),
            page=asked(config, "--page") and str(Path(asked(config, "--page")).resolve()),
            headed=asked(config, "--headed"),
            predict=not asked(config, "--no-predict"),
            whole_traces=asked(config, "--whole-traces"),
            worker=getattr(config, "workerinput", {}).get("workerid", ""),
            options=again(config),
        )
        config.stash[SESSION] = Session(settings, provide(say=lambda _text: None))
    return config.stash[SESSION]
