"""A run's progress: on a terminal a bar, the arms that run and those done; elsewhere nothing."""

from __future__ import annotations

import io
from types import SimpleNamespace
from typing import Any

import pytest
from rich.console import Console
from rich.progress import Progress, TextColumn

from harness.cli.progress import Arms, progress


def bars() -> tuple[Progress, io.StringIO]:
    out = io.StringIO()
    return Progress(TextColumn("{task.completed}/{task.total} {task.description}"), console=Console(file=out)), out


def ended(nodeid: str) -> Any:
    return SimpleNamespace(when="teardown", nodeid=nodeid)


def test_arms_that_run_and_arms_done_are_shown() -> None:
    shown, _ = bars()
    arms = Arms(shown)
    arms.pytest_xdist_node_collection_finished(["a.yaml::a::reload", "a.yaml::a::wait[1m]", "b.yaml::b::retry"])
    for nodeid in ("a.yaml::a::reload", "a.yaml::a::wait[1m]"):
        arms.pytest_runtest_logstart(nodeid)
    (task,) = shown.tasks
    assert (task.completed, task.total, task.description) == (0, 3, r"a::reload  a::wait\[1m]")
    arms.pytest_runtest_logreport(ended("a.yaml::a::reload"))
    assert (task.completed, task.description) == (1, r"a::wait\[1m]")


def test_elsewhere_nothing_is_added() -> None:
    with progress([]) as plugins:
        assert plugins == []


@pytest.mark.parametrize("option", ["-q", "-s", "--pdb"])
def test_who_has_the_terminal_keeps_it(option: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdout", SimpleNamespace(isatty=lambda: True))
    with progress([option]) as plugins:
        assert plugins == []
